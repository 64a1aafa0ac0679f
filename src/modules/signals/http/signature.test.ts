import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Signature } from '../contract.ts';
import { secretBytes, signatureFault } from './signature.ts';

const body = Buffer.from('{"event":"door_held"}');
const secret = Buffer.from('a-shared-secret');
const nowMs = 1_795_309_323_000;
const how = (change: Partial<Signature>): Signature => ({ form: 'body', header: 'x-signature', algorithm: 'sha256', encoding: 'hex', prefix: '', toleranceS: 300, ...change });
const hmac = (algorithm: string, signed: string | Buffer, encoding: 'hex' | 'base64' = 'hex', key: Buffer = secret): string => createHmac(algorithm, key).update(signed).digest(encoding);

test.each(['sha1', 'sha256', 'sha512'] as const)('a body signed with %s holds, in hex or Base64, after its prefix; changed by one byte it does not', (algorithm) => {
  for (const encoding of ['hex', 'base64'] as const) {
    const headers = { 'x-signature': `${algorithm}=${hmac(algorithm, body, encoding)}` };
    const of = how({ algorithm, encoding, prefix: `${algorithm}=` });
    expect(signatureFault(of, secret, { headers, body, nowMs })).toBeNull();
    expect(signatureFault(of, secret, { headers, body: Buffer.from('{"event":"door_helD"}'), nowMs })).toBe('wrong-signature');
    expect(signatureFault(of, Buffer.from('another'), { headers, body, nowMs })).toBe('wrong-signature');
    expect(signatureFault(of, secret, { headers: { 'x-signature': hmac(algorithm, body, encoding) }, body, nowMs })).toBe('unsigned');
    expect(signatureFault(of, secret, { headers: {}, body, nowMs })).toBe('unsigned');
  }
});

test('the form of Verkada holds within its tolerance', () => {
  const of = how({ form: 'verkada', header: 'verkada-signature' });
  const signed = (atS: number) => ({ headers: { 'verkada-signature': `${atS}|${hmac('sha256', `${body.toString()}|${atS}`)}` }, body, nowMs });
  expect([signatureFault(of, secret, signed(nowMs / 1000 - 299)), signatureFault(of, secret, signed(nowMs / 1000 - 301)), signatureFault(of, secret, signed(nowMs / 1000 + 400))]).toEqual([null, 'old-signature', 'old-signature']);
  expect(signatureFault({ ...of, toleranceS: null }, secret, signed(1))).toBeNull();
  expect(signatureFault(of, secret, { headers: { 'verkada-signature': 'nonsense' }, body, nowMs })).toBe('unsigned');
});

test('the form of Standard Webhooks holds by any of its signatures', () => {
  const of = how({ form: 'standard-webhooks', header: 'webhook-signature', encoding: 'base64' });
  const key = secretBytes(of, `whsec_${secret.toString('base64')}`);
  const atS = nowMs / 1000;
  const headers = { 'webhook-id': 'm1', 'webhook-timestamp': String(atS), 'webhook-signature': `v1,AAAA v1,${hmac('sha256', `m1.${atS}.${body.toString()}`, 'base64', key)}` };
  expect(signatureFault(of, key, { headers, body, nowMs })).toBeNull();
  expect(signatureFault(of, key, { headers: { ...headers, 'webhook-id': 'm2' }, body, nowMs })).toBe('wrong-signature');
});
