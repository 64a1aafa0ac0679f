/** Somebody on duty who may handle the alarm: what they hold, what they answered in the last ten minutes, what is offered to them. */
export type Operator = { readonly personId: string; readonly open: number; readonly recent: number; readonly offered: number };

/** Offered to one, with the reason; to everybody, since each was asked; or left for now: nobody may, or all who may have enough offers. */
export type Offer = { readonly to: 'one'; readonly personId: string; readonly open: number; readonly among: number } | { readonly to: 'everybody'; readonly among: number } | { readonly to: 'nobody-now' };

/** So many offers one person can look at; the rest wait in the queue for anyone. */
export const MOST_OFFERS = 3;

const inHand = ({ open, offered }: Operator): number => open + offered;
const byLoad = (a: Operator, b: Operator): number => inHand(a) - inHand(b) || a.recent - b.recent || (a.personId < b.personId ? -1 : 1);

/** To whom an alarm is offered: whoever has least in hand, then who answered least lately, then by id, so that the same facts give the same answer. Who was asked already is passed over. */
export function offerOf(operators: readonly Operator[], passed: ReadonlySet<string>): Offer {
  const rest = operators.filter(({ personId }) => !passed.has(personId));
  if (operators.length > 0 && rest.length === 0) return { to: 'everybody', among: operators.length };
  const [first] = rest.filter(({ offered }) => offered < MOST_OFFERS).toSorted(byLoad);
  return first ? { to: 'one', personId: first.personId, open: first.open, among: operators.length } : { to: 'nobody-now' };
}

/** How much a person has to answer, against what process plants take as bearable. */
export type LoadLevel = 'acceptable' | 'manageable' | 'over' | 'flood';

/**
 * ISA-18.2-2016 / IEC 62682, for one operator's console: about 6 alarms an hour are very likely acceptable, about 12 the
 * most that is manageable; more than 10 in ten minutes is a flood (EEMUA 191: 10 in ten minutes). Quoted, not read in
 * the edition in force, and written for process plants: used here by analogy.
 */
export const BENCHMARKS = { acceptableAnHour: 6, manageableAnHour: 12, floodInTenMinutes: 10 } as const;

/** The level of a load, by alarms answered in the last ten minutes and in the last hour. */
export function loadLevel({ lastTenMinutes, lastHour }: { lastTenMinutes: number; lastHour: number }): LoadLevel {
  if (lastTenMinutes > BENCHMARKS.floodInTenMinutes) return 'flood';
  if (lastHour > BENCHMARKS.manageableAnHour) return 'over';
  return lastHour > BENCHMARKS.acceptableAnHour ? 'manageable' : 'acceptable';
}
