import * as evaluating from '#modules/exercises/evaluate.service.ts';
import * as planning from '#modules/exercises/plan.service.ts';
import { readExercise } from '#modules/exercises/read.service.ts';
import * as running from '#modules/exercises/run.service.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Who plans and runs exercises here: the deputy. */
const TRAINER = 'p02';

type Role = 'player' | 'controller' | 'evaluator' | 'observer';
type Inject = Parameters<typeof planning.addInject>[1];
const inject = (title: string, text: string, minutes: number, expected: string): Omit<Inject, 'id'> =>
  ({ title, text, channel: 'spoken', trigger: 'clock', afterId: null, expectationId: null, delayS: minutes * 60, isAutomatic: false, signalType: null, signalPoint: null, expected: [{ text: expected, objectiveId: null, withinS: 600 }] });

/** Two exercises: a tabletop of the past with what was learned from it, and one that is planned with its whole script. */
export async function loadExercises({ now, people }: DemoPlan, { people: cast, sites }: Cast, once: Once): Promise<void> {
  const trainer = cast.get(TRAINER);
  const players = people.filter(({ grants }) => grants.some(({ role }) => role === 'gsoc-operator' || role === 'gsoc-supervisor')).slice(0, 4).flatMap(({ key }) => cast.get(key)?.personId ?? []);
  if (!trainer || players.length === 0) throw new RangeError('The demonstration has nobody to exercise.');
  const taking = [...new Set(players)].filter((id) => id !== trainer.personId).map((personId) => ({ personId, role: 'player' as Role }));
  const stage: Stage = { trainer, once, siteId: sites.get('CMH') ?? null, people: [...taking, { personId: trainer.personId, role: 'evaluator' }], owner: taking[0]?.personId ?? trainer.personId };
  await aTabletop(Date.parse(now) - 120 * DAY_MS, stage);
  await oneToCome(Date.parse(now), { ...stage, siteId: sites.get('UTR') ?? null });
}

type Stage = { trainer: Ctx; once: Once; siteId: string | null; people: { personId: string; role: Role }[]; owner: string };
const iso = (ms: number): string => new Date(ms).toISOString();

async function aTabletop(at: number, { trainer, once, siteId, people, owner }: Stage): Promise<void> {
  let n = 0;
  const step = <T>(minutes: number, verb: (ctx: Ctx) => Promise<T>): Promise<T | null> => once.do(`tabletop ${n++}`, trainer, iso(at + minutes * MINUTE_MS), verb);
  const made = await step(-30_000, (ctx) => planning.planExercise(ctx, { title: 'Ransomware reaches the access-control server', kind: 'tabletop', siteId, plannedFor: iso(at), scenario: 'At 06:40 the access-control server answers no more, and its screen asks for money. Doors go on by what they last knew. The first shift is at the gates.' }));
  if (!made) return;
  const { id } = made;
  await step(-29_000, (ctx) => planning.setParticipants(ctx, { id, people }));
  await step(-28_000, (ctx) => planning.addObjective(ctx, { id, text: 'Doors are brought to a known state within half an hour', capability: 'access' }));
  await step(-27_000, (ctx) => planning.addObjective(ctx, { id, text: 'It is clear who decides on opening the gates', capability: 'command' }));
  await step(-26_000, (ctx) => planning.addInject(ctx, { id, ...inject('The server is silent', 'No badge event for ten minutes. The server room reports a red screen.', 0, 'The incident is declared and IT is called') }));
  await step(-25_000, (ctx) => planning.addInject(ctx, { id, ...inject('The shift is at the gate', 'Two hundred people wait at gate 2. The shift leader asks whether to open.', 12, 'One person decides, and the log says who') }));
  await step(0, (ctx) => running.startExercise(ctx, { id }));
  const { injects, expectations } = await readExercise(trainer, { id });
  for (const [i, one] of injects.entries()) await step(2 + i * 12, (ctx) => running.deliverInject(ctx, { id, rowId: one.id }));
  const ratings = [{ rating: 'P', observation: 'Declared after four minutes' }, { rating: 'M', observation: 'Three people gave three answers' }] as const;
  for (const [i, one] of expectations.entries()) await step(30 + i, (ctx) => evaluating.rateExpectation(ctx, { id, rowId: one.id, rating: ratings[i]?.rating ?? 'S', observation: ratings[i]?.observation ?? '' }));
  await step(60, (ctx) => running.endExercise(ctx, { id, note: 'Both questions were discussed' }));
  await step(90, (ctx) => evaluating.addObservation(ctx, { id, kind: 'strength', capability: 'alerting', text: 'IT and the watch spoke on one line within six minutes', cause: null, recommendation: '' }));
  await step(91, (ctx) => evaluating.addObservation(ctx, { id, kind: 'improvement', capability: 'command', text: 'Nobody knew who may open the gates while the server is gone', cause: 'command-unclear', recommendation: 'Name the one who decides in the post order of each gate' }));
  const mended = (await readExercise(trainer, { id })).observations.find(({ kind }) => kind === 'improvement');
  if (mended) await step(95, (ctx) => evaluating.addAction(ctx, { id, observationId: mended.id, title: 'Post orders name who opens the gates without the server', ownerId: owner, dueAt: iso(at + 150 * DAY_MS) }));
  await step(1_500, (ctx) => evaluating.finishEvaluation(ctx, { id, summary: 'The technical answer was known; who decides at the gates was not. One corrective action.' }));
}

async function oneToCome(now: number, { trainer, once, siteId, people }: Stage): Promise<void> {
  let n = 0;
  const step = <T>(verb: (ctx: Ctx) => Promise<T>): Promise<T | null> => once.do(`exercise to come ${n}`, trainer, iso(now - 3 * DAY_MS + n++ * MINUTE_MS), verb);
  const made = await step((ctx) => planning.planExercise(ctx, { title: 'Fire in hall 2 with one missing', kind: 'functional', siteId, plannedFor: iso(now + 12 * DAY_MS), scenario: 'Smoke in hall 2 in the late shift. The building is cleared; one visitor does not come to the assembly point.' }));
  if (!made) return;
  const { id } = made;
  await step((ctx) => planning.setParticipants(ctx, { id, people }));
  await step((ctx) => planning.addObjective(ctx, { id, text: 'The missing person is named within ten minutes', capability: 'people' }));
  await step((ctx) => planning.addInject(ctx, { id, ...inject('Smoke', 'EXERCISE: smoke detector in hall 2', 2, 'The alarm is claimed and acknowledged'), channel: 'signal', isAutomatic: true, signalType: 'fire.alarm', signalPoint: 'Hall 2' }));
  await step((ctx) => planning.addInject(ctx, { id, ...inject('Call from reception', 'One visitor is not at the assembly point. Her badge was read at 14:02 at hall 2.', 8, 'A search is ordered, and the fire brigade told'), channel: 'notice', isAutomatic: true }));
  const ordered = (await readExercise(trainer, { id })).expectations.at(-1);
  if (ordered) await step((ctx) => planning.addInject(ctx, { id, ...inject('The fire brigade asks', 'Who commands here, and where is your plan of the building?', 3, 'The commander reports with the plan'), trigger: 'met', expectationId: ordered.id }));
}
