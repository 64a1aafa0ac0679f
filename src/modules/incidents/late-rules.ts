/** What a late change of a fact does where it was changed meanwhile. Only these are changed on a device that is offline. */
export const FACT_RULES = { title: 'ask', narrative: 'ask', place: 'last-wins', reportedBy: 'last-wins' } as const;
export type LateFact = keyof typeof FACT_RULES;
export const LATE_FACTS = Object.keys(FACT_RULES) as LateFact[];
