import { hostname } from 'node:os';
import { alarmToTell } from '#modules/alarms/public.ts';
import { deviceToTell } from '#modules/devices/public.ts';
import { incidentToTell } from '#modules/incidents/public.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { programVersion } from '#platform/snapshot/manifest.ts';
import { convergence } from './destination-row.ts';
import type { Sender } from './formats/format.ts';
import { type Entry, isWanted, type Row, type Said, saidBy, testSaid } from './said.ts';

/** A message that is due, as the sender read it. */
export type Due = { id: string; entryId: string | null; event: string; recordId: string | null; queuedAt: string; attempts: number };

const ENTRY = 'select e.at, e.verb, e.record_id, e.site_id, e.body from ledger.entry e where e.id = $1::uuid';
const PAGES: Readonly<Record<Said['noun'], string | null>> = { alarm: '/watch/alarms/', incident: '/incidents/', device: '/devices/', test: null };

type Wish = { actor: Ctx; worker: Database; hasNarrative: boolean; downTo: number; families: readonly string[] };

/**
 * What a message says, under the sight of its destination's own actor at this moment: what has gone behind a wall, or was removed, is
 * not told any more, and a text says so. Null where its destination does not want it.
 */
export async function compose(due: Due, wish: Wish): Promise<{ said: Said; sender: Sender } | string | null> {
  if (due.entryId === null) {
    const said = testSaid(due.id, new Date(due.queuedAt).toISOString());
    return { said, sender: senderOf(due.id, said) };
  }
  const entry = await entryOf(wish.worker, due.entryId);
  if (!entry) return 'its entry is not kept any more';
  const found = await rowOf(wish.actor, entry);
  if (!found) return 'no longer to be told: removed, moved or behind a wall';
  const said = saidBy(entry, found.row);
  if (!said || !isWanted(said, wish)) return null;
  return { said: { ...said, narrative: wish.hasNarrative ? found.narrative : null, site: said.site && { ...said.site, name: await siteName(wish.actor, said.site.id) } }, sender: senderOf(due.id, said) };
}

async function entryOf(worker: Database, id: string): Promise<Entry | null> {
  const [answer] = await worker.send([{ text: ENTRY, values: [id] }]);
  const row = answer?.rows[0] as { at: string; verb: string; recordId: string; siteId: string | null; body: string | null } | undefined;
  if (!row || row.body === null) return null;
  const { after } = JSON.parse(row.body) as { after?: Record<string, unknown> };
  return { at: new Date(row.at).toISOString(), verb: row.verb, recordId: row.recordId, siteId: row.siteId, after: after ?? {} };
}

function rowOf(actor: Ctx, { verb, recordId }: Entry): Promise<{ row: Row; narrative: string | null } | null> {
  if (verb.startsWith('alarms.')) return alarmToTell(actor, recordId);
  return verb.startsWith('incidents.') ? incidentToTell(actor, recordId) : deviceToTell(actor, recordId);
}

const siteName = async (actor: Ctx, id: string): Promise<string> => (await convergence.read(actor, '').selectFrom('platform.record').select('title').where('id', '=', id).executeTakeFirst())?.title ?? '';

const VERSION = programVersion();

function senderOf(messageId: string, { noun, record }: Said): Sender {
  const page = PAGES[noun];
  return { messageId, version: VERSION, host: hostname(), link: page === null ? null : `${readConfig().publicUrl}${page}${record.id}` };
}
