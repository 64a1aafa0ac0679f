import { activateCommand } from '#modules/incidents/command/activation.service.ts';
import { noteDecision, startTimer, warnOfSafety } from '#modules/incidents/command/notes.service.ts';
import { moveNeed, setObjective } from '#modules/incidents/command/objectives.service.ts';
import { beginPeriod, markStep } from '#modules/incidents/command/periods.service.ts';
import { fillPosition } from '#modules/incidents/command/positions.service.ts';
import { readCommand } from '#modules/incidents/command/read.service.ts';
import { preparePlan } from '#modules/incidents/forms/sheets.service.ts';
import { listIncidents } from '#modules/incidents/list.service.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Cast } from './load-cast.ts';
import { loadResources } from './load-resources.ts';
import type { Once } from './once.ts';

const DEPUTY = 'p02';
const LEAD = 'p03';
const HOUR_MS = 3_600_000;

/** A command that is told: whose, of what, and a step of it so many hours from now. Steps come in the order of their times, as the log shows them. */
export type Told = { id: string; at(hours: number): string; step<T>(name: string, hours: number, verb: (ctx: Ctx) => Promise<T>): Promise<T | null> };

/** The youngest incident that is left open has a command, ten minutes after it was known and in the middle of its first period. */
export async function loadCommand(now: string, { people }: Pick<Cast, 'people'>, once: Once): Promise<void> {
  const deputy = people.get(DEPUTY);
  const at = (hours: number): string => new Date(Date.parse(now) + hours * HOUR_MS).toISOString();
  const step: Told['step'] = (name, hours, verb) => once.do(`command ${name}`, deputy, at(hours), verb);
  const id = await step('activated', -2, activateYoungest);
  if (id === null || !deputy) return;
  const told: Told = { id, at, step };
  await organise(told, deputy, people.get(LEAD)?.personId);
  await loadResources(told, deputy);
  await decide(told, deputy);
}

async function activateYoungest(ctx: Ctx): Promise<string> {
  const { items } = await listIncidents(ctx, { state: ['open'], sort: '-occurred', limit: 20 });
  const incident = items.find(({ isWalled, siteId }) => !isWalled && siteId !== null);
  if (!incident) throw new Error('No incident is left open for a command.');
  return (await activateCommand(ctx, { id: incident.id, level: 3, commanderId: ctx.personId, why: 'More than the watch can lead beside its alarms.' })).id;
}

async function organise({ id, at, step }: Told, deputy: Ctx, lead: string | undefined): Promise<void> {
  const { positions } = await readCommand(deputy, { id });
  const positionOf = (kind: string): string => positions.find((one) => one.kind === kind)?.id ?? '';
  await step('operations filled', -1.95, (ctx) => fillPosition(ctx, { id, rowId: positionOf('operations'), personId: lead, agency: '' }));
  await step('liaison filled', -1.9, (ctx) => fillPosition(ctx, { id, rowId: positionOf('liaison'), name: 'Duty engineer Veldhuis', agency: 'Integrator of the cooling' }));
  await step('period begun', -1.8, (ctx) => beginPeriod(ctx, { id, after: null, endsAt: at(10), emphasis: 'People before machines: nobody works alone in the hall.' }));
  await step('objective counted', -1.75, (ctx) => setObjective(ctx, { id, text: 'Everybody in the hall is known and relieved each half hour', strategies: 'A board at the door, two by two', priority: 1, positionId: positionOf('operations'), needs: ['Who is in the hall now', 'A second pair for the plant yard'] }));
  await step('objective secured', -1.7, (ctx) => setObjective(ctx, { id, text: 'Row 4 stays under 32 °C until the second cooler runs', strategies: 'Shed load, open the cold aisle under guard, rented cooler', priority: 1, positionId: positionOf('logistics'), needs: ['A mobile cooler with a permit for the yard'] }));
  await step('objective known', -1.65, (ctx) => setObjective(ctx, { id, text: 'Why the cooler stopped is known well enough to say whether the other may stop too', strategies: 'Readings of both coolers, pictures of the plant yard, who was on site', priority: 2, positionId: positionOf('planning'), needs: [] }));
  await step('warned', -1.6, (ctx) => warnOfSafety(ctx, { id, text: 'Nobody goes in alone; drink, ear protection beside the fans.' }));
}

async function decide({ id, at, step }: Told, deputy: Ctx): Promise<void> {
  const { objectives, periods } = await readCommand(deputy, { id });
  const need = objectives[0]?.needs[0]?.id ?? '';
  const period = periods[0]?.id ?? '';
  await step('need met', -0.9, (ctx) => moveNeed(ctx, { id, rowId: need, state: 'met' }));
  await step('decided', -0.8, (ctx) => noteDecision(ctx, { id, decision: 'The cold aisle stays open until the second cooler runs', why: 'Two degrees were won, and a guard stands at each door', options: 'Shut row 4 down; close the aisle and wait for the mobile cooler' }));
  await step('objectives reviewed', -0.7, (ctx) => markStep(ctx, { id, rowId: period, step: 'objectives', isDone: true }));
  await step('plan prepared', -0.4, (ctx) => preparePlan(ctx, { id, periodId: period }));
  await step('timer', -0.2, (ctx) => startTimer(ctx, { id, name: 'Call the integrator back', dueAt: at(1) }));
}
