import { organisationOf } from '#modules/identity/public.ts';
import { capabilityTitle, causeTitle, ratingTitle } from '#modules/incidents/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import type { JsonValue } from '#platform/report/text.ts';
import { headOnPaper } from '#platform/witness/paper.ts';
import type * as contract from './contract.ts';
import type { ExerciseDetail, Inject } from './contract.ts';
import { exercises } from './exercise-row.ts';
import { readExercise } from './read.service.ts';
import { clockWords, countRatings, MARK, marked, RATINGS } from './rules.ts';

const READ = 'exercises:read';
const TEMPLATE = 'modules/exercises/report/exercise.typ';
const WORDS = {
  facts: 'The exercise', scenario: 'Scenario', objectives: 'Objectives', objectiveHeads: ['Objective', 'Capability', 'How it was rated'], people: 'Who takes part', peopleHeads: ['Name', 'As'],
  injects: 'Master scenario events list', injectHeads: ['Inject', 'What the players get', 'When', 'How it went'], expectations: 'What was expected', expectationHeads: ['Expected', 'Upon', 'Rating', 'What was seen'],
  observations: 'Observations', observationHeads: ['Kind', 'Capability', 'What was seen, and why', 'What should follow'], actions: 'Corrective actions', actionHeads: ['Action', 'Owner', 'Due', 'State'], summary: 'What came out of it',
};
const KINDS: Record<ExerciseDetail['kind'], string> = { discussion: 'Discussion', tabletop: 'Tabletop', drill: 'Drill', functional: 'Functional', 'full-scale': 'Full-scale' };
const STATES: Record<ExerciseDetail['state'], string> = { planned: 'Planned', running: 'Running', paused: 'The clock stands', ended: 'Over, being evaluated', evaluated: 'Evaluated', cancelled: 'Cancelled' };
const ROLES = { player: 'Player', controller: 'Controller', evaluator: 'Evaluator', observer: 'Observer' };
const ACTIONS = { open: 'Open', done: 'Done', dropped: 'Dropped' };

const clockOf = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  return (at: string | null): string => (at === null ? '' : format.format(new Date(at)));
};

function whenWords({ trigger, delayS, afterId, isAutomatic }: Inject, titleOf: (id: string | null) => string): string {
  const after = delayS === 0 ? 'at once' : clockWords(delayS).slice(2);
  const when = { clock: clockWords(delayS), inject: `After “${titleOf(afterId)}”, ${after}`, met: `When an expectation is met, ${after}`, hand: 'When a controller says so' }[trigger];
  return isAutomatic ? `${when}\nby itself` : when;
}

const wentWords = ({ state, deliveredS, skipReason }: Inject): string => (state === 'skipped' ? `Left out: ${skipReason}` : deliveredS === null ? 'Waits' : `Delivered at ${clockWords(deliveredS)}`);

type Around = { by: string; at: string; organisation: { name: string; isDemo: boolean }; head: Parameters<typeof headOnPaper>[0] };
const pairs = (rows: readonly (readonly [string, string])[]): JsonValue => rows.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }));

/** What `exercise.typ` shows, all in words; the mark stands on every page. */
export function exerciseReport(x: ExerciseDetail, around: Around): { title: string; data: JsonValue } {
  const at = clockOf(x.timeZone ?? 'UTC');
  const titleOf = (id: string | null): string => x.injects.find((one) => one.id === id)?.title ?? 'an inject';
  const counted = countRatings(x.expectations);
  const band = [MARK, MARK, MARK, 'nothing of this happened', MARK, MARK, MARK].join(' · ');
  const data = {
    words: WORDS, title: marked(x.title), lead: `${KINDS[x.kind]} at ${x.site ?? 'the organisation as a whole'}, planned for ${at(x.plannedFor)}. Times are the site’s, ${x.timeZone ?? 'UTC'}; T+ is the clock of the exercise, which stands in pauses.`,
    frame: {
      organisation: around.organisation.name.slice(0, 60), department: 'Corporate security', number: x.number, kind: 'Exercise', demo: around.organisation.isDemo ? `${band} (demonstration)` : band, walled: null,
      printed: `Printed ${at(around.at)} by ${around.by.slice(0, 60)}`, record: headOnPaper(around.head), of: 'of',
    },
    facts: pairs([['Number', x.number], ['State', STATES[x.state]], ['Kind', KINDS[x.kind]], ['Site', x.site ?? 'The organisation'], ['Planned', `${at(x.plannedFor)}, ${x.plannedBy}`], ['Began', at(x.startedAt)], ['Ended', x.endedAt === null ? '' : `${at(x.endedAt)}, ${x.endedBy ?? ''}: ${x.endNote}`], ['Evaluated', x.evaluatedAt === null ? '' : `${at(x.evaluatedAt)}, ${x.evaluatedBy ?? ''}`]]),
    scenario: x.scenario, summary: x.summary,
    objectives: x.objectives.map(({ id, text, capability }) => [text, capabilityTitle(capability), ratingsWords(x.expectations.filter(({ objectiveId }) => objectiveId === id))]),
    people: x.participants.map(({ person, role }) => [person.name, ROLES[role]]),
    injects: x.injects.map((one) => [one.title, one.text, whenWords(one, titleOf), wentWords(one)]),
    expectations: x.expectations.map((one) => [`${one.text}${one.withinS === null ? '' : `\nwithin ${Math.ceil(one.withinS / 60)} min`}`, titleOf(one.injectId), one.rating === null ? 'Not rated' : `${one.rating}: ${ratingTitle(one.rating)}`, one.observation]),
    ratings: `Rated ${RATINGS.map((key) => `${key} ${counted[key]}`).join(', ')}; ${counted.none} of ${x.expectations.length} not rated.`,
    observations: x.observations.filter(({ struckReason }) => struckReason === '').map((one) => [one.kind === 'strength' ? 'Strength' : 'To improve', capabilityTitle(one.capability), [one.text, one.cause === null ? '' : `Cause: ${causeTitle(one.cause)}`].filter(Boolean).join('\n'), one.recommendation]),
    actions: x.observations.flatMap(({ actions }) => actions.map((one) => [one.title, one.owner ?? '', at(one.dueAt), one.state === null ? 'Not shown' : ACTIONS[one.state]])),
  };
  return { title: `${x.number} ${marked(x.title)}`, data };
}

function ratingsWords(all: ExerciseDetail['expectations']): string {
  const counted = countRatings(all);
  return all.length === 0 ? 'Nothing was expected for it' : [...RATINGS.filter((key) => counted[key] > 0).map((key) => `${key} ${counted[key]}`), ...(counted.none > 0 ? [`not rated ${counted.none}`] : [])].join(', ');
}

/** Prints as much of an exercise as this reader may see. That it was printed is recorded before the paper leaves. */
export async function printExercise(ctx: Ctx, { id, paper }: Input<typeof contract.printExercise>, { reply }: Exchange): Promise<void> {
  const x = await readExercise(ctx, { id });
  const [heads, people] = await exercises.readAll(ctx, READ, (db) => [db.selectFrom('ledger.head').select(['size', 'root', 'at']).orderBy('size', 'desc').limit(1), db.selectFrom('access.person').select('name').where('id', '=', ctx.personId)] as const);
  const [head] = heads;
  const { title, data } = exerciseReport(x, { by: people[0]?.name ?? '', at: ctx.now().toISOString(), organisation: await organisationOf(ctx), head: head ? { size: head.size, root: head.root.toString('hex'), at: head.at } : null });
  const pdf = await renderReport(TEMPLATE, data, { lang: 'en', title, at: ctx.now(), paper });
  await exercises.writeMany(ctx, READ, async () => ({ changes: [{ verb: 'printed', before: null, after: { id, paper }, of: { recordId: id, siteId: x.siteId, wallId: null, readPermission: READ } }], result: null }));
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${x.number}.pdf"`).send(pdf);
}
