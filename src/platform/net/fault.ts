/** Why an outgoing request came to nothing. */
export type FaultReason = 'forbidden-target' | 'name' | 'connect' | 'tls' | 'timeout' | 'too-large' | 'redirect' | 'protocol' | 'circuit-open';

const PASSING = new Set<FaultReason>(['name', 'connect', 'timeout', 'circuit-open', 'protocol']);

/** An outgoing request that came to nothing, in words for whoever set the target. */
export class OutgoingFault extends Error {
  readonly reason: FaultReason;
  /** From when on it may be asked again, where that is known. */
  readonly again: Date | null;

  constructor(reason: FaultReason, message: string, cause?: unknown, again: Date | null = null) {
    super(message, { cause });
    this.name = 'OutgoingFault';
    this.reason = reason;
    this.again = again;
  }

  /** May it go better later without anybody changing a setting? */
  get isPassing(): boolean {
    return PASSING.has(this.reason);
  }
}
