import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arriveAgain, decodeFrame } from './arrival.ts';
import { clearBody, openBody, sealClear } from './cipher.ts';
import { encodeFrame, frameText } from './encode.ts';
import { readHeader, type Header } from './header.ts';

const T = Date.UTC(2028, 1, 29, 12, 0, 0);
const KEYS = [16, 24, 32].map((length) => Buffer.from('Ab0123456789cdEF-KeyOfThePanel#1'.slice(0, length), 'latin1'));
const [KEY] = KEYS as [Buffer];

function headerOf(body: string): Header {
  const header = readHeader(body);
  if (!header.ok) throw new Error(header.reason);
  return header;
}
const open = (body: string, key = KEY) => openBody(body, headerOf(body), key);
const bodyOf = (frame: Buffer): string => frame.toString('latin1').slice(9, -1);
const event = (data = 'Nri1/BA001', key = KEY, extended: { id: string; value: string }[] = []): Buffer =>
  encodeFrame({ token: 'SIA-DCS', sequence: 12, account: '70A1', data, sentAt: T, extended, key });

/** How many bytes were sealed, and the result. */
function sealed(text: string, key = KEY): string {
  const hex = sealClear(text, key, () => 0);
  const plain = createDecipheriv(`aes-${key.length * 8}-cbc`, key, Buffer.alloc(16)).setAutoPadding(false).update(hex, 'hex', 'latin1');
  return `${plain.length}:${hex}`;
}

describe('an encrypted message', () => {
  it('is opened by its key of 128, 192 or 256 bits to what was sealed, and by no other', () => {
    for (const key of KEYS) {
      const frame = event('Nri1/BA001', key, [{ id: 'V', value: 'rtsp://192.0.2.9/1' }]);
      const clear = '#70A1|Nri1/BA001][Vrtsp://192.0.2.9/1]_12:00:00,02-29-2028';
      expect(bodyOf(frame)).toMatch(/^"\*SIA-DCS"0012L0#70A1\[[0-9A-F]+$/);
      expect(open(bodyOf(frame), key)).toEqual({ ok: true, clear, sentAt: T });
      for (const other of KEYS) if (other !== key) expect(open(bodyOf(frame), other)).toEqual({ ok: false, reason: 'wrong-key' });
    }
  });

  it('has a pad of 1 to 16 characters in front, drawn anew each time, and a whole number of blocks', () => {
    for (let length = 0; length < 17; length++) expect(Number(sealed(`#70A1|${'N'.repeat(length)}]_12:00:00,02-29-2028`).split(':')[0]) % 16).toBe(0);
    expect(sealClear(']_12:00:00,02-29-2028', KEY)).not.toBe(sealClear(']_12:00:00,02-29-2028', KEY));
    const hex = sealClear(']_12:00:00,02-29-2028', KEY, () => 0);
    expect(createDecipheriv('aes-128-cbc', KEY, Buffer.alloc(16)).setAutoPadding(false).update(hex, 'hex', 'latin1')).toBe('AAAAAAAAAAA]_12:00:00,02-29-2028');
  });

  it('without a time is read and known to have none', () => expect(open(`"*SIA-DCS"0001L0#70A1[${sealClear('#70A1|NBA1]', KEY)}`)).toEqual({ ok: false, reason: 'no-time' }));

  it('that is cut, garbled in its last block, empty or no hex is not taken', () => {
    const body = bodyOf(event());
    for (const broken of [body.slice(0, -2), `${body.slice(0, -1)}G`, '"*SIA-DCS"0012L0#70A1[', '"*SIA-DCS"0012L0#70A1', '"*SIA-DCS"0012L0#70A1[]']) expect(open(broken), broken).toEqual({ ok: false, reason: 'wrong-key' });
    const turned = body.slice(0, -1) + (body.endsWith('0') ? '1' : '0');
    expect(open(turned).ok).toBe(false);
    expect(open(body.slice(0, -32))).toEqual({ ok: false, reason: 'no-time' });
    expect(open(`${body}]`)).toMatchObject({ ok: true });
  });

  it('is read for people from what was kept beside it, with its blocks; a key that it brings is not shown', () => {
    const frame = event('Nri2/FA007', KEY, [{ id: 'I', value: 'Smoke in the archive' }, { id: 'X', value: '008W32.1' }, { id: 'Y', value: '47N22.6' }, { id: 'K', value: '00112233' }]);
    const opened = open(bodyOf(frame));
    if (!opened.ok) throw new Error(opened.reason);
    const decoded = decodeFrame(frame, Buffer.from(opened.clear, 'latin1'));
    expect(decoded).toMatchObject({ token: '*SIA-DCS', account: '70A1', problem: null, sentAt: new Date(T).toISOString(), events: [{ code: 'FA', number: '007', area: '2', text: 'Smoke in the archive' }] });
    expect(decoded.facts).toEqual(expect.arrayContaining([{ name: 'Encryption', value: 'AES' }, { name: 'longitude', value: '008W32.1' }, { name: 'latitude', value: '47N22.6' }, { name: 'encryption key', value: 'not shown' }]));
    expect(decodeFrame(frame).problem).toBe('The message is encrypted.');
  });

  it('that was kept arrives again with its key, if it was timely then, and is the same message as one with another pad and time', () => {
    expect(arriveAgain(event(), T + 30_000, '192.0.2.7', KEY)).toMatchObject({ account: '70A1', token: 'SIA-DCS', sentAt: T, identity: '"SIA-DCS"0012L0#70A1[#70A1|Nri1/BA001]', clear: Buffer.from('#70A1|Nri1/BA001]_12:00:00,02-29-2028') });
    expect(arriveAgain(event(), T + 41_000, '', KEY)).toBeNull();
    expect(arriveAgain(event(), T - 21_000, '', KEY)).toBeNull();
    expect(arriveAgain(event(), T, '', Buffer.alloc(16, 1))).toBeNull();
    expect(arriveAgain(event(), T, '')).toBeNull();
  });
});

describe('whatever is sent', () => {
  const ascii = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)), maxLength: 200 });

  it('what one side seals the other opens, whatever the data, the blocks and the key', () => {
    const part = ascii.map((text) => text.replace(/[[\]|]/g, ''));
    fc.assert(fc.property(part, part, fc.constantFrom(...KEYS), fc.boolean(), (data, block, key, isEmpty) => {
      const clear = `${isEmpty ? '' : `#70A1|${data}`}][X${block}]_12:00:00,02-29-2028`;
      const body = `"*ADM-CID"0001R1L2#70A1[${sealClear(clear, key)}`;
      expect(open(body, key)).toEqual({ ok: true, clear, sentAt: T });
      expect(clearBody(headerOf(body), clear)).toBe(`"ADM-CID"0001R1L2#70A1[${clear}`);
    }), { numRuns: 200 });
  });

  it('nothing throws, neither random hex nor random text where hex should be', () => {
    const hex = fc.uint8Array({ maxLength: 96 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    fc.assert(fc.property(fc.oneof(hex, ascii), fc.constantFrom(...KEYS), (text, key) => {
      const body = `"*SIA-DCS"0001L0#70A1[${text.replace(/[\r\n]/g, '')}`;
      expect(open(body, key).ok).toBe(false);
      expect(decodeFrame(Buffer.from(frameText(body, 'ascii'), 'latin1'), Buffer.from(text, 'latin1')).token).toBe('*SIA-DCS');
    }), { numRuns: 300 });
  });
});
