import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import type { Drawn, DrawJob } from './drawing.ts';

/** The largest page side in points (1/72 inch) that PDF 1.7 allows (ISO 32000-1, annex C.2); a page of one point is none. */
const MOST_POINTS = 14_400;
const LEAST_POINTS = 9;

/** Draws the first page of a PDF on white. Runs in the drawing process, whose memory and time are bounded. */
export async function drawFirstPage({ bytes, sides }: DrawJob): Promise<Drawn> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(bytes);
  if (document.getPageCount() === 0) return { refusal: 'it has no page' };
  const page = document.getPage(0);
  const { originalWidth: width, originalHeight: height } = page.getOriginalSize();
  if (!(Math.min(width, height) >= LEAST_POINTS && Math.max(width, height) <= MOST_POINTS)) return { refusal: 'its first page has no size that can be drawn' };
  const pictures: Uint8Array[] = [];
  const sizes: { width: number; height: number }[] = [];
  for (const side of sides) {
    const drawn = await page.render({ scale: side / Math.max(width, height), render: 'bitmap', colorSpace: 'BGRA' });
    const raw = { width: drawn.width, height: drawn.height, channels: 4 } as const;
    sizes.push({ width: drawn.width, height: drawn.height });
    pictures.push(await sharp(drawn.data, { raw }).removeAlpha().webp({ quality: 82, effort: 2 }).toBuffer());
  }
  return { pictures, sizes, width: Math.round(width), height: Math.round(height) };
}
