import sharp from 'sharp';

/** An image to draw anew: its bytes, and the longest side of each picture in pixels. */
export type DrawJob = { bytes: Uint8Array; sides: readonly number[] };

/** The pictures as WebP, in the order of the sides asked for, without any of the original's metadata; or why there are none. */
export type Drawn = { pictures: Uint8Array[]; width: number; height: number } | { refusal: string };

const MOST_PIXELS = 100_000_000;

// What reads documents, drawings and scripts stays shut: only these formats are opened at all.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((format) => `VipsForeignLoad${format}`) });
sharp.cache(false);
sharp.concurrency(1);

async function draw({ bytes, sides }: DrawJob): Promise<Drawn> {
  const open = () => sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true, pages: 1 });
  const { width, height } = await open().metadata();
  const pictures: Uint8Array[] = [];
  for (const side of sides) pictures.push(await open().autoOrient().resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }).webp({ quality: 78, effort: 2 }).toBuffer());
  return { pictures, width, height };
}

process.once('message', (job: DrawJob) => {
  draw(job)
    .catch((error: unknown): Drawn => ({ refusal: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown' }))
    .then((drawn) => process.send?.(drawn, undefined, undefined, () => process.exit(0)), () => process.exit(1));
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
