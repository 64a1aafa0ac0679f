import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { REVIEW } from './review-rules.ts';

const ById = z.object({ id: z.uuid().describe('The incident') });
const ByRow = ById.extend({ rowId: z.uuid() });
const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const keyOf = (choices: readonly { key: string }[], error: string) => z.string().refine((key) => choices.some((one) => one.key === key), error);
const Capability = keyOf(REVIEW.capabilities, 'Choose one of the capabilities');
const Cause = keyOf(REVIEW.causeGroups.flatMap(({ causes }) => causes), 'Choose one of the causes');

export const ReviewState = z.enum(['draft', 'finished']);
export const ObservationKind = z.enum(['strength', 'improvement']);
export const Element = z.enum(['planning', 'organisation', 'equipment', 'training', 'exercises']);
const ActionState = z.enum(['open', 'done', 'dropped']);

export const ReviewAction = z.object({
  id: z.uuid(), taskId: z.uuid(), title: z.string(), element: Element, owner: z.string().nullable(), dueAt: z.string().nullable(),
  state: ActionState.nullable().describe('How the task stands now; null where it went by its retention, or is not mine to see'), outcome: z.string(), endedAt: z.string().nullable(), isOverdue: z.boolean(),
});
export type ReviewAction = z.infer<typeof ReviewAction>;
export const Observation = z.object({
  id: z.uuid(), kind: ObservationKind, capability: z.string(), text: z.string(), cause: z.string().nullable(), recommendation: z.string(), noActionReason: z.string(), at: z.string().nullable(),
  addedBy: z.string(), addedAt: z.string(), struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable(), actions: z.array(ReviewAction),
});
export type Observation = z.infer<typeof Observation>;
export const Moment = z.object({ key: z.enum(['occurred', 'known', 'declared', 'first-entry', 'closed']), at: z.string(), afterMs: z.number().nullable().describe('After the moment before it, in milliseconds') });
export const Review = z.object({
  incident: z.object({ id: z.uuid(), number: z.string(), title: z.string(), type: z.string().nullable(), severity: z.number(), state: z.string(), site: z.string().nullable(), timeZone: z.string().nullable(), isWalled: z.boolean(), isSimulated: z.boolean() }),
  state: ReviewState, summary: z.string(), heldAt: z.string().nullable(), ratings: z.record(z.string(), z.enum(['P', 'S', 'M', 'U'])),
  openedBy: z.string(), openedAt: z.string(), proposedBy: z.string().nullable(), approvedBy: z.string().nullable(), finishedAt: z.string().nullable(), version: z.number(),
  moments: z.array(Moment), observations: z.array(Observation), missing: z.array(z.object({ pointer: z.string(), detail: z.string() })).describe('What is missing before it can be finished'), mayWrite: z.boolean(),
});
export type Review = z.infer<typeof Review>;

const Standing = z.object({ id: z.uuid(), state: ReviewState, version: z.number(), rowId: z.uuid().nullable() });
export type ReviewStanding = z.infer<typeof Standing>;
const PERMISSION = 'incidents:review';

export const openReview = endpoint({ method: 'POST', path: '/:id/review', summary: 'Open the after-action review of a closed incident', permission: PERMISSION, params: ById, status: 201, reply: Standing });
export const readReview = endpoint({ method: 'GET', path: '/:id/review', summary: 'The after-action review of an incident, with its actions as they stand now; null where there is none yet', permission: 'incidents:read', params: ById, reply: z.object({ review: Review.nullable() }) });
export const changeReview = endpoint({
  method: 'PATCH', path: '/:id/review', summary: 'Change summary, when it was held and the ratings of a draft; If-Match guards against a change by another', permission: PERMISSION, params: ById,
  body: z.object({ summary: z.string().trim().max(20_000).optional(), heldAt: Time.nullable().optional(), ratings: z.record(Capability, z.enum(['P', 'S', 'M', 'U'])).optional() }), reply: Standing,
});
const observation = {
  kind: ObservationKind, capability: Capability, text: z.string().trim().min(1, 'Say what was observed').max(4_000), cause: Cause.nullable().default(null),
  recommendation: z.string().trim().max(4_000).default(''), noActionReason: z.string().trim().max(1_000).default(''), at: Time.nullable().default(null),
};
export const addObservation = endpoint({ method: 'POST', path: '/:id/review/observations', summary: 'Note what went well or what is to be improved', permission: PERMISSION, params: ById, status: 201, body: z.object(observation), reply: Standing });
export const changeObservation = endpoint({ method: 'PUT', path: '/:id/review/observations/:rowId', summary: 'Change an observation of a draft', permission: PERMISSION, params: ByRow, body: z.object(observation), reply: Standing });
export const strikeObservation = endpoint({ method: 'POST', path: '/:id/review/observations/:rowId/strike', summary: 'Strike an observation of a draft; it stays and shows struck', permission: PERMISSION, params: ByRow, body: z.object({ reason: Reason }), reply: Standing });
export const addAction = endpoint({
  method: 'POST', path: '/:id/review/actions', summary: 'Give a corrective action: a task on the incident, with owner and due', permission: PERMISSION, params: ById, status: 201,
  body: z.object({ observationId: z.uuid(), title: z.string().trim().min(1, 'Say what is to be done').max(200), detail: z.string().trim().max(4_000).default(''), ownerId: z.uuid(), dueAt: Time, element: Element }), reply: Standing,
});
export const finishReview = endpoint({ method: 'POST', path: '/:id/review/finish', summary: 'Propose to finish it; another person approves, then it is frozen', permission: PERMISSION, params: ById, reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }) });
export const printReview = endpoint({
  method: 'GET', path: '/:id/review/report.pdf', summary: 'The review as PDF; a walled one asks for the purpose', permission: 'incidents:read', params: ById,
  query: z.object({ purpose: z.string().trim().min(3).max(200).optional(), paper: z.enum(['a4', 'us-letter']).default('a4') }), reply: null,
});

const OfIncident = { incidentId: z.uuid(), number: z.string(), title: z.string(), severity: z.number(), site: z.string().nullable(), isWalled: z.boolean() };
export const ReviewRow = z.object({ ...OfIncident, state: ReviewState, openedAt: z.string(), finishedAt: z.string().nullable(), improvements: z.number(), actions: z.number(), open: z.number(), overdue: z.number() });
export type ReviewRow = z.infer<typeof ReviewRow>;
const Paging = { after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) };
export const listReviews = endpoint({ method: 'GET', path: '/reviews', summary: 'After-action reviews that I may see, the latest first, with how their actions stand', permission: 'incidents:read', query: z.object({ state: ReviewState.optional(), ...Paging }), reply: z.object({ items: z.array(ReviewRow), next: z.string().nullable() }) });
export const ReviewDue = z.object({ ...OfIncident, closedAt: z.string(), dueAt: z.string(), isOverdue: z.boolean() });
export type ReviewDue = z.infer<typeof ReviewDue>;
export const listReviewsDue = endpoint({ method: 'GET', path: '/reviews/due', summary: 'Closed incidents of severity 3 and above that have no review yet, the one due first on top', permission: 'incidents:read', query: z.object({ limit: Paging.limit }), reply: z.object({ items: z.array(ReviewDue), next: z.null() }) });
export const OpenAction = z.object({ taskId: z.uuid(), incidentId: z.uuid(), number: z.string(), title: z.string(), owner: z.string().nullable(), dueAt: z.string().nullable(), isOverdue: z.boolean(), cause: z.string().nullable(), site: z.string().nullable() });
export type OpenAction = z.infer<typeof OpenAction>;
export const listOpenActions = endpoint({ method: 'GET', path: '/reviews/actions', summary: 'Corrective actions that are open, the one due first on top; none of what stands behind a wall', permission: 'incidents:read', query: z.object({ limit: Paging.limit }), reply: z.object({ items: z.array(OpenAction), next: z.null(), isWhole: z.boolean().describe('False where there are more than were read') }) });

const Counts = z.object({ all: z.number(), open: z.number(), overdue: z.number(), done: z.number(), dropped: z.number(), due: z.number(), onTime: z.number() });
export const ReviewTrends = z.object({
  from: z.string(), to: z.string(), cutOffAt: z.string(), reviews: z.number().describe('Finished reviews of incidents that began within; none that is simulated or stands behind a wall'), isWhole: z.boolean(),
  periods: z.array(z.object({ key: z.string(), reviews: z.number() })),
  causes: z.array(z.object({ cause: z.string(), reviews: z.number(), observations: z.number(), byPeriod: z.array(z.number()) })),
  returned: z.array(z.object({ cause: z.string(), earlier: z.object({ incidentId: z.uuid(), number: z.string(), action: z.string(), doneAt: z.string() }), later: z.object({ incidentId: z.uuid(), number: z.string(), occurredFrom: z.string() }), isSameSite: z.boolean() })),
  ratings: z.array(z.object({ capability: z.string(), counts: z.object({ P: z.number(), S: z.number(), M: z.number(), U: z.number() }) })),
  actions: Counts,
});
export type ReviewTrends = z.infer<typeof ReviewTrends>;
export const readReviewTrends = endpoint({ method: 'GET', path: '/reviews/trends', summary: 'Causes that recur, of how many reviews, by quarter; which returned after an action against them was done', permission: 'incidents:read', query: z.object({ from: Time.optional().describe('A year ago where not said'), to: Time.optional(), siteId: z.uuid().optional().describe('This site and all below it') }), reply: ReviewTrends });
