/** Where a decision of two people stands. */
export type DecisionState = 'waiting' | 'approved' | 'alone' | 'refused' | 'withdrawn' | 'expired';
export type DecisionVerb = 'approve' | 'refuse' | 'withdraw' | 'review';

/** As much of a decision as says who may do what with it. Times are milliseconds since 1970. */
export type Standing = { state: DecisionState; proposedBy: string; subjectId: string | null; expiresAt: number; isReviewed: boolean };

/** Who asks: whether they hold its permission where it applies, and are a human being with a sign-in of their own making. */
export type Decider = { personId: string; may: boolean; isIndependent: boolean };

export type Refusal = { ok: false; kind: 'forbidden' | 'conflict' | 'refused'; code: string; reason: string };
export type Step = { ok: true; state: DecisionState } | Refusal;

const refused = (kind: Refusal['kind'], code: string, reason: string): Refusal => ({ ok: false, kind, code, reason });

const SAID: Readonly<Record<Exclude<DecisionState, 'waiting'>, string>> = {
  approved: 'It is approved already.', alone: 'It was taken alone: nobody else could decide it then.', refused: 'It is refused already.', withdrawn: 'It was withdrawn.', expired: 'Its time ran out. Propose it again.',
};

const OUTCOME = { approve: 'approved', refuse: 'refused', withdraw: 'withdrawn', review: 'alone' } as const;

/** What becomes of a decision by a verb: who proposed never decides, and neither does whom it is about. Only what waits is decided, once and in time. */
export function step(standing: Standing, who: Decider, verb: DecisionVerb, now: number): Step {
  const isOwn = who.personId === standing.proposedBy;
  if (verb === 'withdraw' && !isOwn) return refused('forbidden', 'decisions.not_yours', 'Only who proposed it withdraws it. You may refuse it.');
  if (verb !== 'withdraw') {
    if (isOwn) return refused('forbidden', 'decisions.own', 'Who proposes does not decide. Another person who may do this decides it.');
    if (who.personId === standing.subjectId) return refused('forbidden', 'decisions.about_you', 'It is about you. Another person decides it.');
    if (!who.may) return refused('forbidden', 'decisions.not_qualified', 'Who decides must be allowed to do this themselves, there. Ask who grants rights in your department.');
  }
  if (verb === 'review') return reviewed(standing);
  if (standing.state !== 'waiting') return refused('conflict', 'decisions.decided', SAID[standing.state]);
  if (standing.expiresAt <= now) return refused('conflict', 'decisions.decided', SAID.expired);
  if (verb === 'approve' && !who.isIndependent) return refused('refused', 'decisions.not_independent', 'One of you gave the other a way to sign in within the last day. Somebody else decides, or you tomorrow.');
  return { ok: true, state: OUTCOME[verb] };
}

function reviewed({ state, isReviewed }: Standing): Step {
  if (state !== 'alone') return refused('refused', 'decisions.not_alone', 'Only what somebody took alone is looked at afterwards.');
  if (isReviewed) return refused('conflict', 'decisions.reviewed', 'Somebody has looked at it already.');
  return { ok: true, state };
}

/** The verbs that this person could send now. */
export const verbsFor = (standing: Standing, who: Decider, now: number): DecisionVerb[] => (['approve', 'refuse', 'withdraw', 'review'] as const).filter((verb) => step(standing, who, verb, now).ok);
