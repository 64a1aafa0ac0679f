import type { Standing } from '../shift-contract.ts';

/** An open alarm as a hand-over lists it. */
export type OpenAlarm = { id: string; number: string; title: string; priority: number; type: string; site: string | null; handling: string; ownerId: string | null; raisedAt: string; shelvedUntil: string | null; shelvedWhy: string | null };

/** Types of alarm that stand for something which is not heard. */
const SILENCE: ReadonlySet<string> = new Set(['equipment.comms-lost', 'equipment.device-missing', 'cyber.source-silent']);

/** What stands open when a desk is handed over, in lists that a person can walk through. An alarm of silence stands in its own list too, whoever holds it. */
export function standingOf(open: readonly OpenAlarm[], leaving: string, { heldElsewhere, onTest, isCut }: Pick<Standing, 'heldElsewhere' | 'onTest' | 'isCut'>): Standing {
  const stood = ({ id, number, title, priority, site, raisedAt }: OpenAlarm) => ({ id, number, title, priority, site, since: raisedAt });
  return {
    held: open.filter(({ ownerId }) => ownerId === leaving).map((alarm) => ({ ...stood(alarm), handling: alarm.handling })), heldElsewhere,
    waiting: open.filter(({ ownerId, handling }) => ownerId === null && handling === 'unacknowledged').map(stood),
    shelved: open.filter(({ handling }) => handling === 'shelved').map((alarm) => ({ ...stood(alarm), until: alarm.shelvedUntil, why: alarm.shelvedWhy })),
    silent: open.filter(({ type }) => SILENCE.has(type)).map(stood),
    ...(onTest && { onTest }), isCut,
  };
}
