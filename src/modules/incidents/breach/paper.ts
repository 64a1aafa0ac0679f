import type { JsonValue } from '#platform/report/text.ts';
import type { Breach, BreachSheet } from '../breach-contract.ts';
import type { Incident } from '../contract.ts';
import { bothClocks } from '../report/times.ts';

export const BREACH_TEMPLATE = 'modules/incidents/breach/report/breach.typ';

const RISKS = { unlikely: 'Unlikely to harm people', risk: 'Likely to harm people', high: 'Highly likely to harm people' } as const;
const DECISIONS: Readonly<Record<string, string>> = { met: 'Met', 'not-due': 'Not due, decided by two people', 'handed-over': 'Handed over' };

const rangeWords = (range: Breach['persons']): string => {
  if (range === null) return 'Not known';
  const [least, most] = [range.least.toLocaleString('en'), range.most.toLocaleString('en')];
  return least === most ? `About ${least}` : `${least} to ${most}`;
};

/** What `breach.typ` shows, all in words: what GDPR Art. 33(3) asks a notice to say, and 33(5) to be documented. */
export function breachPaper(incident: Pick<Incident, 'number' | 'title' | 'timeZone' | 'site' | 'occurredFrom' | 'knownAt'>, breach: Breach, { notices, clocks, missing }: BreachSheet): { title: string; data: Record<string, JsonValue> } {
  const zone = incident.timeZone ?? 'UTC';
  const told = breach.personsTold === null ? 'Not said yet' : breach.personsTold ? 'Told' : 'Not told';
  return {
    title: `${incident.number} Record of a data breach`,
    data: {
      words: { notices: 'Notices given', heads: ['To whom', 'Given', 'Reference', 'By'], duties: 'Duties to notify', dutyHeads: ['Duty', 'Due', 'Stands'], missing: 'Not documented yet', none: 'None.' },
      heading: `Record of a data breach: ${incident.title}`,
      facts: [
        { label: 'Incident', value: `${incident.number} ${incident.title}` }, { label: 'Where', value: incident.site ?? '' }, { label: 'Began', value: bothClocks(incident.occurredFrom, zone) }, { label: 'Known to us', value: bothClocks(incident.knownAt, zone) },
        { label: 'People concerned', value: rangeWords(breach.persons) }, { label: 'Records concerned', value: rangeWords(breach.records) }, { label: 'Risk to people', value: breach.risk === null ? 'Not judged yet' : RISKS[breach.risk] }, { label: 'Persons', value: told }, { label: 'Who can be asked', value: breach.contact },
        { label: 'Opened', value: `${bothClocks(breach.openedAt, zone)}, by ${breach.openedBy}; version ${breach.version}` },
      ].filter(({ value }) => value !== ''),
      parts: [['Nature of the breach', breach.nature], ['Whose data', breach.personCategories], ['Which records', breach.recordCategories], ['Likely consequences', breach.consequences], ['Measures taken and planned', breach.measures], ['Why the risk is judged so', breach.riskWhy], ['How the persons were told, or why not', breach.personsToldWords]],
      notices: notices.map((one) => ({ cells: [`${one.recipient}${one.isPartial ? ' (more follows)' : ''}`, bothClocks(one.givenAt, zone), one.reference, one.givenBy], struck: one.struckAt === null ? '' : `Struck by ${one.struckBy ?? 'somebody'}: ${one.struckReason ?? ''}`, late: one.isLate ? `After its time: ${one.lateWhy}` : '' })),
      duties: clocks.map(({ title, dueAt, allowance, decision, note }) => [title, dueAt === null ? allowance : bothClocks(dueAt, zone), decision === null ? 'Open' : [DECISIONS[decision] ?? decision, note].filter(Boolean).join(': ')]),
      missing: missing.map(({ detail }) => detail),
    },
  };
}
