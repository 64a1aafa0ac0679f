import { addDependency, addProcess, changeProcess } from '#modules/continuity/processes.service.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const DAY_MS = 86_400_000;
/** Who keeps the processes here: the deputy. */
const KEEPER = 'p02';
const HOUR = 60;

/** Three processes that need each other, one of them later than is good. */
export async function loadContinuity({ now }: DemoPlan, { people, sites }: Cast, once: Once): Promise<void> {
  const keeper = people.get(KEEPER);
  if (!keeper) throw new RangeError('The demonstration has nobody to keep its processes.');
  let n = 0;
  const at = Date.parse(now) - 40 * DAY_MS;
  const step = <T>(verb: Parameters<typeof once.do<T>>[3]): Promise<T | null> => once.do(`continuity ${n}`, keeper, new Date(at + n++ * 60_000).toISOString(), verb);
  const day = (days: number): string => new Date(Date.parse(now) + days * DAY_MS).toISOString().slice(0, 10);
  const add = (title: string, site: string, detail: string, inDays: number) => step((ctx) => addProcess(ctx, { title, detail, siteId: sites.get(site) ?? null, ownerId: keeper.personId, reviewOn: day(inDays) }));
  const watch = await add('The watch hears and answers', 'UTR', 'Alarms of every site reach an operator who can send somebody.', 200);
  const entry = await add('Staff come in and visitors are received', 'UTR', 'Gates, badges and reception of the head office.', 90);
  const badges = await add('Access-control server', 'UTR', 'Decides which badge opens which door.', -12);
  if (!watch || !entry || !badges) return;
  await step((ctx) => changeProcess(ctx, { id: watch.id, mtpdMin: 4 * HOUR, rtoMin: 30, rpoMin: 0, mbco: 'One operator and a telephone at the second site', impacts: { people: [2, 3, 4, 4, 4], operations: [1, 2, 3, 4, 4], money: [0, 1, 2, 2, 3], law: [0, 1, 3, 3, 4], reputation: [0, 1, 2, 3, 4] } }));
  await step((ctx) => changeProcess(ctx, { id: entry.id, mtpdMin: 24 * HOUR, rtoMin: 4 * HOUR, rpoMin: 24 * HOUR, mbco: 'One gate, by a list on paper', impacts: { people: [1, 2, 2, 3, 3], operations: [1, 2, 3, 4, 4], money: [0, 1, 2, 3, 4], law: [0, 0, 1, 2, 2], reputation: [0, 1, 2, 2, 3] } }));
  await step((ctx) => changeProcess(ctx, { id: badges.id, mtpdMin: 48 * HOUR, rtoMin: 8 * HOUR, rpoMin: 12 * HOUR, mbco: 'Doors go on by what they last knew', impacts: { people: [0, 1, 2, 2, 3], operations: [0, 1, 2, 3, 3], money: [0, 0, 1, 2, 2], law: [0, 0, 1, 1, 2], reputation: [0, 0, 1, 1, 2] } }));
  const need = (id: string, given: Omit<Parameters<typeof addDependency>[1], 'id'>) => step((ctx) => addDependency(ctx, { id, ...given }));
  const plain = { onProcessId: null, onSiteId: null, note: '' };
  await need(entry.id, { ...plain, kind: 'process', name: '', onProcessId: badges.id, rtoMin: null });
  await need(entry.id, { ...plain, kind: 'people', name: 'Two people at reception', rtoMin: HOUR });
  await need(watch.id, { ...plain, kind: 'site', name: '', onSiteId: sites.get('CMH') ?? null, rtoMin: 20, note: 'The second watch centre takes over' });
  await need(watch.id, { ...plain, kind: 'vendor', name: 'Halden Alarm Service', rtoMin: null });
}
