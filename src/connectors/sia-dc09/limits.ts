/** Bounds of a receiver; times in ms. */
export type Limits = {
  connections: number;
  connectionsOfAnAddress: number;
  /** Messages not yet settled, of one connection and of all; at the bound nothing more is read. */
  waitingOfAConnection: number;
  waiting: number;
  /** Messages over UDP not yet settled, beside those; of one address as many as of a connection. At the bound they are dropped. */
  waitingDatagrams: number;
  /** A connection without a byte for so long is ended: panels that keep a line open test it more often. */
  idleMs: number;
  /** The same until its first readable message. */
  strangerMs: number;
  /** A frame that has begun, and an answer that is not read, may take so long. */
  stallMs: number;
  /** How long `close` waits for what is being stored. */
  drainMs: number;
};

/** Bounds that hold the memory of a receiver to a few hundred MB whatever is sent. */
export const DEFAULT_LIMITS: Limits = {
  connections: 2_000,
  connectionsOfAnAddress: 256,
  waitingOfAConnection: 256,
  waiting: 20_000,
  waitingDatagrams: 5_000,
  idleMs: 300_000,
  strangerMs: 60_000,
  stallMs: 30_000,
  drainMs: 5_000,
};
