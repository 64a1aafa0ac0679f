import { activateMapping, saveMapping } from '#modules/signals/mappings/mappings.service.ts';
import { addSources, listSources } from '#modules/signals/sources.service.ts';
import { administratorOf, type Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';
import { HEAD_END_MAPPING, keepSourceKeys, WIRES, wireSources } from './wires.ts';

const MOST = 200;

/** Sources of the other wires, as the systems engineer makes them, and the head-end's mapping, which the administrator puts in force; what is there already stays. */
export async function loadWires(plan: DemoPlan, { people, sites }: Cast, { once, dataDir }: { once: Once; dataDir: string }): Promise<void> {
  const engineer = people.get(plan.people.find(({ grants }) => grants.some(({ role }) => role === 'systems-engineer'))?.key ?? '');
  const administrator = people.get(administratorOf(plan.people).key);
  if (!engineer || !administrator) throw new RangeError('The demonstration has nobody to keep its sources.');
  const listed = async () => (await listSources(engineer, { limit: MOST })).items;
  const there = new Set((await listed()).map(({ name }) => name));
  const missing = wireSources(keepSourceKeys(dataDir), (code) => sites.get(code) ?? null).filter(({ name }) => !there.has(name));
  if (missing.length > 0) await addSources(engineer, { items: missing });
  const headEnd = (await listed()).find(({ account }) => account === WIRES.headEnd)?.id ?? '';
  const version = await once.do('head-end mapping', engineer, plan.now, (ctx) => saveMapping(ctx, { id: headEnd, mapping: HEAD_END_MAPPING, note: 'As the head-end of the demonstration writes it', madeFrom: null }));
  if (version) await once.do('head-end mapping in force', administrator, plan.now, (ctx) => activateMapping(ctx, { id: headEnd, mappingId: version.id, reason: 'Tried over a day of its messages' }).then(() => null));
}
