/** Bounds of a receiver; times in ms, lengths in bytes. */
export type Limits = {
  /** A longer message is passed over and counted. */
  message: number;
  connections: number;
  connectionsOfAnAddress: number;
  /** Messages not yet settled: of one connection, and of all with their bytes. At the bound no stream is read, and datagrams are dropped and counted. */
  waitingOfAConnection: number;
  waiting: number;
  waitingBytes: number;
  /** A TLS handshake, and a connection without a whole message yet, may take so long. */
  strangerMs: number;
  /** A message that has begun may take so long. */
  stallMs: number;
  /** How long `close` waits for what is being stored. */
  drainMs: number;
};

export const DEFAULT_LIMITS: Limits = {
  message: 65_536,
  connections: 1_000,
  connectionsOfAnAddress: 128,
  waitingOfAConnection: 512,
  waiting: 10_000,
  waitingBytes: 64 * 1_048_576,
  strangerMs: 60_000,
  stallMs: 30_000,
  drainMs: 5_000,
};
