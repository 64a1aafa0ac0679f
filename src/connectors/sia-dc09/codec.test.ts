import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContent, type DecodedEvent, type EventToken } from './content.ts';
import { crcOf } from './crc.ts';
import { encodeAck, encodeDuh, encodeFrame, encodeNak, frameText } from './encode.ts';
import { LONGEST_BODY, LONGEST_FRAME, Splitter, type CrcForm, type Fault, type Frame } from './frame.ts';
import { accountInData, readHeader, readMoment, readSentAt, writeMoment } from './header.ts';

type Expected = {
  token: EventToken;
  sequence: number;
  receiver: string | null;
  line: string | null;
  account: string;
  reason?: string;
  sentAt?: string | null;
  occurredAt?: string | null;
  events?: Partial<DecodedEvent>[];
  texts?: string[];
  unread?: string[];
};
type Golden = { name: string; form: CrcForm; hex: string; expected: Expected };

/** Frames of our own making; their CRCs were worked out bit by bit by another program than this one. */
const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden[];

function splitAll(...segments: Buffer[]): (Frame | Fault)[] {
  const splitter = new Splitter();
  const found: (Frame | Fault)[] = [];
  for (const segment of segments) {
    splitter.push(segment);
    for (let next = splitter.next(); next !== null; next = splitter.next()) found.push(next);
  }
  return found;
}

const bodies = (found: (Frame | Fault)[]): string[] => found.map((item) => (item.ok ? item.body : item.reason));
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

describe('golden frames', () => {
  it.each(golden)('$name', ({ form, hex, expected }) => {
    const raw = Buffer.from(hex, 'hex');
    const [frame, ...more] = splitAll(raw);
    if (!frame?.ok) throw new Error(`not a frame: ${frame?.reason}`);
    expect(more).toEqual([]);
    expect(frame).toMatchObject({ form, raw });
    const header = readHeader(frame.body);
    if (!header.ok) throw new Error(header.reason);
    const { token, sequence, receiver, line, account, reason, events, sentAt, occurredAt, ...rest } = expected;
    expect(header).toMatchObject({ token, sequence, receiver, line, isEncrypted: false });
    expect(header.account ?? accountInData(frame.body, header.dataAt)).toBe(account);
    const content = decodeContent(token, frame.body);
    if (!content.ok) return expect(content.reason).toBe(reason);
    expect(content).toMatchObject(rest);
    expect(content.events).toHaveLength(events?.length ?? -1);
    content.events.forEach((event, i) => expect(event).toMatchObject({ token, qualifier: null, isOld: false, ...events?.[i] }));
    expect({ sentAt: iso(content.sentAt), occurredAt: iso(content.occurredAt) }).toEqual({ sentAt, occurredAt });
  });

  it('has the published check value of CRC-16/ARC', () => expect(crcOf('123456789')).toBe(0xbb3d));

  it('reads the extended blocks by their identifier', () => {
    const body = '"ADM-CID"0103L0#4410[#4410|1301 00 000][MAA00BB11CC22][Vhttps://example.org/1][]';
    const content = decodeContent('ADM-CID', body);
    expect(content.ok && content.extended).toEqual([
      { id: 'M', name: 'MAC address', value: 'AA00BB11CC22' },
      { id: 'V', name: 'verification', value: 'https://example.org/1' },
    ]);
  });
});

describe('the splitter', () => {
  const one = encodeFrame({ token: 'SIA-DCS', sequence: 1, account: '1234', data: 'NBA1' });
  const two = encodeFrame({ token: 'ADM-CID', sequence: 2, account: '1234', data: '1130 01 002' }, 'binary');
  const bodyOne = '"SIA-DCS"0001L0#1234[#1234|NBA1]';
  const bodyTwo = '"ADM-CID"0002L0#1234[#1234|1130 01 002]';

  it('takes several frames from a segment and one from many', () => {
    expect(bodies(splitAll(Buffer.concat([one, two, one])))).toEqual([bodyOne, bodyTwo, bodyOne]);
    expect(bodies(splitAll(...Array.from(Buffer.concat([two, one]), (byte) => Buffer.of(byte))))).toEqual([bodyTwo, bodyOne]);
  });

  it('counts a run of garbage once and finds the frame after it', () => {
    expect(bodies(splitAll(latin1('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), latin1('more'), one))).toEqual(['malformed', bodyOne]);
  });

  it('does not count line breaks between frames', () => {
    expect(bodies(splitAll(one, latin1('\r\n\n\0 '), two, latin1('\r\n')))).toEqual([bodyOne, bodyTwo]);
  });

  it('is not in the middle of a frame after one, nor after a line break', () => {
    const splitter = new Splitter();
    splitter.push(Buffer.concat([one, latin1('\r\n')]));
    while (splitter.next());
    expect(splitter.isMidFrame()).toBe(false);
    splitter.push(one.subarray(0, 12));
    while (splitter.next());
    expect(splitter.isMidFrame()).toBe(true);
  });

  it('tells a wrong length from a wrong CRC, and goes on after either', () => {
    const wrongLength = latin1(one.toString('latin1').replace('0020"', '0021"'));
    const wrongCrc = latin1(one.toString('latin1').replace('BA1', 'BA2'));
    expect(bodies(splitAll(wrongLength, one, wrongCrc, two))).toEqual(['bad-length', bodyOne, 'bad-crc', bodyTwo]);
  });

  it('starts again where a frame is broken off by the next one', () => {
    expect(bodies(splitAll(Buffer.concat([one.subarray(0, 20), two])))).toEqual(['malformed', bodyTwo]);
  });

  it('takes lower-case hex and a body of the greatest length, and no longer one', () => {
    const longest = `"SIA-DCS"0001L0#1[#1|A${'x'.repeat(LONGEST_BODY - 23)}]`;
    expect(longest).toHaveLength(LONGEST_BODY);
    expect(bodies(splitAll(latin1(frameText(longest, 'ascii').replace(/^\n.{8}/, (head) => head.toLowerCase()))))).toEqual([longest]);
    expect(bodies(splitAll(latin1(frameText(`${longest}x`, 'ascii')), one))).toEqual(['oversized', bodyOne]);
    expect(() => encodeFrame({ token: 'SIA-DCS', sequence: 1, account: '1', data: `A${'x'.repeat(LONGEST_BODY)}` })).toThrow(RangeError);
  });

  it('holds no more than one frame of an endless one', () => {
    const splitter = new Splitter();
    const found: string[] = [];
    splitter.push(latin1('\n00000FFF"SIA-DCS"'));
    for (let i = 0; i < 2_000; i++) {
      splitter.push(Buffer.alloc(500, 65));
      for (let next = splitter.next(); next !== null; next = splitter.next()) found.push(next.ok ? next.body : next.reason);
      expect(splitter.held).toBeLessThanOrEqual(LONGEST_FRAME);
    }
    expect(found).toEqual(['oversized']);
  });

  it('does not keep a large segment alive for a small frame in it', () => {
    const [, frame] = splitAll(Buffer.concat([Buffer.alloc(60_000, 65), one]));
    expect(frame?.ok && frame.raw).toEqual(one);
    expect(frame?.ok && frame.raw.buffer.byteLength).toBeLessThan(60_000);
  });
});

describe('headers', () => {
  it('keeps what an answer must repeat, byte for byte', () => {
    expect(readHeader('"NULL"0000R00aFL01#00Ab[]')).toMatchObject({ ok: true, token: 'NULL', receiver: '00aF', line: '01', account: '00Ab', echo: '0000R00aFL01#00Ab' });
    expect(readHeader('"*SIA-DCS"4480L0#EA1984[83F1')).toMatchObject({ ok: true, token: 'SIA-DCS', isEncrypted: true, echo: '4480L0#EA1984' });
    expect(readHeader('"NULL"0000')).toMatchObject({ ok: true, line: null, account: null, dataAt: 10 });
  });

  it.each([
    ['"', 'token', null],
    ['""0001L0[]', 'token', null],
    [`"${'X'.repeat(40)}"0001L0[]`, 'token', null],
    ['"SIA-DCS"12L0#1[]', 'sequence', null],
    ['"SIA-DCS"12x4L0#1[]', 'sequence', null],
    ['"SIA-DCS"0001L0123456#1[]', 'address', '0001'],
    ['"SIA-DCS"0001L0#12345678901234567[]', 'address', '0001'],
    ['"SIA-DCS"0001L0#1!2[]', 'address', '0001'],
  ])('refuses %s', (body, reason, sequence) => expect(readHeader(body)).toEqual({ ok: false, reason, sequence }));

  it('reads every second that it writes, and no day that there is not', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4_102_444_799 }), (second) => readMoment(writeMoment(second * 1000), 0) === second * 1000), { seed: 9, numRuns: 2_000 });
    for (const not of ['24:00:00,01-01-2028', '00:60:00,01-01-2028', '00:00:60,01-01-2028', '00:00:00,13-01-2028', '00:00:00,02-29-2027', '00:00:00,04-31-2028', '00:00:00,00-10-2028', '0x:00:00,01-01-2028', '00:00:00.01-01-2028', '00:00:00,01-01-1969'])
      expect(readSentAt(`"NULL"0000L0[]_${not}`)).toBeNull();
  });
});

describe('answers', () => {
  it('are frames that repeat the address', () => {
    const found = splitAll(latin1(encodeAck('0417R12L3#70A1', 'ascii') + encodeDuh('0001L0', 'binary') + encodeNak(Date.UTC(2028, 1, 29, 1, 2, 3), 'ascii')));
    expect(bodies(found)).toEqual(['"ACK"0417R12L3#70A1[]', '"DUH"0001L0[]', '"NAK"0000R0L0A0[]_01:02:03,02-29-2028']);
    expect(found.map((item) => item.ok && item.form)).toEqual(['ascii', 'binary', 'ascii']);
  });
});

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
const word = fc.stringMatching(/^[ -Z_a-z\xa1-\xff]{0,40}$/);
const message = fc.record({
  token: fc.constantFrom('SIA-DCS' as const, 'ADM-CID' as const),
  sequence: fc.integer({ min: 0, max: 9_999 }),
  receiver: fc.option(fc.stringMatching(/^[0-9A-F]{1,6}$/)),
  line: fc.option(fc.stringMatching(/^[0-9A-F]{1,6}$/)),
  account: fc.stringMatching(/^[0-9A-Z]{1,16}$/),
  data: word,
  extended: fc.array(fc.record({ id: fc.constantFrom('H', 'V', 'M', 'I'), value: word }), { maxLength: 3 }),
  sentAt: fc.option(fc.integer({ min: 0, max: 4_102_444_799 }).map((s) => s * 1000)),
});

describe('properties', () => {
  it('every message comes back as it was sent, cut anywhere, with garbage and broken frames between', () => {
    const garbage = fc.oneof(fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 10))), fc.constant(latin1('\n12340005"A"01\r')), fc.constant(Buffer.alloc(0)));
    const sent = fc.array(fc.record({ message, form: fc.constantFrom<CrcForm>('ascii', 'binary'), before: garbage }), { minLength: 1, maxLength: 8 });
    const run = fc.property(sent, fc.array(fc.nat(), { maxLength: 30 }), (items, cuts) => {
      const stream = Buffer.concat(items.flatMap(({ message: sentMessage, form, before }) => [before, encodeFrame(sentMessage, form)]));
      const at = [...new Set(cuts.map((cut) => cut % (stream.length + 1)))].sort((a, b) => a - b);
      const segments = [...at, stream.length].map((end, i) => stream.subarray(at[i - 1] ?? 0, end));
      const frames = splitAll(...segments).filter((item) => item.ok);
      expect(frames).toHaveLength(items.length);
      frames.forEach((frame, i) => {
        const { message: was, form } = items[i] as (typeof items)[number];
        expect(frame).toMatchObject({ form, raw: encodeFrame(was, form) });
        expect(readHeader(frame.body)).toMatchObject({ ok: true, token: was.token, sequence: was.sequence, receiver: was.receiver, line: was.line, account: was.account });
        expect(readSentAt(frame.body)).toBe(was.sentAt);
      });
    });
    fc.assert(run, { seed: 909, numRuns: 500 });
  });

  it('events come back as they were packed', () => {
    const event = fc.record({ code: fc.stringMatching(/^[A-KM-Z][A-Z]$/), number: digits(0, 4), area: fc.option(digits(1, 3)), user: fc.option(digits(1, 4)), name: fc.option(fc.stringMatching(/^[A-Za-z ]{1,12}$/)) });
    const run = fc.property(fc.array(event, { minLength: 1, maxLength: 20 }), fc.constantFrom('', '/'), (events, slash) => {
      const packed = events.map(({ code, number, area, user, name }) => `${area === null ? '' : `ri${area}${slash}`}${user === null ? '' : `id${user}${slash}`}${code}${number}${name === null ? '' : `^${name}^`}`);
      const content = decodeContent('SIA-DCS', `"SIA-DCS"0001L0#1[#1|N${packed.join(slash)}]`);
      if (!content.ok) throw new Error(content.reason);
      let area: string | null = null;
      let user: string | null = null;
      const expected = events.map((was) => {
        area = was.area ?? area;
        user = was.user ?? user;
        return { code: was.code, number: was.number || null, numberName: was.name, area, user };
      });
      expect(content.unread).toEqual([]);
      expect(content.events.map(({ code, number, numberName, area: a, user: u }) => ({ code, number, numberName, area: a, user: u }))).toEqual(expected);
    });
    fc.assert(run, { seed: 303, numRuns: 500 });
  });

  it('no bytes make it throw, grow or take long', () => {
    const bytes = fc.uint8Array({ maxLength: 3_000 }).map((array) => Buffer.from(array));
    const hostile = fc.array(fc.constantFrom('N', 'ri1', '^', '*"', '|', '/', 'BA', 'xx9', '[', ']', '#', 'A', '\0', 'é', "*'", '1130 01 001'), { maxLength: 900 }).map((parts) => parts.join(''));
    const run = fc.property(bytes, hostile, fc.constantFrom<EventToken>('SIA-DCS', 'ADM-CID'), (noise, data, token) => {
      splitAll(noise);
      const content = decodeContent(token, `"${token}"0001L0#1[#1|${data}]`);
      if (content.ok) expect(JSON.stringify(content).length).toBeLessThan(200_000);
      decodeContent(token, noise.toString('latin1'));
    });
    fc.assert(run, { seed: 77, numRuns: 500 });
    const started = performance.now();
    for (const piece of ['ri1', '^', '^a', '*"', 'BA', '|', '[', 'x', 'xy1', '18 1', '\n00000010"', '\n']) {
      const data = piece.repeat(Math.floor(4_000 / piece.length));
      splitAll(latin1(data));
      decodeContent('SIA-DCS', `"SIA-DCS"0001L0#1[#1|N${data}]`);
      decodeContent('ADM-CID', `"ADM-CID"0001L0#1[#1|${data}]`);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('keeps no control character in what it reads, so that it can be stored', () => {
    const content = decodeContent('SIA-DCS', '"SIA-DCS"0001L0#1[#1|NBA1^a\0b^|Ac\x07d]');
    expect(content.ok && [content.events[0]?.numberName, content.texts]).toEqual(['a\uFFFDb', ['c\uFFFDd']]);
  });
});
