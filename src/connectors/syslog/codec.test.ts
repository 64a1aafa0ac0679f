import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivalFrom, decodeSyslog } from './arrival.ts';
import connector from './connector.ts';
import { dropsOf } from './datagrams.ts';
import { Framer, ofDatagram, type Cut } from './framing.ts';
import { readSyslog } from './read.ts';

const read = (text: string): ReturnType<typeof readSyslog> => readSyslog(Buffer.from(text));
const LOGGER = '<36>1 2026-11-20T18:24:44.903423+00:00 vm accessd - DOOR01 [timeQuality tzKnown="1" isSynced="0"][door@32473 reader="R-12" result="denied"] Access denied: badge 004523 at Lobby East';

describe('a message of RFC 5424', () => {
  test('is read with its structured data, as logger of util-linux sends it', () => {
    expect(read(LOGGER)).toMatchObject({
      format: 'rfc5424', message: 'Access denied: badge 004523 at Lobby East', sentAt: Date.parse('2026-11-20T18:24:44.903Z'),
      header: { facility: 'auth', severity: 'warning', level: 4, host: 'vm', app: 'accessd', process: null, messageid: 'DOOR01', structured: { 'door@32473': { reader: 'R-12', result: 'denied' } } },
      fields: { reader: 'R-12', result: 'denied', message: 'Access denied: badge 004523 at Lobby East' },
    });
  });

  test('may leave out everything, carry a byte order mark and escape quotes, brackets and backslashes', () => {
    expect(read('<0>1 - - - - - -')).toMatchObject({ format: 'rfc5424', message: '', header: { facility: 'kern', severity: 'emergency', timestamp: null, host: null, app: null } });
    expect(read('<191>1 2026-11-21T02:00:00Z h a p i [x@1 k="a \\"b\\" \\] \\\\ \\c"] \uFEFFGrüße').fields).toEqual({ k: 'a "b" ] \\ \\c', message: 'Grüße' });
  });

  test.each(['<192>1 - - - - - - x', '<007>1 - h - - - - x', 'no priority at all', '<34', ''])('is none where the priority is not one: %s', (text) => {
    expect(read(text)).toMatchObject({ format: 'plain', message: text, header: { level: null } });
  });
});

describe('a message of RFC 3164', () => {
  test.each([
    ['<131>Nov 20 18:24:45 vm vms: Camera 7 video loss', { host: 'vm', app: 'vms', process: null }, 'Camera 7 video loss'],
    ['<34>Oct  1 22:14:15 mymachine su[231]: failed for lonvick', { host: 'mymachine', app: 'su', process: '231' }, 'failed for lonvick'],
    ['<38>2026-11-20T18:24:47+00:00 localhost prg00000[1234]: seq: 1', { host: 'localhost', app: 'prg00000', process: '1234' }, 'seq: 1'],
    ['<13>Nov 20 18:24:45 tag: no host', { host: null, app: 'tag', process: null }, 'no host'],
    ['<13>Only a text', { host: null, app: null, process: null }, 'Only a text'],
  ])('%s', (text, header, message) => {
    expect(read(text)).toMatchObject({ format: 'rfc3164', header, message });
  });

  test('has no time that counts, since it names neither year nor zone; the time stays as written', () => {
    const arrival = arrivalFrom(Buffer.from('<131>Nov 20 18:24:45 VM vms: x'), 5, '192.0.2.7');
    expect(arrival).toMatchObject({ account: 'vm', token: 'rfc3164', sentAt: null, receivedAt: 5 });
    expect(decodeSyslog(arrival.raw).facts).toContainEqual({ name: 'Time as written', value: 'Nov 20 18:24:45' });
  });
});

describe('inside a message', () => {
  test('CEF is read, its escapes and its labels too', () => {
    expect(read('<164>Nov 20 18:24:46 vm CEF: CEF:0|Acme|Door\\|Ctl|1.0|100|Access denied|5|src=10.0.0.5 msg=a\\=b with \\\\ slash cs1Label=badge cs1=004523')).toMatchObject({
      format: 'cef', header: { host: 'vm', vendor: 'Acme', product: 'Door|Ctl', event: '100', name: 'Access denied', weight: 5 },
      fields: { src: '10.0.0.5', msg: 'a=b with \\ slash', cs1: '004523', badge: '004523' },
    });
    expect(read('<164>CEF:0|A|B|1|7|N|Very-High|').header).toMatchObject({ event: '7', weight: 10, host: null });
    expect(read('<164>Nov 20 18:24:46 vm CEF:0|A|B|1|7|N|Unknown|a=1 2 b=').header).toMatchObject({ weight: null, host: 'vm', app: null });
  });

  test.each([
    ['LEEF:1.0|Acme|Gate|2|4711|cat=door\tsev=9\tusrName=ann', 'ann'],
    ['LEEF:2.0|Acme|Gate|2|4711|^|cat=door^sev=9^usrName=ann', 'ann'],
    ['LEEF:2.0|Acme|Gate|2|4711|x5E|cat=door^sev=9^usrName=ann', 'ann'],
    ['LEEF:2.0|Acme|Gate|2|4711||cat=door\tsev=9\tusrName=ann|b', 'ann|b'],
    ['LEEF:2.0|Acme|Gate|2|4711|cat=door\tsev=9\tusrName=a=b', 'a=b'],
  ])('%s', (text, usrName) => {
    expect(read(`<13>Nov 20 18:24:46 vm ${text}`)).toMatchObject({ format: 'leef', header: { vendor: 'Acme', event: '4711', name: 'door', weight: 9 }, fields: { usrName } });
  });

  test.each(['CEF:0|cut|off', 'LEEF:1.0|a|b', 'CEF:', 'xCEF:0|a|b|c|d|e|3|'])('%s is text', (text) => {
    expect(read(`<13>Nov 20 18:24:46 vm ${text}`).header.vendor).toBeNull();
  });
});

test('a sender is known by the host that it names, in lower case, else by its address; what it repeats with its own time is the same, and without one never', () => {
  const of = (text: string) => arrivalFrom(Buffer.from(text), 1, '192.0.2.7');
  expect(of(LOGGER)).toMatchObject({ protocol: 'syslog', account: 'vm', sequence: 0, identity: LOGGER });
  expect(of('<13>1 - - - - - - x')).toMatchObject({ account: '192.0.2.7', identity: null });
  expect(of('<13>1 2026-11-21T02:00:00Z GATE.Example a - - [meta sequenceId="29"] x')).toMatchObject({ account: 'gate.example', sequence: 29 });
  expect(of('<13>1 - h a - - [meta sequenceId="99999999999"] x').sequence).toBe(0);
});

const cuts = (bytes: Buffer, sizes: readonly number[], longest = 1_000): Cut[] => {
  const framer = new Framer(longest);
  const found: Cut[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % Math.max(1, sizes.length)] ?? bytes.length;
    framer.push(bytes.subarray(at, at + size));
    at += size;
    for (let next = framer.next(); next; next = framer.next()) found.push(next);
  }
  const rest = framer.end();
  return rest ? [...found, rest] : found;
};
const texts = (found: readonly Cut[]): string[] => found.map((one) => (one.ok ? one.message.toString() : `!${one.reason}`)).filter((text) => text !== '');
const counted = (text: string): string => `${Buffer.byteLength(text)} ${text}`;

describe('a stream', () => {
  test('is cut by either framing, told apart at each message, however it is torn', () => {
    const stream = Buffer.from(`${counted('<13>one\ntwo')}<13>three\r\n\n${counted('<13>four\n')}2026 is a year\0<13>five\n12 monkeys\n<13>last`);
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 10 }), (sizes) => {
      expect(texts(cuts(stream, sizes))).toEqual(['<13>one\ntwo', '<13>three', '<13>four', '2026 is a year', '<13>five', '12 monkeys', '<13>last']);
    }), { numRuns: 50 });
  });

  test('passes over what is too long, and goes on behind it', () => {
    const long = 'x'.repeat(300);
    expect(texts(cuts(Buffer.from(`<13>${long}\n<13>a\n${counted(`<13>${long}`)}<13>b\n9999999 <13>${long}`), [7], 100))).toEqual(['!too-long', '<13>a', '!too-long', '<13>b', '!too-long']);
    expect(texts(cuts(Buffer.from('40 <13>cut'), [3]))).toEqual(['!cut-off']);
  });

  test('of any bytes never throws, holds little, and gives back every line that fits', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)), { maxLength: 30 }), (segments) => {
      const framer = new Framer(40);
      for (const segment of segments) {
        framer.push(segment);
        for (let next = framer.next(); next; next = framer.next()) {
          if (!next.ok) continue;
          expect(next.message.length).toBeLessThanOrEqual(40);
          decodeSyslog(next.message);
        }
      }
      framer.end();
    }), { numRuns: 300 });
  });
});

test('any text can be read, and what is read is plain JSON', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('<13>', '1 ', '- ', '[a b="', '"]', 'CEF:0|', '|', 'LEEF:2.0|', '\\', '=', ' k=', 'Nov 20 18:24:45 ', '__proto__=1 ', '\uFEFF', '\0'));
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')), (text) => {
    const { subject } = decodeSyslog(Buffer.from(text));
    expect(JSON.parse(JSON.stringify(subject))).toEqual(subject);
    expect(connector.arrivalOf(Buffer.from(text), 1, '::1').account.length).toBeGreaterThan(0);
  }), { numRuns: 300 });
});

test('a giant message of the worst kinds is read in time that grows with its length', () => {
  const began = performance.now();
  for (const bad of ['\\', ' a=', '[', '[a b="', '|', 'CEF:0|', '"', ' ', '\\"']) readSyslog(Buffer.from(`<13>1 - h a - - [x y="${bad.repeat(60_000 / bad.length)}`));
  for (const bad of ['\\', ' a=', '|', 'a', ' ']) readSyslog(Buffer.from(`<13>CEF:0|a|b|c|d|e|${bad.repeat(60_000 / bad.length)}`));
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('a datagram is one message, also where a count stands before it', () => {
  expect(ofDatagram(Buffer.from('<13>a\nb\n')).toString()).toBe('<13>a\nb');
  expect(ofDatagram(Buffer.from('7 <13>abc\n')).toString()).toBe('<13>abc');
});

test('what the system dropped before us is read from its table of sockets', () => {
  const row = (port: string, drops: number): string => `  123: 0100007F:${port} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 99 2 0000000000000000 ${drops}`;
  expect(dropsOf(['  sl  local_address rem_address   st', row('158A', 7), row('0035', 9), ''].join('\n'), 5514)).toBe(7);
});
