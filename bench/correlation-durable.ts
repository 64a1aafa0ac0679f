// Correlation (workload B) through the whole product: events by HTTP, each answered once it is durable, rules in force, alarms raised.
// `npm run bench -- correlation-durable [--n 200000] [--seed 42] [--batch 1000] [--connections 8]`
// Times are those of arrival, since an hour-old event is matched by when it came: what is measured is the rate, and that nothing is lost; the workload's counts are not asked for.
// Of its five rules four are of the kinds that a department writes; the fifth (a badge at two sites) needs whom a signal speaks of, which no source says.
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { type Api, type Product, signIn, startProduct } from '../e2e/product.ts';
import type { Definition } from '../src/modules/alarms/correlation-rules.ts';
import { workloadLines } from './correlation-reference.ts';
import { argument, table } from './measure.ts';

const [n, seed, batch, connections] = [argument('n', 200_000), argument('seed', 42), argument('batch', 1_000), argument('connections', 8)];
const PASSWORD = 'correct horse battery';
const WITHIN_MS = 900_000;
/** No further alarm of a rule for so long: all were raised. */
const QUIET_MS = 20_000;
/** Stands for the time at which it is sent. */
const NOW = '@now@';
const TYPES: Readonly<Record<string, string>> = { heartbeat: 'equipment.test', door_forced: 'access.forced', motion: 'video.motion', badge_fail: 'access.denied-unknown', alarm: 'intrusion.alarm', door_open: 'access.requested', badge_ok: 'access.granted' };
const RULES: readonly { name: string; definition: Definition }[] = [
  { name: 'Forced door, then motion at the same site', definition: { kind: 'sequence', steps: [['access.forced'], ['video.motion']], inOrder: true, withinS: 30, place: 'site', result: 'intrusion.confirmed', priority: null } },
  { name: 'Five failed reads at one reader', definition: { kind: 'threshold', types: ['access.denied-unknown'], count: 5, withinS: 60, place: 'point', result: 'access.denied-repeated', priority: null } },
  { name: 'Panel silent', definition: { kind: 'silence', types: ['equipment.test'], withinS: 180, place: 'point', result: 'equipment.comms-lost', priority: null } },
  { name: 'Alarm of a sensor, repeats held', definition: { kind: 'deduplicate', types: ['intrusion.alarm'], withinS: 10, place: 'point', from: 'first' } },
];

type Source = { secret: string };

async function arrange(product: Product): Promise<Source[]> {
  const ada = await signIn(product.url);
  const person = async (email: string, name: string, roleKey: string): Promise<Api> => {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'Of this measurement' });
    return signIn(product.url, { email, password: PASSWORD, found: false });
  };
  const [author, publisher] = [await person('noor@works.example', 'Noor Said', 'gsoc-supervisor'), await person('cleo@works.example', 'Cleo Chief', 'cso')];
  const sources: Source[] = [];
  for (let site = 0; site < 8; site++) {
    const { id } = await ada.post<{ id: string }>('/api/sites', { code: `S${site}`, name: `Site ${site}`, kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
    sources.push(await ada.post<Source>('/api/signals/sources', { protocol: 'http', name: `Head-end ${site}`, siteId: id }));
  }
  for (const rule of RULES) await putIntoForce(author, publisher, rule);
  return sources;
}

type Read = { id: string; versions: { id: string }[]; backTests: { id: string; versionId: string }[] };

async function putIntoForce(author: Api, publisher: Api, { name, definition }: (typeof RULES)[number]): Promise<void> {
  const { id, versions } = await author.post<Read>('/api/alarms/rules', { name, why: 'Of this measurement', definition });
  const versionId = versions[0]?.id ?? '';
  await author.post(`/api/alarms/rules/${id}/back-tests`, { versionId });
  const tried = await until(async () => (await author.get<Read>(`/api/alarms/rules/${id}`)).backTests[0], `${name} was not tried in time.`);
  await publisher.post(`/api/alarms/rules/${id}/activate`, { versionId, backTestId: tried.id, reason: 'Tried over a week' });
}

async function until<T>(look: () => Promise<T | undefined>, late: string): Promise<T> {
  for (const end = performance.now() + WITHIN_MS; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(late);
}

/** The events as bodies of requests, in their order: each of one site, as a head-end sends them. */
function bodies(): { site: number; body: string; count: number }[] {
  const open = Array.from({ length: 8 }, (): object[] => []);
  const made: { site: number; body: string; count: number }[] = [];
  const close = (site: number): void => {
    const items = open[site]?.splice(0) ?? [];
    if (items.length > 0) made.push({ site, body: JSON.stringify(items), count: items.length });
  };
  for (const [i, line] of workloadLines(n, seed).lines.entries()) {
    const [, kind = '', site = '', zone = '', device = ''] = /^\d+ (\w+) site=S(\d+) zone=(\S+) dev=(\S+)/.exec(line) ?? [];
    const items = open[Number(site)];
    items?.push({ externalId: `e-${i}`, occurredAt: NOW, type: TYPES[kind] ?? kind, device, ...(zone !== '-' && { zone }) });
    if (items && items.length >= batch) close(Number(site));
  }
  for (let site = 0; site < 8; site++) close(site);
  return made;
}

/** Sends everything; answers how long until the last was durable, and the longest answer. */
async function send(product: Product, sources: readonly Source[]): Promise<{ tookMs: number; longestMs: number }> {
  const waiting = bodies();
  let longestMs = 0;
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const at = performance.now();
      const now = new Date().toISOString();
      const reply = await fetch(`${product.url}/api/signals`, { method: 'POST', headers: { authorization: `Bearer ${sources[next.site]?.secret ?? ''}`, 'content-type': 'application/json' }, body: next.body.replaceAll(NOW, now) });
      if (reply.status !== 202) throw new Error(`${reply.status} ${await reply.text()}`);
      const { accepted } = (await reply.json()) as { accepted: number };
      if (accepted !== next.count) throw new Error(`${accepted} of ${next.count} were accepted.`);
      longestMs = Math.max(longestMs, performance.now() - at);
    }
  }));
  return { tookMs: performance.now() - start, longestMs };
}

const rssMiB = (pids: readonly number[]): number => Math.round(pids.reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0), 0) / 1024);
const perS = (ms: number): string => Math.round(n / (ms / 1_000)).toLocaleString('en');

const product = await startProduct();
const owner = await product.owner();
try {
  const sources = await arrange(product);
  const one = async (text: string): Promise<number> => (await owner.query<{ n: number }>(text)).rows[0]?.n ?? Number.NaN;
  const before = await one('select count(*)::int as n from alarms.alarm');
  const start = performance.now();
  const { tookMs, longestMs } = await send(product, sources);
  await until(async () => ((await one('select count(*)::int as n from signals.batch b left join alarms.cursor c on c.stream = b.stream where b.seq > coalesce(c.seq, -1)')) === 0 ? true : undefined), 'What was stored was not read in time.');
  const readMs = performance.now() - start;
  // What several signals raise together waits for what may come late, and for time to pass.
  const byRule = 'select count(*)::int as n from alarms.alarm where rule_version_id is not null';
  let last = { n: -1, at: performance.now() };
  await until(async () => {
    const now = await one(byRule);
    if (now !== last.n) last = { n: now, at: performance.now() };
    return performance.now() - last.at > QUIET_MS ? true : undefined;
  }, 'Rules went on raising alarms.');
  const [stored, raised, byRules, folded] = [await one('select count(*)::int as n from signals.signal'), (await one('select count(*)::int as n from alarms.alarm')) - before, await one(byRule), await one('select coalesce(sum(repeats), 0)::int as n from alarms.alarm')];
  console.log(table([`${n.toLocaleString('en')} events, seed ${seed}, ${connections} connections, ${batch} a request; load ${(loadavg()[0] ?? 0).toFixed(1)}`, 'events/s'], [
    ['durable (answered 202 after the commit)', `${perS(tookMs)}; longest answer ${Math.round(longestMs)} ms`],
    [`read by the correlator with ${RULES.length} rules, alarms committed`, perS(readMs)],
  ]));
  console.log(`${stored.toLocaleString('en')} stored, ${raised.toLocaleString('en')} alarms, ${byRules.toLocaleString('en')} of them by rules, ${folded.toLocaleString('en')} repeats folded in. Memory: web ${rssMiB(product.pidsOf('web'))}, intake ${rssMiB(product.pidsOf('intake'))}, worker ${rssMiB(product.pidsOf('worker'))} MiB.`);
  if (stored !== n) {
    console.error(`${n - stored} were accepted and are not stored.`);
    process.exitCode = 1;
  }
} finally {
  await owner.end();
  await product.stop();
}
