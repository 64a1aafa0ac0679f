import sharp from 'sharp';

/** An image to draw anew: its bytes, the longest side of each picture in pixels, and whether the first page of a PDF will do. */
export type DrawJob = { bytes: Uint8Array; sides: readonly number[]; isPdfTaken?: boolean };

/** The pictures as WebP, in the order of the sides asked for, without any of the original's metadata, with the pixels of each; `width` and `height` are the original's. Or why there are none. */
export type Drawn = { pictures: Uint8Array[]; sizes: { width: number; height: number }[]; width: number; height: number } | { refusal: string };

const MOST_PIXELS = 100_000_000;

// What reads documents, drawings and scripts stays shut: only these formats are opened at all.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((format) => `VipsForeignLoad${format}`) });
sharp.cache(false);
sharp.concurrency(1);

const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(0, 1024).includes('%PDF-');

async function draw(job: DrawJob): Promise<Drawn> {
  if (job.isPdfTaken && isPdf(job.bytes)) return (await import('./first-page.ts')).drawFirstPage(job);
  const { bytes, sides } = job;
  const open = () => sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true, pages: 1 });
  const { width, height } = await open().metadata();
  const made: { data: Uint8Array; info: { width: number; height: number } }[] = [];
  for (const side of sides) made.push(await open().autoOrient().resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }).webp({ quality: 78, effort: 2 }).toBuffer({ resolveWithObject: true }));
  return { pictures: made.map(({ data }) => data), sizes: made.map(({ info }) => ({ width: info.width, height: info.height })), width, height };
}

process.once('message', (job: DrawJob) => {
  draw(job)
    .catch((error: unknown): Drawn => ({ refusal: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown' }))
    .then((drawn) => process.send?.(drawn, undefined, undefined, () => process.exit(0)), () => process.exit(1));
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
