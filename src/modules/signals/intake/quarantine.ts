import type { Connection } from '#platform/kernel/db/connection.ts';
import type { Arrival, Refusal } from '#platform/wire/port.ts';

/** How many frames of unknown accounts are kept: in all, and of one address. Oldest go first. */
export const QUARANTINE = { inAll: 10_000, perAddress: 500, waiting: 500 } as const;

/** Why a frame is kept: its account is not known, or its source has no key for it, or another. */
export type Why = 'unknown' | 'no-key' | 'wrong-key';

type Waiting = { arrival: Arrival; why: Why; done: (error: Error | null) => void };

const KEEP = `insert into signals.quarantine (protocol, account, token, remote, received_at, raw, why)
  select protocol, account, token, remote, to_timestamp(at / 1000), decode(raw, 'hex'), why from jsonb_to_recordset($1::jsonb) as q(protocol text, account text, token text, remote text, at float8, raw text, why text)`;
const TRIM = `with addresses as (select distinct remote from signals.quarantine where id > (select coalesce(max(id), 0) from signals.quarantine) - 1000),
  over as (select q.id from addresses a cross join lateral (select id from signals.quarantine where remote = a.remote order by id desc offset ${QUARANTINE.perAddress}) q),
  old as (select id from signals.quarantine order by id desc offset ${QUARANTINE.inAll}),
  gone as (delete from signals.quarantine where id in (select id from over union select id from old) returning 1)
  insert into signals.refusal (day, kind, count) select (now() at time zone 'UTC')::date, 'quarantine-dropped', n from (select count(*) as n from gone) g where n > 0
  on conflict (day, kind) do update set count = signals.refusal.count + excluded.count`;

/** Keeps valid frames of unknown accounts on a connection of its own, so that known accounts never wait for strangers. */
export class Quarantine {
  readonly #connection: Connection;
  readonly #refused: (kind: Refusal, remote: string) => void;
  #queue: Waiting[] = [];
  #isWriting = false;

  constructor(connection: Connection, refused: (kind: Refusal, remote: string) => void) {
    this.#connection = connection;
    this.#refused = refused;
  }

  push(arrival: Arrival, done: (error: Error | null) => void, why: Why = 'unknown'): void {
    if (this.#queue.length >= QUARANTINE.waiting) {
      this.#refused('quarantine-full', arrival.remote);
      return done(new Error('The quarantine is full for now.'));
    }
    this.#queue.push({ arrival, why, done });
    if (this.#isWriting) return;
    this.#isWriting = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0);
      const rows = batch.map(({ arrival, why }) => ({ why, protocol: arrival.protocol, account: arrival.account, token: arrival.token, remote: arrival.remote, at: arrival.receivedAt, raw: arrival.raw.toString('hex') }));
      let failure: Error | null = null;
      try {
        await this.#connection.send([{ text: KEEP, values: [JSON.stringify(rows)] }, { text: TRIM, values: [] }]);
      } catch (error) {
        failure = error as Error;
      }
      for (const { done } of batch) done(failure);
    }
    this.#isWriting = false;
  }
}
