/** How far a case is. It goes forward through gates, back by a review, and out of `closed` by being reopened. */
export const STATES = ['assessing', 'investigating', 'reviewing', 'closed'] as const;
export type State = (typeof STATES)[number];

/** The parts of a room; each is a role of its own, so that the database knows what it may. */
export const PARTS = ['case-lead', 'case-investigator', 'case-legal', 'case-hr', 'case-observer', 'wall-custodian'] as const;
export type Part = (typeof PARTS)[number];

/** Parts that a room is never without; they have no end date. */
export const KEPT_PARTS = ['case-lead', 'wall-custodian'] as const satisfies readonly Part[];

export const isKeptPart = (part: string): boolean => (KEPT_PARTS as readonly string[]).includes(part);

/** The first part that a room with these members would lack; null where it keeps both. */
export const lackingPart = (members: readonly { part: string }[]): (typeof KEPT_PARTS)[number] | null => KEPT_PARTS.find((part) => !members.some((member) => member.part === part)) ?? null;
