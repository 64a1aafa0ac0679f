import type { State } from './rules.ts';

export const FINDINGS = ['substantiated', 'unsubstantiated', 'inconclusive', 'unfounded'] as const;
export type Finding = (typeof FINDINGS)[number];
export const OUTCOMES = ['dismissal', 'warning', 'transfer', 'training', 'referral', 'recovery', 'process', 'none', 'other'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const PERSON_ROLES = ['subject', 'complainant', 'witness', 'other'] as const;
export const ELEMENT_STATES = ['open', 'shown', 'not-shown'] as const;

/** What a case must have said before it goes on. */
export const LACKS = ['allegation', 'finding', 'element', 'root-cause', 'outcome', 'loss', 'review'] as const;
export type Lack = (typeof LACKS)[number];

/** What the gates look at: allegations and losses in force, and whether a review has passed what was handed in. */
export type Standing = {
  allegations: readonly { finding: Finding | null; elements: readonly { state: (typeof ELEMENT_STATES)[number] }[] }[];
  losses: number; noLoss: boolean | null; rootCause: string; outcome: Outcome | null; isReviewed: boolean;
};

const GATES: Record<Exclude<State, 'assessing'>, (standing: Standing) => readonly Lack[]> = {
  investigating: ({ allegations }) => (allegations.length === 0 ? ['allegation'] : []),
  reviewing: ({ allegations, losses, noLoss, rootCause, outcome }) => [
    ...(allegations.length === 0 ? (['allegation'] as const) : []),
    ...(allegations.some(({ finding }) => finding === null) ? (['finding'] as const) : []),
    // Substantiated means that everything was shown.
    ...(allegations.some(({ finding, elements }) => finding === 'substantiated' && elements.some(({ state }) => state !== 'shown')) ? (['element'] as const) : []),
    ...(rootCause.trim() === '' ? (['root-cause'] as const) : []), ...(outcome === null ? (['outcome'] as const) : []), ...(losses === 0 && noLoss !== true ? (['loss'] as const) : []),
  ],
  closed: (standing) => [...GATES.reviewing(standing), ...(standing.isReviewed ? [] : (['review'] as const))],
};

/** The state that a case goes to next; null where it is closed. */
export const nextState = (state: State): Exclude<State, 'assessing'> | null => ({ assessing: 'investigating', investigating: 'reviewing', reviewing: 'closed', closed: null } as const)[state];

/** What a case still lacks before it may go into this state; the gate is open where nothing is missing. */
export const lacksFor = (to: Exclude<State, 'assessing'>, standing: Standing): readonly Lack[] => GATES[to](standing);
