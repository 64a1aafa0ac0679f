import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Signature } from '../contract.ts';

/** Why a message was refused, in the word under which it is counted. */
export type SignatureFault = 'unsigned' | 'wrong-signature' | 'old-signature';

type Signed = { signature: string; signed: Buffer | string; atS: number | null };

/**
 * Checks what a head-end signed. `body`: HMAC over the body, after a prefix. `verkada`: `seconds|hex`, over body, `|` and seconds
 * (apidocs.verkada.com, Securing Webhooks). `standard-webhooks`: over id, seconds and body, one of several signatures. Null where it holds.
 */
export function signatureFault(how: Signature, secret: Buffer, { headers, body, nowMs }: { headers: IncomingHttpHeaders; body: Buffer; nowMs: number }): SignatureFault | null {
  const found = read(how, headers, body);
  if (found.length === 0) return 'unsigned';
  const fits = found.find(({ signature, signed }) => isSame(signature, createHmac(how.algorithm, secret).update(signed).digest(), how.encoding));
  if (!fits) return 'wrong-signature';
  return how.toleranceS !== null && fits.atS !== null && Math.abs(nowMs / 1000 - fits.atS) > how.toleranceS ? 'old-signature' : null;
}

function read({ form, header, prefix }: Signature, headers: IncomingHttpHeaders, body: Buffer): Signed[] {
  const value = headers[header];
  if (typeof value !== 'string' || value === '') return [];
  if (form === 'body') return value.startsWith(prefix) ? [{ signature: value.slice(prefix.length), signed: body, atS: null }] : [];
  if (form === 'verkada') {
    const [atS = '', signature = ''] = value.split('|');
    return /^\d{1,12}$/.test(atS) && signature !== '' ? [{ signature, signed: Buffer.concat([body, Buffer.from(`|${atS}`)]), atS: Number(atS) }] : [];
  }
  const [id, atS] = [headers['webhook-id'], headers['webhook-timestamp']];
  if (typeof id !== 'string' || typeof atS !== 'string' || !/^\d{1,12}$/.test(atS)) return [];
  return value.split(' ').filter((one) => one.startsWith('v1,')).slice(0, 10).map((one) => ({ signature: one.slice(3), signed: Buffer.concat([Buffer.from(`${id}.${atS}.`), body]), atS: Number(atS) }));
}

function isSame(said: string, computed: Buffer, encoding: Signature['encoding']): boolean {
  const bytes = Buffer.from(said.trim(), encoding);
  return bytes.length === computed.length && timingSafeEqual(bytes, computed);
}

/** The bytes of a secret as it was typed: those of Standard Webhooks are Base64 after `whsec_`, all others the text itself. */
export const secretBytes = ({ form }: Pick<Signature, 'form'>, text: string): Buffer => (form === 'standard-webhooks' && text.startsWith('whsec_') ? Buffer.from(text.slice(6), 'base64') : Buffer.from(text));
