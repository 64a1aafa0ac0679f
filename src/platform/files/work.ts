import { setTimeout } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Work, WorkTools } from '#platform/kernel/http.ts';
import { noteCheck } from '#platform/health/check.ts';
import { checkFiles, type Pace } from './check.ts';
import { drawImage } from '#platform/pictures/drawing-process.ts';
import { DRAWABLE, MOST_DRAWN_BYTES } from './rows.ts';
import { type Content, Damage, ownVault } from './vault.ts';

const IDLE_MS = 5_000;
const NOTE_EVERY_MS = 60_000;
const CLEAR_EVERY_MS = 3_600_000;
const CHECK_EVERY_MS = 24 * 3_600_000;
const CHECK_REST_MS = 2;
/** Content that nothing names is left alone so long: somebody may be about to name it. */
const YOUNG_MS = 24 * 3_600_000;
const SIDES = [1600, 320] as const;

type Row = Record<string, unknown>;
type Tools = Pick<WorkTools, 'worker' | 'log'>;

const ask = async ({ worker }: Pick<WorkTools, 'worker'>, text: string, values: unknown[] = []): Promise<Row[]> => (await worker.send([{ text, values }]))[0]?.rows ?? [];

const UNDRAWN = `select distinct on (f.blob) f.id, f.blob, f.size, f.data_key, f.sha256 from files.file f
  where f.blob is not null and f.media_type = any ($1) and f.size <= $2 and not exists (select from files.preview p where p.blob = f.blob) and not exists (select from files.damage d where d.blob = f.blob) limit 20`;

/** Draws the previews that are missing. Answers how many images it tried. */
export async function drawPreviews(tools: Tools): Promise<number> {
  const rows = await ask(tools, UNDRAWN, [[...DRAWABLE], MOST_DRAWN_BYTES]);
  for (const row of rows) await drawOne(tools, { blob: row['blob'] as string, size: row['size'] as number, dataKey: row['dataKey'] as Buffer }, row['sha256'] as Buffer);
  return rows.length;
}

async function drawOne(tools: Tools, content: Content, sha256: Buffer): Promise<void> {
  const vault = ownVault();
  const pieces: Buffer[] = [];
  try {
    for await (const clear of vault.read(content, sha256)) pieces.push(clear);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return tellDamage(tools, content.blob, error.message, error.place);
  }
  const drawn = await drawImage({ bytes: Buffer.concat(pieces), sides: SIDES });
  if ('refusal' in drawn) {
    await ask(tools, `insert into files.preview (blob, state, refusal) values ($1, 'none', $2) on conflict do nothing`, [content.blob, drawn.refusal.slice(0, 300)]);
    return;
  }
  const kept = await Promise.all(drawn.pictures.map(async (picture) => {
    const blob = uuidv7();
    const made = { blob, size: picture.length, dataKey: vault.newKey(blob, picture.length) };
    await vault.storeAll(made, Buffer.from(picture));
    return made;
  }));
  const [large, small] = kept as [Content, Content];
  await ask(tools, `insert into files.preview (blob, state, width, height, large, large_key, large_size, small, small_key, small_size) values ($1, 'ready', $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [content.blob, drawn.width, drawn.height, large.blob, large.dataKey, large.size, small.blob, small.dataKey, small.size]);
}

async function tellDamage(tools: Tools, blob: string, detail: string, place: string): Promise<void> {
  await ask(tools, `insert into files.damage (blob, detail) values ($1, $2) on conflict do nothing`, [blob, detail]);
  tools.log.error({ place, detail }, 'a stored file is damaged; bring it back from the backup');
}

/** Clears away what nothing names: given up, half sent, let go by retention. What a row names stays, and so what is under a hold does. */
export async function clearAway(tools: Tools, youngMs = YOUNG_MS): Promise<number> {
  const { shelf } = ownVault();
  await ask(tools, 'select files.forget()');
  await shelf.dropDrafts(new Date(nowMs() - youngMs));
  let cleared = 0;
  for await (const { blob, touchedAt } of shelf.list()) {
    if (nowMs() - touchedAt.getTime() < youngMs) continue;
    await tools.worker.hold(async (client) => {
      const [, unnamed] = await client.send([{ text: 'begin', values: [] }, { text: 'select * from files.unnamed($1::uuid[])', values: [[blob]] }]);
      if ((unnamed?.rows.length ?? 0) > 0) {
        await shelf.remove(blob);
        cleared += 1;
      }
      await client.send([{ text: 'commit', values: [] }]);
    });
  }
  return cleared;
}

/** Reads all stored files again and tells of each that is damaged, once; what was mended is told no more. */
export async function lookForDamage(tools: Tools, pace: Pace = {}): Promise<void> {
  await checkFiles(tools.worker.pool, ownVault(), {
    found: async ({ blob, detail, place }) => { if (blob) await tellDamage(tools, blob, detail, place); },
    whole: async (blob) => { await ask(tools, 'select files.mend($1)', [blob]); },
  }, pace);
}

/** Says on the page Health whether all stored files hold, and where the first that does not lies. */
export async function noteDamage(tools: Tools): Promise<void> {
  const rows = await ask(tools, 'select blob, detail, found_at from files.damage order by found_at limit 100');
  const [first] = rows;
  const words = first ? `${rows.length} damaged; since ${String(first['foundAt']).slice(0, 16)}Z ${ownVault().shelf.placeOf(first['blob'] as string)}: ${String(first['detail'])}. Bring it back from the backup; parapet doctor names all.` : 'Each file was whole when it was last read; all are read once a day.';
  await noteCheck(tools.worker, { key: 'files', state: first ? 'bad' : 'good', words, againWithinS: 600 });
}

/** Does each work when it is due, and says what was put off. */
class Rounds {
  readonly #due = new Map<string, number>();
  readonly #log: Tools['log'];

  constructor(log: Tools['log']) {
    this.#log = log;
  }

  /** The first time after `firstMs`, then every so often. */
  async every(what: string, { everyMs, firstMs = 0 }: { everyMs: number; firstMs?: number }, work: () => Promise<unknown>): Promise<void> {
    const due = this.#due.get(what) ?? nowMs() + firstMs;
    this.#due.set(what, nowMs() < due ? due : nowMs() + everyMs);
    if (nowMs() < due) return;
    await work().catch((error: unknown) => this.#log.warn({ err: error, what }, 'work on stored files was put off'));
  }
}

/** The long-lived work: previews as files come, clearing away each hour, all files read again once a day at a quiet pace. One node does it. */
export const keepFiles: Work = async ({ worker, log, lead, wakeOn }) => {
  const bell = await wakeOn('outbox');
  const over = new AbortController();
  const tools = { worker, log };
  const rounds = new Rounds(log);
  const isLeading = once(() => lead('files'));
  const loop = async (restMs: number, work: () => Promise<unknown>): Promise<void> => {
    for (; !over.signal.aborted; await (restMs === 0 ? bell.within(IDLE_MS) : setTimeout(restMs, undefined, { signal: over.signal }).catch(() => undefined))) {
      if (await isLeading().catch(() => false)) await work();
    }
  };
  const done = Promise.all([
    loop(0, async () => {
      await rounds.every('previews', { everyMs: 0 }, async () => { while (!over.signal.aborted && (await drawPreviews(tools)) > 0); });
      await rounds.every('health', { everyMs: NOTE_EVERY_MS }, () => noteDamage(tools));
      await rounds.every('clearing', { everyMs: CLEAR_EVERY_MS }, () => clearAway(tools));
    }),
    loop(IDLE_MS, () => rounds.every('reading again', { everyMs: CHECK_EVERY_MS, firstMs: CLEAR_EVERY_MS }, () => lookForDamage(tools, { signal: over.signal, restMs: CHECK_REST_MS }))),
  ]);
  return { failed: new Promise<never>(() => undefined), stop: async () => { over.abort(); bell.now(); await done; } };
};

/** Asks until it is true, and no more then. */
function once(ask: () => Promise<boolean>): () => Promise<boolean> {
  let isTrue = false;
  return async () => (isTrue ||= await ask());
}
