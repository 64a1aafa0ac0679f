import { tryOver } from '#modules/alarms/back-test.service.ts';
import { listExamples } from '#modules/alarms/rule-examples.ts';
import { getRule, listRules, writeRule } from '#modules/alarms/rules.service.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';

const AUTHOR = 'p03';
const DAYS = 7;
/** Examples that the watch lead has begun from; the first she has tried already. */
const DRAFTS: readonly { key: string; why: string }[] = [
  { key: 'tamper-then-zone', why: 'Somebody opens a housing first and then walks in: the two belong together.' },
  { key: 'two-zones', why: 'One zone may be a moth. Two of an area within five minutes are not.' },
  { key: 'forced-after-rex', why: 'Doors that report forced as people leave have cost us forty walks a month.' },
];

async function tryFirst(ctx: Ctx, name: string, until: string): Promise<{ backTestId: string }> {
  const { items } = await listRules(ctx, { state: 'draft', limit: 50 });
  const rule = await getRule(ctx, { id: items.find((one) => one.name === name)?.id ?? '' });
  return tryOver(ctx, { ruleId: rule.id, versionId: rule.versions[0]?.id ?? '', days: DAYS, until }, { signal: new AbortController().signal, progress: () => undefined });
}

/** Rules over several signals as drafts, so that their page shows what they are; none is in force. */
export async function loadRules(now: string, { people }: Cast, once: Once): Promise<void> {
  const author = people.get(AUTHOR);
  const { items } = await listExamples();
  for (const [i, { key, why }] of DRAFTS.entries()) {
    const example = items.find((one) => one.key === key);
    if (!example) throw new Error(`There is no example ${key}.`);
    await once.do(`rule ${key}`, author, now, (ctx) => writeRule(ctx, { name: example.title, why, definition: example.definition }));
    if (i === 0) await once.do(`rule ${key} tried`, author, now, (ctx) => tryFirst(ctx, example.title, now));
  }
}
