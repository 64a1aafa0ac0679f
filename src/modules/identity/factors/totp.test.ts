import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import decodeQr from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { qrPath } from './qr.ts';
import { hashRecoveryCode, newRecoveryCode } from './recovery-codes.ts';
import { base32, hotp, otpauthUri, STEP_S, stepAt, stepOfCode } from './totp.ts';

const SEED = Buffer.from('12345678901234567890');
const seedOf = (length: number): Buffer => Buffer.from('1234567890'.repeat(7).slice(0, length));

describe('one-time passwords', () => {
  it.each(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map((code, counter) => [counter, code] as const))('of counter %i are %s, as RFC 4226 appendix D says', (counter, code) => {
    expect(hotp(SEED, counter)).toBe(code);
  });

  // RFC 6238 appendix B, eight digits.
  const TIMES = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000];
  it.each([
    ['sha1', 20, ['94287082', '07081804', '14050471', '89005924', '69279037', '65353130']],
    ['sha256', 32, ['46119246', '68084774', '67062674', '91819424', '90698825', '77737706']],
    ['sha512', 64, ['90693936', '25091201', '99943326', '93441116', '38618901', '47863826']],
  ] as const)('by time and %s are those of RFC 6238 appendix B', (algorithm, length, codes) => {
    expect(TIMES.map((time) => hotp(seedOf(length), stepAt(new Date(time * 1000)), 8, algorithm))).toEqual(codes);
  });

  it.each([['', ''], ['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['fooba', 'MZXW6YTB'], ['foobar', 'MZXW6YTBOI']])('%o is written %o, as RFC 4648 section 10 says, without padding', (text, written) => {
    expect(base32(Buffer.from(text))).toBe(written);
  });
});

describe('a code that is typed', () => {
  const secret = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));
  const time = fc.integer({ min: 1_700_000_000, max: 4_000_000_000 });

  it('fits one step early and one late, and not two', () => {
    fc.assert(fc.property(secret, time, fc.integer({ min: -4, max: 4 }), (key, at, drift) => {
      const now = new Date(at * 1000);
      const typed = hotp(key, stepAt(now) + drift);
      const found = stepOfCode(key, typed, now, 0);
      if (Math.abs(drift) <= 1) return found !== null && hotp(key, found) === typed;
      // Two steps may have the same six digits by chance.
      return found === null || (found !== stepAt(now) + drift && hotp(key, found) === typed);
    }));
  });

  it('fits once: what was taken, and what is older than it, does not fit again', () => {
    fc.assert(fc.property(secret, time, (key, at) => {
      const now = new Date(at * 1000);
      const step = stepOfCode(key, hotp(key, stepAt(now)), now, 0) ?? 0;
      const again = stepOfCode(key, hotp(key, step), new Date((at + STEP_S) * 1000), step);
      expect(again === null || (again > step && hotp(key, again) === hotp(key, step))).toBe(true);
    }));
  });

  it('is taken with a space in it, and not with anything else', () => {
    const now = new Date(59_000);
    expect(stepOfCode(SEED, '287 082', now, 0)).toBe(1);
    for (const wrong of ['', '28708', '2870820', '287083', 'abcdef', '２８７０８２', '287082\u0000']) expect([wrong, stepOfCode(SEED, wrong, now, 0)]).toEqual([wrong, null]);
  });
});

describe('the drawn code', () => {
  it('says what it was given: another program reads it', () => {
    const uri = otpauthUri({ secret: SEED, issuer: 'Parapet Halden & Söhne', account: 'ada@halden.example' });
    expect(uri).toBe('otpauth://totp/Parapet%20Halden%20%26%20S%C3%B6hne:ada%40halden.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Parapet%20Halden%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30');
    const { size, path } = qrPath(uri);
    expect(decodeQr(rasterOf(path, size, 4))).toBe(uri);
  });
});

/** Fills the path's rectangles into an image of `scale` pixels a square. */
function rasterOf(path: string, size: number, scale: number): { width: number; height: number; data: Uint8Array } {
  const [width, height] = [size * scale, size * scale];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) for (let at = Number(x) * scale; at < (Number(x) + Number(length)) * scale; at++) data.fill(0, (row * width + at) * 4, (row * width + at) * 4 + 3);
  }
  return { width, height, data };
}

describe('recovery codes', () => {
  it('are seven groups of four letters and digits that nobody mistakes, over 128 bits, never the same', () => {
    const codes = Array.from({ length: 2000 }, newRecoveryCode);
    for (const code of codes) expect(code).toMatch(/^([a-hjkmnp-z2-9]{4}-){6}[a-hjkmnp-z2-9]{4}$/);
    expect(28 * Math.log2(31)).toBeGreaterThan(128);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('fit however they are typed, and one person only', () => {
    const code = newRecoveryCode();
    expect(hashRecoveryCode('a', ` ${code.toUpperCase().replaceAll('-', ' ')} `)).toEqual(hashRecoveryCode('a', code));
    expect(hashRecoveryCode('b', code)).not.toEqual(hashRecoveryCode('a', code));
  });
});
