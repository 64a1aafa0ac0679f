import shipped from './content/review.json' with { type: 'json' };

type Choice = { readonly key: string; readonly title: string };
type Shipped = { readonly ratings: readonly (Choice & { definition: string })[]; readonly capabilities: readonly Choice[]; readonly elements: readonly Choice[]; readonly causeGroups: readonly (Choice & { causes: readonly Choice[] })[] };

/** What ships for reviews: how well a capability was performed, the capabilities, what an action changes, and the causes in groups. */
export const REVIEW: Shipped = shipped;

/** How long after closing an incident of severity 3 or above its review may take (content/incidents.json, closeRequires). */
export const REVIEW_WITHIN_DAYS = 30;
export const REVIEW_FROM_SEVERITY = 3;

export type Rating = 'P' | 'S' | 'M' | 'U';
export const isCapability = (key: string): boolean => REVIEW.capabilities.some((one) => one.key === key);
export const isCause = (key: string): boolean => REVIEW.causeGroups.some(({ causes }) => causes.some((one) => one.key === key));
export const capabilityTitle = (key: string): string => REVIEW.capabilities.find((one) => one.key === key)?.title ?? key;
export const elementTitle = (key: string): string => REVIEW.elements.find((one) => one.key === key)?.title ?? key;
export const ratingTitle = (key: string): string => REVIEW.ratings.find((one) => one.key === key)?.title ?? key;

/** A cause with its group, as `Procedure: it was out of date`. */
export function causeTitle(key: string): string {
  const group = REVIEW.causeGroups.find(({ causes }) => causes.some((one) => one.key === key));
  const title = group?.causes.find((one) => one.key === key)?.title;
  return group && title ? `${group.title}: ${title.slice(0, 1).toLowerCase()}${title.slice(1)}` : key;
}

/** When the review of an incident is due: as said when it was closed, else thirty days after that. */
export const dueOf = (closedAt: string, saidAt: string | null): string => saidAt ?? new Date(Date.parse(closedAt) + REVIEW_WITHIN_DAYS * 86_400_000).toISOString();

type Finding = { kind: 'strength' | 'improvement'; text: string; cause: string | null; recommendation: string; noActionReason: string; actions: number };

/** What is missing before a review can be finished, each with where it stands: `/summary` or the place of the observation. */
export function missingToFinish({ summary, observations }: { summary: string; observations: readonly Finding[] }): { pointer: string; detail: string }[] {
  const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
  return [
    ...(summary.trim().length < 10 ? [{ pointer: '/summary', detail: 'Sum up in a sentence what was learned.' }] : []),
    ...(observations.length === 0 ? [{ pointer: '/observations', detail: 'Note at least one observation: what went well, or what is to be improved.' }] : []),
    ...observations.flatMap(({ kind, text, cause, recommendation, noActionReason, actions }, at) => {
      if (kind === 'strength') return [];
      const pointer = `/observations/${at}`;
      return [
        ...(cause === null ? [{ pointer: `${pointer}/cause`, detail: `“${short(text)}”: choose its cause.` }] : []),
        ...(recommendation.trim() === '' ? [{ pointer: `${pointer}/recommendation`, detail: `“${short(text)}”: say what is recommended.` }] : []),
        ...(actions === 0 && noActionReason.trim() === '' ? [{ pointer: `${pointer}/actions`, detail: `“${short(text)}”: give a corrective action, or say why none follows.` }] : []),
      ];
    }),
  ];
}

export type ActionFact = { title: string; state: 'open' | 'done' | 'dropped' | null; dueAt: string | null; endedAt: string | null };

/** How corrective actions stand. On time: done no later than due, of those done or due by now (HSEEP: closed on time of due). */
export function countActions(actions: readonly ActionFact[], now: Date): { all: number; open: number; overdue: number; done: number; dropped: number; due: number; onTime: number } {
  const isPast = (at: string | null): boolean => at !== null && Date.parse(at) < now.getTime();
  const due = actions.filter(({ state, dueAt }) => dueAt !== null && (state === 'done' || (state === 'open' && isPast(dueAt))));
  return {
    all: actions.length, open: actions.filter(({ state }) => state === 'open').length, overdue: actions.filter(({ state, dueAt }) => state === 'open' && isPast(dueAt)).length,
    done: actions.filter(({ state }) => state === 'done').length, dropped: actions.filter(({ state }) => state === 'dropped').length,
    due: due.length, onTime: due.filter(({ state, dueAt, endedAt }) => state === 'done' && endedAt !== null && dueAt !== null && Date.parse(endedAt) <= Date.parse(dueAt)).length,
  };
}

/** A finished review as the trends read it: of which incident, and which causes were found, each with its actions. */
export type ReviewFact = { incidentId: string; number: string; siteId: string | null; occurredFrom: string; ratings: Readonly<Record<string, string>>; findings: readonly { cause: string; actions: readonly ActionFact[] }[] };
export type Returned = { cause: string; earlier: { incidentId: string; number: string; action: string; doneAt: string }; later: { incidentId: string; number: string; occurredFrom: string }; isSameSite: boolean };
export type Trends = {
  periods: { key: string; reviews: number }[];
  causes: { cause: string; reviews: number; observations: number; byPeriod: number[] }[];
  returned: Returned[];
  ratings: { capability: string; counts: Record<Rating, number> }[];
  actions: ReturnType<typeof countActions>;
};

/** The quarter of an instant in UTC: `2026-Q4`. */
export const quarterOf = (iso: string): string => {
  const at = new Date(iso);
  return `${at.getUTCFullYear()}-Q${Math.floor(at.getUTCMonth() / 3) + 1}`;
};

/**
 * Recurring causes of the reviews of incidents that began in [from, to). A cause is counted once a review, so that its share is
 * of the reviews of that quarter. It returns where an incident began after an action against the same cause, of an earlier incident,
 * was done; the latest such action is named. `earlier` are all finished reviews, since what was mended may lie before `from`.
 */
export function trendsOf(earlier: readonly ReviewFact[], { from, to, now }: { from: string; to: string; now: Date }): Trends {
  const within = earlier.filter(({ occurredFrom }) => Date.parse(occurredFrom) >= Date.parse(from) && Date.parse(occurredFrom) < Date.parse(to));
  const keys = quartersBetween(from, to);
  const causes = [...new Set(within.flatMap(({ findings }) => findings.map(({ cause }) => cause)))].map((cause) => {
    const having = within.filter(({ findings }) => findings.some((one) => one.cause === cause));
    return {
      cause, reviews: having.length, observations: having.reduce((sum, { findings }) => sum + findings.filter((one) => one.cause === cause).length, 0),
      byPeriod: keys.map((key) => having.filter(({ occurredFrom }) => quarterOf(occurredFrom) === key).length),
    };
  });
  return {
    periods: keys.map((key) => ({ key, reviews: within.filter(({ occurredFrom }) => quarterOf(occurredFrom) === key).length })),
    causes: causes.sort((a, b) => b.reviews - a.reviews || b.observations - a.observations || (a.cause < b.cause ? -1 : 1)),
    returned: returnedOf(earlier, within), ratings: ratingsOf(within), actions: countActions(within.flatMap(({ findings }) => findings.flatMap(({ actions }) => actions)), now),
  };
}

function returnedOf(all: readonly ReviewFact[], within: readonly ReviewFact[]): Returned[] {
  return within.flatMap((later) => [...new Set(later.findings.map(({ cause }) => cause))].flatMap((cause) => {
    const mended = all.filter(({ incidentId }) => incidentId !== later.incidentId).flatMap((one) => one.findings.filter((finding) => finding.cause === cause).flatMap(({ actions }) => actions.flatMap(({ state, endedAt, title }) =>
      state === 'done' && endedAt !== null && Date.parse(endedAt) < Date.parse(later.occurredFrom) && Date.parse(one.occurredFrom) < Date.parse(later.occurredFrom) ? [{ one, title, endedAt }] : [])));
    const last = mended.sort((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt))[0];
    if (!last) return [];
    return [{ cause, earlier: { incidentId: last.one.incidentId, number: last.one.number, action: last.title, doneAt: last.endedAt }, later: { incidentId: later.incidentId, number: later.number, occurredFrom: later.occurredFrom }, isSameSite: last.one.siteId !== null && last.one.siteId === later.siteId }];
  })).sort((a, b) => Date.parse(b.later.occurredFrom) - Date.parse(a.later.occurredFrom));
}

const ratingsOf = (reviews: readonly ReviewFact[]): Trends['ratings'] =>
  REVIEW.capabilities.flatMap(({ key }) => {
    const counts: Record<Rating, number> = { P: 0, S: 0, M: 0, U: 0 };
    for (const { ratings } of reviews) {
      const rated = ratings[key];
      if (rated === 'P' || rated === 'S' || rated === 'M' || rated === 'U') counts[rated] += 1;
    }
    return Object.values(counts).some((count) => count > 0) ? [{ capability: key, counts }] : [];
  });

function quartersBetween(from: string, to: string): string[] {
  const end = Date.parse(to);
  const first = new Date(from);
  const keys: string[] = [];
  for (let at = Date.UTC(first.getUTCFullYear(), Math.floor(first.getUTCMonth() / 3) * 3); at < end && keys.length < 40; at = nextQuarter(at)) keys.push(quarterOf(new Date(at).toISOString()));
  return keys;
}

const nextQuarter = (at: number): number => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + 3);
