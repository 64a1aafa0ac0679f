import { admitMember } from '#modules/cases/members.service.ts';
import { openCase } from '#modules/cases/open.service.ts';
import type { Part } from '#modules/cases/rules.ts';
import { addTask } from '#modules/tasks/tasks.service.ts';
import type { Standing } from '#modules/cases/contract.ts';
import type { Cast } from './load-cast.ts';
import { idOfIncident } from './load-history.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

type CasePlan = { key: string; lead: string; custodian: string; story: number | null; daysAgo: number; title: string; type: string; summary: string; members: readonly (readonly [string, Part, string])[]; tasks: readonly string[] };

/** Two matters of the department, both made up: inside help at a carrier, and expense claims. */
/** The cases of the demonstration, each with its first tasks. */
export const CASES: readonly CasePlan[] = [
  {
    key: 'carrier', lead: 'p13', custodian: 'p02', story: 2, daysAgo: 40, title: 'Inside help at the carrier of the Monterrey trailer', type: 'cargo',
    summary: 'A trailer came with another seal than it left with, and 24 controllers were missing. The stop of 41 minutes lies outside the route that the driver was given, on the one evening on which the escort was changed. Who knew of the change?',
    members: [['p15', 'case-investigator', 'Interviews at the yard'], ['p14', 'case-observer', 'Reviews the method']], tasks: ['Ask the carrier for the tachograph of the tractor', 'Compare the video of both gates'],
  },
  { key: 'expenses', lead: 'p13', custodian: 'p15', story: null, daysAgo: 9, title: 'Hotel nights that were claimed twice', type: 'expense-fraud', summary: 'The same three nights stand in two claims of one person, by card and by invoice.', members: [], tasks: ['Read the claims of the last twelve months'] },
];
const DAY_MS = 86_400_000;

/** Cases as the head of investigations opens them, each behind a wall of its own. */
export async function loadCases(plan: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  for (const one of CASES) {
    const lead = people.get(one.lead);
    const past = plan.history.incidents.find(({ key }) => key === `story-${one.story}`);
    const at = new Date(Date.parse(plan.now) - one.daysAgo * DAY_MS).toISOString();
    const idOf = (key: string): string => people.get(key)?.personId ?? '';
    const { title, type, summary } = one;
    const made = await once.do<Standing>(`case ${one.key}`, lead, at, (ctx) => openCase(ctx, { title, type, summary, custodianId: idOf(one.custodian), ...(past ? { fromId: idOfIncident(plan, past) } : { siteId: null }) }));
    if (!made) continue;
    for (const [key, part, reason] of one.members) await once.do(`case ${one.key} admits ${key}`, lead, at, (ctx) => admitMember(ctx, { id: made.id, personId: idOf(key), part, reason }));
    for (const [i, task] of one.tasks.entries()) await once.do(`case ${one.key} task ${i}`, lead, at, (ctx) => addTask(ctx, { recordId: made.id, title: task, detail: '', ownerId: null, dueAt: null }));
  }
}
