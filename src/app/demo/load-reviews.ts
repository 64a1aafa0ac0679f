import type { ReviewStanding } from '#modules/incidents/review-contract.ts';
import { finishReview } from '#modules/incidents/reviews/finish.service.ts';
import { addAction, addObservation, changeReview, openReview, readReview } from '#modules/incidents/reviews/reviews.service.ts';
import { completeTask } from '#modules/tasks/tasks.service.ts';
import { approveDecision } from '#platform/two-person/decide.service.ts';
import type { Cast } from './load-cast.ts';
import { idOfIncident } from './load-history.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';
import { type ImprovementPlan, REVIEWS, type ReviewPlan } from './reviews.ts';

const DAY_MS = 86_400_000;
const [WRITER, APPROVER] = ['p02', 'p01'] as const;

/** Reviews of stories of the year, as the deputy writes and the chief approves them: actions done and still open, and a cause that came back. */
export async function loadReviews(plan: DemoPlan, cast: Cast, once: Once): Promise<void> {
  for (const review of REVIEWS) await tell(review, plan, cast, once);
}

async function tell({ story, summary, ratings, strength, improvements }: ReviewPlan, plan: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  const past = plan.history.incidents.find(({ key }) => key === `story-${story}`);
  const [writer, approver] = [people.get(WRITER), people.get(APPROVER)];
  if (!past || !writer || !approver) throw new RangeError(`The demonstration has nothing to review for story ${story}.`);
  const id = idOfIncident(plan, past);
  const daysAgo = (days: number): string => new Date(Date.parse(plan.now) - days * DAY_MS).toISOString();
  const given = daysAgo(improvements[0]?.action.givenDaysAgo ?? 1);
  const step = `review ${story}`;
  await once.do(step, writer, given, (ctx) => openReview(ctx, { id }));
  await once.do(`${step} summary`, writer, given, (ctx) => changeReview(ctx, { id, summary, heldAt: given, ratings: { ...ratings } }));
  await once.do(`${step} strength`, writer, given, (ctx) => addObservation(ctx, { id, kind: 'strength', ...strength, cause: null, recommendation: '', noActionReason: '', at: null }));
  for (const [i, improvement] of improvements.entries()) await improve({ id, step: `${step} ${i}`, improvement }, { writer, owner: people.get(improvement.action.owner) }, { daysAgo, once });
  const proposed = await once.do(`${step} finish`, writer, daysAgo(0.2), (ctx) => finishReview(ctx, { id }));
  if (proposed?.state === 'waiting') await once.do(`${step} approve`, approver, daysAgo(0.1), (ctx) => approveDecision(ctx, { id: proposed.decisionId, note: '' }));
}

type Who = { writer: Parameters<Once['do']>[1]; owner: Parameters<Once['do']>[1] };
type With = { daysAgo: (days: number) => string; once: Once };

async function improve({ id, step, improvement: { action, ...finding } }: { id: string; step: string; improvement: ImprovementPlan }, { writer, owner }: Who, { daysAgo, once }: With): Promise<void> {
  const at = daysAgo(action.givenDaysAgo);
  const made = await once.do<ReviewStanding>(`${step} finding`, writer, at, (ctx) => addObservation(ctx, { id, kind: 'improvement', ...finding, noActionReason: '', at: null }));
  const observationId = made?.rowId;
  if (!observationId || !owner) return;
  await once.do(`${step} action`, writer, at, (ctx) => addAction(ctx, { id, observationId, title: action.title, detail: '', ownerId: owner.personId, dueAt: daysAgo(-action.dueInDays), element: action.element }));
  if (action.doneDaysAgo === null) return;
  await once.do(`${step} done`, owner, daysAgo(action.doneDaysAgo), async (ctx) => {
    const { review } = await readReview(ctx, { id });
    return completeTask(ctx, { id: review?.observations.find((one) => one.id === observationId)?.actions[0]?.taskId ?? '', outcome: action.outcome });
  });
}
