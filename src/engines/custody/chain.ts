/**
 * One event of the custody of an exhibit, as its ledger entry says it. Who holds it and where it lies stand twice, as before
 * and as after the event, so that a gap shows (ISO/IEC 27037, 5.4.1: custody is accounted for from collection on).
 */
export type CustodyEvent = {
  /** From 1 on, without gaps. */
  seq: number;
  kind: string;
  /** When it was entered (ISO, UTC). */
  at: string;
  holder: string | null;
  holderBefore: string | null;
  place: string | null;
  placeBefore: string | null;
};

/** The first event at which a chain does not hold, and why. `seq` is the number that was expected there. */
export type ChainFault = { ok: false; seq: number; reason: string };

/** What opens every chain. */
export const FIRST_KIND = 'received';
/** After this nothing moves any more. */
export const LAST_MOVE = 'disposed';
const LOOKS: ReadonlySet<string> = new Set(['viewed', 'downloaded', 'bundled', 'audited', 'noted']);

/** Null where the events are a custody without gaps, in their order; else the first place where they are not. */
export function faultOfChain(events: readonly CustodyEvent[]): ChainFault | null {
  const no = (seq: number, reason: string): ChainFault => ({ ok: false, seq, reason });
  let before: CustodyEvent | undefined;
  let isDisposed = false;
  for (const [i, event] of events.entries()) {
    const seq = i + 1;
    if (event.seq !== seq) return no(seq, `event ${seq} is missing: event ${event.seq} stands in its place`);
    if ((seq === 1) !== (event.kind === FIRST_KIND)) return no(seq, seq === 1 ? 'it does not begin with the receipt of the exhibit' : 'the exhibit is received a second time');
    if (before && Date.parse(event.at) < Date.parse(before.at)) return no(seq, `event ${seq} is earlier than the one before it`);
    if (event.holderBefore !== (before?.holder ?? null)) return no(seq, `event ${seq} takes it from another holder than the one before it left it with`);
    if (event.placeBefore !== (before?.place ?? null)) return no(seq, `event ${seq} takes it from another place than the one before it left it at`);
    if (isDisposed && !LOOKS.has(event.kind)) return no(seq, `event ${seq} moves an exhibit that was disposed of`);
    isDisposed ||= event.kind === LAST_MOVE;
    before = event;
  }
  return events.length === 0 ? no(1, 'it has no event at all') : null;
}
