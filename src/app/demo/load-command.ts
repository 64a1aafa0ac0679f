import { activateCommand } from '#modules/incidents/command/activation.service.ts';
import { noteDecision, startTimer, warnOfSafety } from '#modules/incidents/command/notes.service.ts';
import { moveNeed, setObjective } from '#modules/incidents/command/objectives.service.ts';
import { beginPeriod, markStep } from '#modules/incidents/command/periods.service.ts';
import { fillPosition } from '#modules/incidents/command/positions.service.ts';
import { readCommand } from '#modules/incidents/command/read.service.ts';
import { listIncidents } from '#modules/incidents/list.service.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';

const DEPUTY = 'p02';
const LEAD = 'p03';
const HOUR_MS = 3_600_000;

/** One of the incidents that are left open has a command, in the middle of its first period. */
export async function loadCommand(now: string, { people }: Pick<Cast, 'people'>, once: Once): Promise<void> {
  const deputy = people.get(DEPUTY);
  const at = (hours: number): string => new Date(Date.parse(now) + hours * HOUR_MS).toISOString();
  const id = await once.do('command activated', deputy, at(-3), async (ctx) => {
    const { items } = await listIncidents(ctx, { state: ['open'], sort: '-occurred', limit: 20 });
    const incident = items.find(({ isWalled, siteId }) => !isWalled && siteId !== null);
    if (!incident) throw new Error('No incident is left open for a command.');
    return (await activateCommand(ctx, { id: incident.id, level: 3, commanderId: ctx.personId, why: 'More than the watch can lead beside its alarms.' })).id;
  });
  if (id === null) return;
  const positions = deputy ? (await readCommand(deputy, { id })).positions : [];
  const positionOf = (kind: string): string => positions.find((one) => one.kind === kind)?.id ?? '';
  const lead = people.get(LEAD)?.personId;
  await once.do('command operations filled', deputy, at(-2.9), (ctx) => fillPosition(ctx, { id, rowId: positionOf('operations'), personId: lead, agency: '' }));
  await once.do('command liaison filled', deputy, at(-2.8), (ctx) => fillPosition(ctx, { id, rowId: positionOf('liaison'), name: 'Inspector Veldhuis', agency: 'Police' }));
  await once.do('command period begun', deputy, at(-2.5), (ctx) => beginPeriod(ctx, { id, after: null, endsAt: at(9.5), emphasis: 'Everybody accounted for before anything is repaired.' }));
  await once.do('command objective counted', deputy, at(-2.4), (ctx) => setObjective(ctx, { id, text: 'Everybody who was near is spoken to and unhurt', strategies: 'Roll call by shift list, then by telephone', priority: 1, positionId: positionOf('operations'), needs: ['The shift list of last night', 'Somebody who speaks for the contractor'] }));
  await once.do('command objective secured', deputy, at(-2.3), (ctx) => setObjective(ctx, { id, text: 'The place is secured until it can be used again', strategies: '', priority: 1, positionId: positionOf('logistics'), needs: ['Two officers until the morning'] }));
  await once.do('command objective known', deputy, at(-2.2), (ctx) => setObjective(ctx, { id, text: 'What happened is known well enough to tell the site', strategies: 'Pictures, readings, who was on site', priority: 2, positionId: positionOf('planning'), needs: [] }));
  const need = deputy ? (await readCommand(deputy, { id })).objectives[0]?.needs[0]?.id : undefined;
  if (need) await once.do('command need met', deputy, at(-1.8), (ctx) => moveNeed(ctx, { id, rowId: need, state: 'met' }));
  const period = deputy ? (await readCommand(deputy, { id })).periods[0]?.id : undefined;
  if (period) await once.do('command objectives reviewed', deputy, at(-1), (ctx) => markStep(ctx, { id, rowId: period, step: 'objectives', isDone: true }));
  await once.do('command warned', deputy, at(-2), (ctx) => warnOfSafety(ctx, { id, text: 'Nobody goes in alone; eye and hearing protection inside.' }));
  await once.do('command decided', deputy, at(-1.5), (ctx) => noteDecision(ctx, { id, decision: 'The early shift comes in by the main gate', why: 'The side entrance is kept free for the fire brigade and the repairers', options: 'Send the early shift home; open the side entrance with a guard' }));
  await once.do('command timer', deputy, at(-0.2), (ctx) => startTimer(ctx, { id, name: 'Call the site manager back', dueAt: at(1) }));
}
