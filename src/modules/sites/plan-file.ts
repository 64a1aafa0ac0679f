import { v7 as uuidv7 } from 'uuid';
import { openFile } from '#platform/files/files.service.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { drawImage } from '#platform/pictures/drawing-process.ts';
import { readShapes, type Shapes } from './shapes.ts';

/** What a file is as a plan: a picture of it, drawn anew, or its shapes. */
export type PlanFile = { source: 'picture'; name: string; picture: Uint8Array; widthPx: number; heightPx: number } | ({ source: 'shapes'; name: string } & Extract<Shapes, { ok: true }>);

const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'application/pdf']);
const MOST_PICTURE_BYTES = 64 * 2 ** 20;
const MOST_SHAPES_BYTES = 8 * 2 ** 20;
/** The longest side of the picture that is kept: a plan on A3 at 250 dots an inch. */
const LONGEST_PX = 4096;
const LEAST_PX = 64;
/** Somebody waits for it, and asks again where it fails: a large page may take its time on a busy machine. */
const DRAWN_WITHIN_MS = 40_000;

const refuse = (code: string, detail: string): Problem => new Problem('refused', `sites.${code}`, detail, { errors: [{ pointer: '/fileId', detail }] });
const isOver = (what: string): Problem => refuse('plan_too_large', `A plan has at most ${what}. Export it smaller.`);

async function wholeOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Opens a file of the floor as a plan. Pictures and PDF are drawn in a process of their own, with bounded memory and time; everything else but shapes is refused, SVG among it. */
export async function openPlanFile(ctx: Ctx, floorId: string, fileId: string): Promise<PlanFile> {
  const { file, bytes } = await openFile(ctx, fileId);
  const isPicture = PICTURES.has(file.mediaType);
  const fault = file.recordId !== floorId || file.struckAt !== null ? refuse('plan_elsewhere', 'Attach the file to this floor first.') : file.size > (isPicture ? MOST_PICTURE_BYTES : MOST_SHAPES_BYTES) ? isOver(isPicture ? '64 MiB' : '8 MiB of shapes') : null;
  if (fault) {
    bytes.destroy();
    throw fault;
  }
  const whole = await wholeOf(bytes);
  return isPicture ? pictureOf(file.name, whole) : shapesOf(file.name, whole);
}

async function pictureOf(name: string, bytes: Buffer): Promise<PlanFile> {
  const drawn = await drawImage({ bytes, sides: [LONGEST_PX], isPdfTaken: true }, DRAWN_WITHIN_MS);
  if ('refusal' in drawn) throw refuse('plan_not_drawn', `This file cannot be drawn (${drawn.refusal}). A picture has at most 100 megapixels; export it anew as PNG, JPEG or PDF.`);
  const [picture, size] = [drawn.pictures[0], drawn.sizes[0]];
  if (!picture || !size || Math.min(size.width, size.height) < LEAST_PX) throw refuse('plan_too_small', `A plan has at least ${LEAST_PX} pixels a side.`);
  return { source: 'picture', name, picture, widthPx: size.width, heightPx: size.height };
}

function shapesOf(name: string, bytes: Buffer): PlanFile {
  const head = bytes.subarray(0, 256).toString('utf8').replace(/^\uFEFF/, '').trimStart();
  if (head.startsWith('<')) throw refuse('plan_svg', 'SVG and other markup are not taken, since they may carry scripts. Export the plan as PNG, JPEG or PDF.');
  if (!head.startsWith('{')) throw refuse('plan_kind', 'A plan is PNG, JPEG, PDF or GeoJSON. This file is none of these.');
  const shapes = readShapes(bytes.toString('utf8'), uuidv7);
  if (!shapes.ok) throw refuse('plan_shapes', `This file gives no plan: ${shapes.reason}`);
  return { source: 'shapes', name, ...shapes };
}
