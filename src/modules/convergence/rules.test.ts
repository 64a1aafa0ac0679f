import { expect, test } from 'vitest';
import { pauseAfter, readTarget, syslogTargetOf, webhookOutcome } from './rules.ts';

test('tries are spread over a day', () => {
  const pauses = Array.from({ length: 13 }, (_, i) => pauseAfter(i + 1, 0));
  expect(pauses.slice(11)).toEqual([null, null]);
  const hours = pauses.reduce<number>((sum, pause) => sum + (pause ?? 0), 0) / 3600;
  expect([hours > 22, hours < 24, pauseAfter(1, 1)]).toEqual([true, true, 6]);
});

test.each([
  ['https://hooks.example/a?b=c', 'webhook', 'https://hooks.example'], ['http://127.0.0.1:9000/a', 'webhook', 'http://127.0.0.1:9000'], ['syslog+tls://siem.example', 'syslog', 'syslog+tls://siem.example'], ['syslog+udp://10.1.2.3:5514', 'syslog', 'syslog+udp://10.1.2.3:5514'],
])('%s is an address', (address, transport, origin) => expect(readTarget(address)).toMatchObject({ transport, origin }));

test.each(['http://hooks.example/', 'ftp://a', 'nothing', 'https://me:secret@hooks.example/', 'syslog+tcp://siem.example/path', 'javascript:alert(1)'])('%s is none, in words', (address) => expect(readTarget(address)).toEqual(expect.any(String)));

test('syslog has its ports', () => {
  expect(['udp', 'tcp', 'tls'].map((carrier) => syslogTargetOf(`syslog+${carrier}://siem.example`).port)).toEqual([514, 601, 6514]);
  expect(syslogTargetOf('syslog+tcp://[2001:db8::1]:1514')).toEqual({ carrier: 'tcp', host: '2001:db8::1', port: 1514 });
});

test('an answer means what it says: 410 no more of anything, a refused message that one alone, all else tried again', () => {
  expect([200, 204, 410, 400, 413, 301, 401, 404, 429, 500].map((status) => webhookOutcome(status, null).kind)).toEqual(['delivered', 'delivered', 'gone', 'dead', 'dead', 'failed', 'failed', 'failed', 'failed', 'failed']);
});
