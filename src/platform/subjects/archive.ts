import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ArchiveWriter } from '#platform/archive/archive.ts';
import type { JobTools } from '#platform/jobs/port.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import { ownSealer } from '#platform/sealing/sealing.ts';
import { headOnPaper } from '#platform/witness/paper.ts';
import { listItems } from './items.service.ts';
import { readRequest } from './requests.service.ts';
import { at, changed, ERASE, requestFor, subjects } from './rows.ts';

const TEMPLATE = 'platform/subjects/report/answer.typ';
const KEPT_FOR_MS = 14 * 86_400_000;
const MOST_IN_PAPER = 3000;
/** Archives are sealed under a key of the data folder. */
export const sealer = () => ownSealer('subjects.key', 'keys/subjects.key is damaged. Bring it back from a backup with keys; archives that were sealed with it open with nothing else.');

/** One line of `data.json`, which `schema.json` beside it describes. */
export const Line = z.object({
  source: z.string().describe('The table of the system, as schema.table'), why: z.array(z.enum(['about', 'named', 'did'])).describe('about: the row is about the person; named: it names them; did: they did it'),
  at: z.string().nullable().describe('When, as an ISO 8601 time in UTC'), record: z.string().nullable().describe('Number of the record on which it hangs'), data: z.record(z.string(), z.unknown()).describe('The fields; other people are masked as [another person] unless they may be named'),
});
export const Data = z.object({
  request: z.string(), madeAt: z.string(), person: z.string(), items: z.array(Line), withheld: z.array(z.object({ ground: z.string(), count: z.number().int() })).describe('What is not given, by its ground (GDPR art. 15 (4))'),
  walls: z.object({ asked: z.number().int(), refused: z.array(z.string()).describe('Grounds on which something was refused (GDPR art. 23)') }), more: z.array(z.object({ source: z.string(), count: z.number().int() })).describe('What the person did of which only the newest 500 are listed'),
});
type Data = z.infer<typeof Data>;

/** Collects what the person is given, writes it as JSON with its schema and as a paper, and keeps it sealed until it expires. */
export async function pack(ctx: Ctx, requestId: string, { progress }: Pick<JobTools, 'progress'>): Promise<{ bytes: number; sha256: string }> {
  const request = await readRequest(ctx, { id: requestId });
  const items: Data['items'] = [];
  const withheld = new Map<string, number>();
  for (let after: string | undefined, next: string | null = ''; next !== null; after = next ?? undefined) {
    const page = await listItems(ctx, { id: requestId, limit: 200, ...(after !== undefined && { after }) });
    for (const { table, why, at: when, record, body, masked, treatment, ground } of page.items) {
      if (treatment === 'withheld') withheld.set(ground, (withheld.get(ground) ?? 0) + 1);
      else items.push({ source: table, why: why as Data['items'][number]['why'], at: when, record: record?.number ?? null, data: (treatment === 'whole' ? body : masked) ?? {} });
    }
    next = page.next;
    progress(0.4);
  }
  const data: Data = {
    request: request.number, madeAt: at(ctx), person: request.name, items, withheld: [...withheld].map(([ground, count]) => ({ ground, count })),
    walls: { asked: request.asks.length, refused: request.asks.flatMap(({ state, ground }) => (state === 'refused' ? [ground] : [])) },
    more: request.findings.filter(({ did }) => did > 500).map(({ table, did }) => ({ source: table, count: did })),
  };
  const paper = await renderReport(TEMPLATE, paperOf(data), { lang: 'en', title: `Answer to ${request.number}`, at: ctx.now() });
  progress(0.8);
  const bytes = await tarOf([['data.json', Buffer.from(JSON.stringify(data, null, 1))], ['schema.json', Buffer.from(JSON.stringify(z.toJSONSchema(Data), null, 1))], ['answer.pdf', paper]]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    const row = await requestFor(tx, requestId, 'pack');
    await tx.deleteFrom('subjects.package').where('requestId', '=', requestId).execute();
    await tx.insertInto('subjects.package').values({ requestId, sealed: sealer().seal(requestId, bytes), sha256, bytes: bytes.length, madeAt: at(ctx), expiresAt: new Date(ctx.now().getTime() + KEPT_FOR_MS).toISOString() }).execute();
    return { changes: [changed('archive-made', row, row, { items: items.length, sha256, withheld: [...withheld.values()].reduce((sum, n) => sum + n, 0) })], result: { bytes: bytes.length, sha256 } };
  });
}

async function tarOf(members: readonly (readonly [string, Buffer])[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const archive = new ArchiveWriter({ write: async (bytes, from) => { pieces.push(bytes.subarray(from)); return { bytesWritten: bytes.length - from }; }, sync: async () => undefined });
  for (const [name, body] of members) await archive.add(name, body);
  await archive.close();
  return Buffer.concat(pieces);
}

const moment = (when: string | null): string => (when === null ? '' : `${new Date(when).toISOString().slice(0, 16).replace('T', ' ')} UTC`);
const wordsOf = (data: Record<string, unknown>): string => Object.entries(data).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' · ').slice(0, 4000);

/** The same for reading: what is listed in `data.json`, up to a number of rows. */
const paperOf = ({ request, madeAt, person, items, withheld, walls, more }: Data) => ({
  frame: { organisation: 'Answer to a request for access', department: 'Privacy', number: request, kind: 'Answer', demo: null, walled: null, printed: `Made ${moment(madeAt)}`, record: headOnPaper(null), of: 'of' },
  title: `What is held on ${person}`,
  lead: 'Everything that the system holds about this person, names them in, or records that they did, as far as it is theirs to have. The file data.json beside this paper has the same for machines, and schema.json says what its fields mean. Other people are masked unless they may be named.',
  facts: [
    { label: 'Entries', value: String(items.length) }, ...withheld.map(({ ground, count }) => ({ label: 'Withheld', value: `${count}: ${ground}` })), ...walls.refused.map((ground) => ({ label: 'Refused', value: ground })),
    ...more.map(({ source, count }) => ({ label: 'Further entries', value: `${source}: ${count} in all, the newest 500 are listed` })),
    ...(items.length > MOST_IN_PAPER ? [{ label: 'On paper', value: `The first ${MOST_IN_PAPER}; all stand in data.json` }] : []),
  ],
  heads: ['Where', 'When', 'What'],
  rows: items.slice(0, MOST_IN_PAPER).map(({ source, at: when, record, data }) => [record === null ? source : `${source}, ${record}`, moment(when), wordsOf(data)]),
});
