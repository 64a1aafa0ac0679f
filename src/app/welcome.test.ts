import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aReceiver } from '#connectors/sia-dc09/testing.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { readSignal, typeOf } from '#modules/signals/public.ts';
import { planSources } from './demo/organisation.ts';
import { welcome } from './welcome.ts';

const root = mkdtempSync(join(tmpdir(), 'parapet welcome '));
const dataDir = join(root, 'demo');
mkdirSync(dataDir);
writeFileSync(join(dataDir, 'sign-ins.json'), JSON.stringify([{ email: 'a@demo.example', password: 'pw-1', role: 'Operator' }, { email: 'longer@demo.example', password: 'pw-2', role: 'Lead' }]));
const linesWith = (env: Record<string, string>): string[] => welcome(readConfig({ PARAPET_DATA: root, ...env }, 'demonstration'));

test('the sign-ins stand in columns, and the words say what lives there', () => {
  const lines = linesWith({});
  expect(lines).toContain('  a@demo.example       pw-1  Operator');
  expect(lines).toContain('  longer@demo.example  pw-2  Lead');
  expect(lines.join('\n')).toMatch(/simulator[^]*night shift[^]*invented[^]*demo end/);
});

test('who would be reached over a network in clear is told so at the start and by doctor, and nobody else', () => {
  const main = (env: Record<string, string>): string => welcome(readConfig({ PARAPET_DATA: root, ...env }, 'main')).join('\n');
  expect(main({ HOST: '0.0.0.0' })).toMatch(/HOST is 0\.0\.0\.0 without TLS: [^\n]*in clear/);
  const tls = { PARAPET_TLS_CERT: '/nowhere/cert.pem', PARAPET_TLS_KEY: '/nowhere/key.pem' };
  for (const env of [{}, { HOST: '::1' }, { HOST: '0.0.0.0', ...tls }, { HOST: '0.0.0.0', PARAPET_TRUST_PROXY: '192.0.2.1' }]) expect(main(env)).not.toContain('in clear');
});

test('the line for a shell sends a frame without a time, of a panel of the demonstration, that rings, and prints the answer', async () => {
  const receiver = await aReceiver();
  const line = linesWith({ PARAPET_DC09_PORT: String(receiver.port) }).find((one) => one.includes('/dev/tcp/')) ?? '';
  const sent = new Promise<string>((resolve, reject) => {
    execFile('bash', ['-c', line.trim()], (error, out) => (error ? reject(error) : resolve(out)));
  });
  expect(await sent).toMatch(/"ACK"0001L0#1102\[\]/);
  const [arrival] = receiver.sink.arrivals;
  expect(arrival).toMatchObject({ sentAt: null, account: '1102' });
  expect(planSources().find((source) => source.account === '1102')?.siteCode).toBe('UTR');
  const [event] = readSignal('dc09', arrival?.raw ?? Buffer.alloc(0)).events;
  expect(typeOf(event?.classified.type ?? '')).toMatchObject({ raisesAlarm: true, priority: 2 });
  await receiver.close();
});

test('without a receiver there is no such line, and once it has ended nobody is offered a sign-in', () => {
  expect(linesWith({ PARAPET_DC09_PORT: 'off' }).some((line) => line.includes('/dev/tcp/'))).toBe(false);
  writeFileSync(join(dataDir, 'demo-ended'), '');
  expect(linesWith({}).join('\n')).not.toContain('pw-1');
  expect(linesWith({}).join('\n')).toContain('npm start -- --empty');
});
