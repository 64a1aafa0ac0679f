import { admitMember } from '#modules/cases/members.service.ts';
import { addExhibit } from '#modules/exhibits/exhibits.service.ts';
import { moveExhibit } from '#modules/exhibits/moves.service.ts';
import { addPlace } from '#modules/exhibits/store.service.ts';
import { openCase } from '#modules/cases/open.service.ts';
import type { Part } from '#modules/cases/rules.ts';
import { addTask } from '#modules/tasks/tasks.service.ts';
import type { Standing } from '#modules/cases/contract.ts';
import type { Cast } from './load-cast.ts';
import { idOfIncident } from './load-history.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

type CasePlan = { key: string; lead: string; custodian: string; story: number | null; daysAgo: number; title: string; type: string; summary: string; members: readonly (readonly [string, Part, string])[]; tasks: readonly string[]; exhibits?: readonly { kind: 'physical' | 'digital'; title: string; marks: string; where: string; packaging: string; seal: string }[] };

/** Two matters of the department, both made up: inside help at a carrier, and expense claims. */
/** The cases of the demonstration, each with its first tasks. */
export const CASES: readonly CasePlan[] = [
  {
    key: 'carrier', lead: 'p13', custodian: 'p02', story: 2, daysAgo: 40, title: 'Inside help at the carrier of the Monterrey trailer', type: 'cargo',
    summary: 'A trailer came with another seal than it left with, and 24 controllers were missing. The stop of 41 minutes lies outside the route that the driver was given, on the one evening on which the escort was changed. Who knew of the change?',
    members: [['p15', 'case-investigator', 'Interviews at the yard'], ['p14', 'case-observer', 'Reviews the method']], tasks: ['Ask the carrier for the tachograph of the tractor', 'Compare the video of both gates'],
    exhibits: [
      { kind: 'physical', title: 'Bolt seal of the trailer, cut', marks: 'Numbered HW-448210', where: 'Dock 4, rear door of the trailer', packaging: 'Paper bag', seal: 'B-10442' },
      { kind: 'digital', title: 'Memory card of the yard camera', marks: '64 GB, no label', where: 'Recorder at gate 2', packaging: 'Antistatic bag', seal: 'B-10443' },
    ],
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
    const exhibits = one.exhibits ?? [];
    const place = exhibits.length === 0 ? undefined : await once.do('place of the evidence store', lead, at, (ctx) => addPlace(ctx, { code: 'SAFE-1', name: 'Evidence safe, room 12' }));
    for (const [i, { where, ...exhibit }] of exhibits.entries()) {
      const received = await once.do(`case ${one.key} exhibit ${i}`, lead, at, (ctx) => addExhibit(ctx, { ...exhibit, caseId: made.id, description: '', collectedAt: at, collectedWhere: where, placeId: null }));
      if (received && place) await once.do(`case ${one.key} exhibit ${i} put away`, lead, at, (ctx) => moveExhibit(ctx, { id: received.id, placeId: place.id, isSealWhole: true, note: '' }));
    }
    for (const [i, task] of one.tasks.entries()) await once.do(`case ${one.key} task ${i}`, lead, at, (ctx) => addTask(ctx, { recordId: made.id, title: task, detail: '', ownerId: null, dueAt: null }));
  }
}
