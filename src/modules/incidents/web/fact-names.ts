import { LATE_FACTS } from '../late-rules.ts';
import { t } from './messages.en.ts';

/** What a fact is called that a device may change. */
export const factName = (field: string): string => {
  const known = LATE_FACTS.find((one) => one === field);
  return known ? t(`incidents.fact.${known}`) : field;
};

/** Several, as a step of the timeline lists them. */
export const factNames = (fields: string | null): string => (fields ?? '').split(', ').map(factName).join(', ');
