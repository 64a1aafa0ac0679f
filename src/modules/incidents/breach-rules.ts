/** What the record of a breach says, as far as its completeness goes. */
export type BreachFacts = {
  nature: string; personCategories: string; persons: object | null; recordCategories: string; records: object | null; consequences: string; measures: string; contact: string; risk: 'unlikely' | 'risk' | 'high' | null; riskWhy: string;
  personsTold: boolean | null; personsToldWords: string;
};
type Clock = { key: string; dueAt: string | null; decision: string | null };

/** Duties that only a notice meets, and only two people say are not due. */
export const BREACH_CLOCKS: readonly string[] = ['gdpr-authority', 'uk-gdpr', 'gdpr-persons'];

/** What GDPR Art. 33(3)(a) to (d), 33(5) and 34 ask for and is not said yet. */
export function missingOfBreach(facts: BreachFacts, clocks: readonly Clock[]): { field: string; detail: string }[] {
  const asked: [string, boolean, string][] = [
    ['nature', facts.nature === '', 'Say what happened to the data: read, copied, changed, lost.'],
    ['personCategories', facts.personCategories === '', 'Say whose data: staff, visitors, customers.'],
    ['persons', facts.persons === null, 'Say about how many people.'],
    ['recordCategories', facts.recordCategories === '', 'Say which kinds of records.'],
    ['records', facts.records === null, 'Say about how many records.'],
    ['consequences', facts.consequences === '', 'Say what it is likely to lead to for these people.'],
    ['measures', facts.measures === '', 'Say what was done or is planned against it.'],
    ['contact', facts.contact === '', 'Say who can be asked.'],
    ['risk', facts.risk === null || facts.riskWhy === '', 'Judge how likely it harms people, and say why.'],
    ['personsTold', facts.risk === 'high' && (facts.personsTold === null || facts.personsToldWords === ''), 'The risk is high: say how the persons were told, or why they were not.'],
    ['clock', clocks.some(({ key, decision }) => BREACH_CLOCKS.includes(key) && decision === null), 'A duty to notify is neither met nor decided.'],
  ];
  return asked.flatMap(([field, isMissing, detail]) => (isMissing ? [{ field, detail }] : []));
}

/** Whether a notice came after its time. */
export const isLate = (givenAt: string, dueAt: string | null): boolean => dueAt !== null && Date.parse(givenAt) > Date.parse(dueAt);
