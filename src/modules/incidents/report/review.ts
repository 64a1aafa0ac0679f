import { headOnPaper } from '#platform/witness/paper.ts';
import type { JsonValue } from '#platform/report/text.ts';
import type { TimelineItem } from '../contract.ts';
import type { Observation, Review } from '../review-contract.ts';
import { capabilityTitle, causeTitle, elementTitle, ratingTitle } from '../review-rules.ts';
import { closureReasonOf, incidentTypeOf, severityOf } from '../rules.ts';
import { momentWords, spanWords } from './times.ts';

/** The template that this data fills. */
export const REVIEW_TEMPLATE = 'modules/incidents/report/review.typ';

const WORDS = {
  facts: 'The incident', moments: 'Turning points', momentHeads: ['What', 'When', 'After'], summary: 'What was learned', ratings: 'How it was performed', ratingHeads: ['Capability', 'Rating'], strengths: 'What went well', improvements: 'What is to be improved',
  cause: 'Cause', recommendation: 'Recommendation', actions: 'Corrective actions', actionHeads: ['Action', 'Changes', 'Owner', 'Due', 'State'], noAction: 'No action', timeline: 'Timeline from the record', timelineHeads: ['When', 'What', 'Who'], none: 'None noted.', sign: ['For the department: name and signature', 'Date and time'],
};
const MOMENTS: Record<Review['moments'][number]['key'], string> = { occurred: 'It began', known: 'We knew', declared: 'Declared', 'first-entry': 'First entry of the log', closed: 'Closed' };
const STATES = { open: 'Open', done: 'Done', dropped: 'Dropped' };
const MOST_LINES = 400;

export type Print = { by: string; at: string; purpose: string | null; organisation: string; isDemo: boolean; head: Parameters<typeof headOnPaper>[0] };

/** What `review.typ` shows, all in words. */
export function reviewReport(review: Review, timeline: readonly TimelineItem[], print: Print): { title: string; data: JsonValue } {
  const { incident } = review;
  const zone = incident.timeZone ?? 'UTC';
  const at = (iso: string | null): string => (iso === null ? '' : momentWords(iso, zone));
  const standing = review.observations.filter(({ struckAt }) => struckAt === null);
  const title = `After-action review of ${incident.number}`;
  const actions = standing.flatMap((one) => one.actions);
  const data = {
    words: WORDS, title, name: incident.title, lead: leadOf(review, standing.length, actions.length, at), summary: review.summary,
    frame: {
      organisation: print.organisation.slice(0, 60), department: 'Corporate security', number: incident.number, kind: 'After-action review', demo: [...(incident.isSimulated ? ['Simulated. It did not happen.'] : []), ...(print.isDemo ? ['Demonstration: invented people, places and events'] : [])].join(' ') || null,
      walled: incident.isWalled ? { word: 'Walled', line: `${print.by}: ${print.purpose ?? 'no purpose given'}`.slice(0, 120) } : null, printed: `Printed ${at(print.at)} by ${print.by.slice(0, 60)}`, record: headOnPaper(print.head), of: 'of',
    },
    facts: pairs([['Incident', `${incident.number} ${incident.title}`], ['Type', incident.type === null ? 'Not classified' : (incidentTypeOf(incident.type)?.title ?? incident.type)], ['Severity', `${incident.severity} ${severityOf(incident.severity)?.name ?? ''}`], ['Site', incident.site ?? 'The organisation as a whole'], ['Review held', at(review.heldAt)], ['Opened', `${at(review.openedAt)}, ${review.openedBy}`], ['Finished', review.finishedAt === null ? 'Draft' : `${at(review.finishedAt)}, ${approvalOf(review)}`]]),
    moments: review.moments.map((one) => [MOMENTS[one.key], at(one.at), one.afterMs === null ? '' : spanWords(one.afterMs)]),
    ratings: Object.entries(review.ratings).map(([key, rating]) => [capabilityTitle(key), `${rating}: ${ratingTitle(rating)}`]),
    strengths: standing.filter(({ kind }) => kind === 'strength').map((one) => ({ capability: capabilityTitle(one.capability), text: one.text })),
    improvements: standing.filter(({ kind }) => kind === 'improvement').map((one) => improvementOf(one, at)),
    timeline: timeline.slice(0, MOST_LINES).map((item) => [at(item.at), `${item.isStruck ? 'Struck: ' : ''}${lineOf(item)}`, item.person]), cut: timeline.length > MOST_LINES ? `The first ${MOST_LINES} of ${timeline.length} lines; the report of the incident has them all.` : '',
  };
  return { title, data };
}

const leadOf = ({ state, finishedAt }: Review, found: number, actions: number, at: (iso: string | null) => string): string =>
  `${found} ${found === 1 ? 'observation' : 'observations'}, ${actions} corrective ${actions === 1 ? 'action' : 'actions'}. ${state === 'finished' ? `Finished ${at(finishedAt)}; the actions stand as they stood when this was printed.` : 'A draft: it is not approved.'}`;

const approvalOf = ({ proposedBy, approvedBy }: Review): string => (approvedBy === null ? `${proposedBy ?? ''}, alone` : `proposed by ${proposedBy ?? ''}, approved by ${approvedBy}`);

const improvementOf = (one: Observation, at: (iso: string | null) => string): JsonValue => ({
  capability: capabilityTitle(one.capability), text: one.text, facts: pairs([[WORDS.cause, one.cause === null ? '' : causeTitle(one.cause)], [WORDS.recommendation, one.recommendation], [WORDS.noAction, one.noActionReason]]),
  actions: one.actions.map((action) => [action.title, elementTitle(action.element), action.owner ?? '', at(action.dueAt), `${action.state === null ? 'Not on record any more' : STATES[action.state]}${action.isOverdue ? ', overdue' : ''}${action.endedAt === null ? '' : `, ${at(action.endedAt)}`}${action.outcome === '' ? '' : `: ${action.outcome}`}`]),
});

const STEPS: Readonly<Record<string, string>> = { declared: 'Declared', classified: 'Classified', 'severity-changed': 'Severity changed', assigned: 'Lead handed over', closed: 'Closed', reopened: 'Opened again', walled: 'Put behind a wall', admitted: 'Let behind the wall', removed: 'Taken from the wall', moved: 'Moved to another site', 'review-opened': 'Review opened', 'review-finished': 'Review finished' };

function lineOf({ kind, verb, was, became, text }: TimelineItem): string {
  if (kind === 'log') return text;
  const [before, after] = verb === 'closed' || verb === 'reopened' ? ['', closureReasonOf(became ?? '')?.title ?? ''] : verb === 'classified' ? ['', incidentTypeOf(became ?? '')?.title ?? ''] : verb === 'severity-changed' || verb === 'assigned' ? [was ?? '', became ?? ''] : ['', ''];
  return [STEPS[verb] ?? verb, before && after ? `${before} to ${after}` : after, text].filter(Boolean).join(': ');
}

const pairs = (rows: readonly (readonly [string, string])[]): JsonValue => rows.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }));
