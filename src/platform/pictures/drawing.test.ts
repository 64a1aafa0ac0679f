import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Drawn } from './drawing.ts';
import { drawImage } from './drawing-process.ts';

const SIDES = [1600, 320];
const draw = (bytes: Buffer) => drawImage({ bytes, sides: SIDES });
const plain = (width: number, height: number, channels: 3 | 4 = 3) => sharp({ create: { width, height, channels, background: '#246' }, limitInputPixels: false });

/** A PNG whose head says what it likes and whose body is `rows` of zeros. */
function pngOf(width: number, height: number, rows: Buffer): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type), body]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    crc.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, crc]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A TIFF whose directory names itself as the next one. */
function endlessTiff(): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 12 + 4);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(256, 10);
  tiff.writeUInt16LE(4, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt32LE(0xffffffff, 18);
  tiff.writeUInt32LE(8, 22);
  return tiff;
}

const picturesOf = (drawn: Drawn): Buffer[] => ('pictures' in drawn ? drawn.pictures.map((picture) => Buffer.from(picture)) : []);

describe('a picture drawn anew', () => {
  test('is small, upright, WebP, and knows nothing of where and with what it was taken', async () => {
    const photo = await sharp({ create: { width: 2400, height: 1200, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 30 } } })
      .withExif({ IFD0: { Make: 'SecretCam', Artist: 'Ana Author' }, IFD3: { GPSLatitude: '52/1 5/1 0/1', GPSLatitudeRef: 'N', GPSLongitude: '5/1 7/1 0/1', GPSLongitudeRef: 'E' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>').jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(photo.includes('SecretCam')).toBe(true);
    const drawn = await draw(photo);
    expect(drawn).toMatchObject({ width: 2400, height: 1200 });
    const [large, small] = await Promise.all(picturesOf(drawn).map((picture) => sharp(picture).metadata()));
    expect(large).toMatchObject({ format: 'webp', width: 800, height: 1600 });
    expect(small).toMatchObject({ format: 'webp', width: 160, height: 320 });
    for (const picture of picturesOf(drawn)) for (const word of ['SecretCam', 'Ana Author', 'Exif', 'EXIF', 'xmpmeta', 'XMP ', 'ICCP']) expect(picture.includes(word)).toBe(false);
  });

  test('carries nothing of what else its file was', async () => {
    const jpeg = await plain(64, 64).jpeg().toBuffer();
    const polyglot = Buffer.concat([jpeg, Buffer.from('<html><script>alert(1)</script></html>PK\x03\x04%PDF-1.7')]);
    for (const picture of picturesOf(await draw(polyglot))) expect(/<script|PK\x03\x04|%PDF/.test(picture.toString('latin1'))).toBe(false);
    expect(picturesOf(await draw(polyglot))).toHaveLength(2);
  });
});

describe('what means harm', () => {
  const corpus: [string, () => Promise<Buffer>][] = [
    ['400 million pixels in a megabyte', () => plain(20_000, 20_000).png({ compressionLevel: 9 }).toBuffer()],
    ['a head that claims 2 to the 62 pixels', async () => pngOf(2 ** 31 - 1, 2 ** 31 - 1, Buffer.alloc(1000))],
    ['a head that claims 90 million pixels over a body of a thousand bytes', async () => pngOf(10_000, 9_000, Buffer.alloc(1000))],
    ['98 million pixels, interlaced, which must all be held at once', () => plain(9_900, 9_900, 4).png({ progressive: true, compressionLevel: 9 }).toBuffer()],
    ['a JPEG cut in the middle', async () => (await plain(3000, 2000).jpeg().toBuffer()).subarray(0, 9_000)],
    ['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"><image xlink:href="file:///etc/passwd"/></svg>')],
    ['a PDF', async () => Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>')],
    ['a script for ImageMagick', async () => Buffer.from('push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 "|id"\npop graphic-context')],
    ['a TIFF without end', async () => endlessTiff()],
    ['a WebP of nothing', async () => Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8L\xff\xff\xff\x7f\x2f\xff\xff\xff\xff', 'latin1')],
    ['a GIF of 65535 by 65535', async () => Buffer.from('474946383961ffffffff80ff00000000ffffff2c00000000ffffffff00020244010 03b'.replace(' ', ''), 'hex')],
    ['no image', async () => Buffer.from('hello')],
    ['one byte', async () => Buffer.from([0])],
  ];

  test.each(corpus)('is refused or drawn within its bounds: %s', async (_what, make) => {
    const bytes = await make();
    const start = performance.now();
    const drawn = await draw(bytes);
    expect(performance.now() - start).toBeLessThan(10_500);
    if ('refusal' in drawn) expect(drawn.refusal).not.toBe('');
    else for (const picture of picturesOf(drawn)) expect((await sharp(picture).metadata()).format).toBe('webp');
  }, 180_000);

  test('an image that needs more than its memory is refused by the system, not by luck', async () => {
    expect(await draw(await plain(9_900, 9_900, 4).png({ progressive: true, compressionLevel: 9 }).toBuffer())).toHaveProperty('refusal');
    expect(await draw(await plain(9_000, 9_000).jpeg().toBuffer())).toHaveProperty('pictures');
  }, 180_000);

  test('an image that takes too long is given up, and its process with it', async () => {
    const before = children();
    expect(await drawImage({ bytes: await plain(6000, 6000).png().toBuffer(), sides: SIDES }, 150)).toEqual({ refusal: 'it takes too long to draw' });
    await expect.poll(children).toEqual(before);
  });

  test('mutations of good images end in a picture or a refusal, never otherwise', async () => {
    const seeds = await Promise.all([plain(90, 60).jpeg().toBuffer(), plain(90, 60, 4).png().toBuffer(), plain(90, 60).webp().toBuffer(), plain(90, 60).gif().toBuffer(), plain(90, 60).tiff().toBuffer()]);
    await fc.assert(fc.asyncProperty(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 }), async (seed, changes) => {
      const bytes = Buffer.from(seed);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const drawn = await draw(bytes);
      expect('refusal' in drawn || drawn.pictures.length === 2).toBe(true);
    }), { numRuns: 12 });
  }, 180_000);
});

const children = (): string[] => execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes('pictures/drawing.ts') && line.trim().split(/\s+/)[1] === String(process.pid));

test('its process is given no secret of ours', async () => {
  process.env['PARAPET_ADMIN_PASSWORD'] = 'canary-secret';
  const drawing = draw(await plain(8000, 8000).png().toBuffer());
  await expect.poll(children).toHaveLength(1);
  const pid = children()[0]?.trim().split(/\s+/)[0] ?? '';
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary-secret');
  delete process.env['PARAPET_ADMIN_PASSWORD'];
  await drawing;
});
