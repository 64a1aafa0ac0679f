import { sql } from 'kysely';
import { nowMs, timeNow } from '#platform/kernel/clock.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { clientOver } from '#platform/net/net.service.ts';
import type { Client } from '#platform/net/outgoing.ts';
import { drawImage } from '#platform/pictures/drawing-process.ts';
import { aboutSource, sourceSealer } from '#platform/sealing/sealing.ts';
import type { CameraRelay, Cameras, CameraTrouble } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type { ClipMode } from './contract.ts';
import { devices } from './device-row.ts';

/** A source that is a camera, with its sealed name and password: for who holds `devices:view-video` where it is. */
export type CameraSource = { id: string; account: string; sealed: Buffer | null };
/** The same, with the names of the part that is meant where it has several. */
export type MeantCamera = CameraSource & { parts: readonly string[] };
/** A picture of now, drawn anew as WebP; or why there is none, in words for the operator. */
export type Shot = { takenAt: string; bytes: Buffer } | { why: 'unreachable' | 'not-allowed' | 'credentials' | 'unreadable' | 'fault' | 'busy'; detail: string };

const WITHIN_MS = 3_000;
const SIDE_PX = 960;
const SHARED_MS = 1_500;
const FAILED_MS = 2_000;
const MOST_AT_ONCE = 4;
const PAUSES = { firstMs: 10_000, longestMs: 30_000 };

/** The cameras among these sources that may be viewed. */
export async function camerasOf(ctx: Ctx, sourceIds: readonly string[]): Promise<CameraSource[]> {
  if (sourceIds.length === 0) return [];
  return devices.read(ctx, 'devices:view-video').selectFrom(sql<CameraSource>`signals.cameras_of(${sourceIds}::uuid[])`.as<'c'>(sql`c`)).select(['id', 'account', 'sealed']).orderBy('account').execute();
}

const PART = 'device:';

/** Which part of a source a device is, by its points there; none where it is the whole of it. */
export const partsOf = (points: readonly { sourceId: string; point: string }[], sourceId: string): string[] => {
  const own = points.filter((one) => one.sourceId === sourceId).map(({ point }) => point);
  return own.includes('') ? [] : own.filter((point) => point.startsWith(PART)).map((point) => point.slice(PART.length)).sort();
};

const clients = new WeakMap<Database, Client>();

/** The guarded client for cameras: one that is back is asked again within half a minute. */
export function cameraClient(db: Database): Client {
  const known = clients.get(db);
  if (known) return known;
  const made = clientOver(db, { pauses: PAUSES });
  clients.set(db, made);
  return made;
}

/** What can be asked of cameras. */
export const askingCameras = (): Cameras => {
  const cameras = PROTOCOLS.get('onvif')?.cameras;
  if (!cameras) throw new Error('No connector asks cameras.');
  return cameras;
};

const shots = new Map<string, { shot: Promise<Shot>; until: number }>();
let drawing = 0;

/** The picture of a camera at this moment, one for all who look: at most 3 s to fetch, drawn anew, never handed through. It never throws for what the camera does. */
export function pictureOf(db: Database, camera: MeantCamera): Promise<Shot> {
  const key = [camera.id, ...camera.parts].join(' ');
  const now = nowMs();
  for (const [id, { until }] of shots) if (until < now) shots.delete(id);
  const known = shots.get(key);
  if (known) return known.shot;
  const kept = { shot: take(db, camera), until: Infinity };
  shots.set(key, kept);
  void kept.shot.then((shot) => (kept.until = nowMs() + ('bytes' in shot ? SHARED_MS : FAILED_MS)), () => shots.delete(key));
  return kept.shot;
}

async function take(db: Database, camera: MeantCamera): Promise<Shot> {
  if (drawing >= MOST_AT_ONCE) return { why: 'busy', detail: 'Several other pictures are being fetched. Try again in a moment.' };
  drawing++;
  try {
    const came = await fetchPicture(db, camera, WITHIN_MS);
    if (!Buffer.isBuffer(came)) return { why: came.trouble, detail: came.detail };
    const takenAt = timeNow().toISOString();
    const drawn = await drawImage({ bytes: came, sides: [SIDE_PX] });
    const [bytes] = 'refusal' in drawn ? [] : drawn.pictures;
    return bytes ? { takenAt, bytes: Buffer.from(bytes) } : { why: 'unreadable', detail: 'What it sent is no picture that can be drawn.' };
  } finally {
    drawing--;
  }
}

const fetchPicture = (db: Database, { id, account, sealed, parts }: MeantCamera, withinMs: number): ReturnType<Cameras['picture']> =>
  within(askingCameras().picture({ client: cameraClient(db), address: account, opened: sealed && opened(id, sealed), timeoutMs: withinMs, parts }), withinMs);

/** The stream of a camera, through a relay of this process. It never throws for what the camera does. */
export const streamOf = (db: Database, { id, account, sealed, parts }: MeantCamera, size: 'small' | 'main'): Promise<CameraRelay | CameraTrouble> =>
  askingCameras().stream({ client: cameraClient(db), address: account, opened: sealed && opened(id, sealed), timeoutMs: WITHIN_MS, parts, size });

/** The stream of a camera as it shows itself first, to be recorded; nobody's look is recorded. It never throws for what the camera does. */
export async function openStream(ctx: Ctx, deviceId: string): Promise<CameraRelay | CameraTrouble> {
  const camera = await cameraOf(ctx, deviceId);
  return camera ? streamOf(ctx.db, camera, 'main') : { trouble: 'fault', detail: NOT_ONVIF };
}

/** Which cameras in use keep clips, of these or of all that are recorded before an alarm; at most so many, the longest known first. */
export async function clipCameras(ctx: Ctx, { ids, limit }: { ids?: readonly string[]; limit: number }): Promise<{ id: string; clip: ClipMode }[]> {
  const found = await devices.read(ctx, 'devices:view-video').selectFrom('devices.device').select(['id', 'clip']).where('state', '=', 'active').where('kind', '=', 'camera').where((where) => (ids ? where('id', 'in', [...ids]) : where('clip', '=', 'around'))).orderBy('createdAt').orderBy('id').limit(limit).execute();
  return found.map(({ id, clip }) => ({ id, clip: clip as ClipMode }));
}

/** A picture to be kept: the bytes as the camera sent them, and the end of a name for them. */
export type KeptShot = { takenAt: string; bytes: Buffer; type: 'jpg' | 'png' | 'webp' };

/** The picture of a camera at this moment, as it sent it: bytes that begin as a picture does, of a stranger. For the service that keeps pictures; nobody's look is recorded. It never throws for what the camera does. */
export async function takePicture(ctx: Ctx, deviceId: string, withinMs: number = WITHIN_MS): Promise<KeptShot | Extract<Shot, { why: string }>> {
  const camera = await cameraOf(ctx, deviceId);
  if (!camera) return { why: 'fault', detail: NOT_ONVIF };
  const came = await fetchPicture(ctx.db, camera, withinMs);
  if (!Buffer.isBuffer(came)) return { why: came.trouble, detail: came.detail };
  const type = typeOf(came);
  return type ? { takenAt: ctx.now().toISOString(), bytes: came, type } : { why: 'unreadable', detail: 'What it sent is no picture.' };
}

const NOT_ONVIF = 'No source of the protocol ONVIF is among its points any more.';

/** What a device says of itself; nobody's look is recorded. It never throws for what the device does. */
export async function describeCamera(ctx: Ctx, deviceId: string): ReturnType<Cameras['describe']> {
  const camera = await cameraOf(ctx, deviceId);
  if (!camera) return { trouble: 'fault', detail: NOT_ONVIF };
  return askingCameras().describe({ client: cameraClient(ctx.db), address: camera.account, opened: camera.sealed && opened(camera.id, camera.sealed), timeoutMs: WITHIN_MS });
}

async function cameraOf(ctx: Ctx, deviceId: string): Promise<MeantCamera | null> {
  const points = await devices.read(ctx, 'devices:view-video').selectFrom('devices.point').select(['sourceId', 'point']).where('deviceId', '=', deviceId).where('until', 'is', null).limit(64).execute();
  const [camera] = await camerasOf(ctx, points.map(({ sourceId }) => sourceId));
  return camera ? { ...camera, parts: partsOf(points, camera.id) } : null;
}

function typeOf(bytes: Buffer): KeptShot['type'] | null {
  const head = bytes.subarray(0, 12).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpg';
  if (head.startsWith('\x89PNG')) return 'png';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'webp' : null;
}

/** Null where it was sealed under another key of ours: the camera then says that it does not take us. */
function opened(sourceId: string, sealed: Buffer): Buffer | null {
  const own = sourceSealer();
  try {
    return own.open(aboutSource(sourceId), sealed);
  } catch {
    return null;
  }
}

async function within(fetched: ReturnType<Cameras['picture']>, withinMs: number): ReturnType<Cameras['picture']> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Awaited<ReturnType<Cameras['picture']>>>((resolve) => {
    timer = setTimeout(() => resolve({ trouble: 'unreachable', detail: `It gave no picture within ${withinMs / 1000} seconds.` }), withinMs);
  });
  return Promise.race([fetched, late]).finally(() => clearTimeout(timer));
}
