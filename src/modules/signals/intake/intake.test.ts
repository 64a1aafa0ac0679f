import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Arrival } from '#platform/wire/port.ts';
import { type Intake, openIntake } from './intake.ts';
import { batchDigest } from './writer.ts';

let fresh: FreshDatabase;
let intake: Intake;
let last = 0;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  intake = await open();
});
afterAll(async () => {
  await intake.close();
  await fresh.drop();
});

const open = () => openIntake({ url: fresh.url, onLost: () => undefined });

/** A source of its own, so that tests do not meet. */
async function aSource(): Promise<string> {
  const account = `S${String(++last).padStart(4, '0')}`;
  await fresh.owner.query(`insert into signals.source (id, protocol, account, name) values ($1, 'dc09', $2, $2)`, [uuidv7(), account]);
  return account;
}

const MINUTE = 60_000;
type Sent = { account: string; sequence?: number; says?: string; sentAt?: number | null; receivedAt?: number };

/** One arrival, as the receiver delivers it; resolves when it may be acknowledged. */
function send({ account, sequence = 1, says = 'BA0001', sentAt = null, receivedAt = Date.now() }: Sent, to: Intake = intake): Promise<void> {
  const identity = `"SIA-DCS"${sequence}#${account}[${says}]`;
  const arrival: Arrival = { protocol: 'dc09', account, token: 'SIA-DCS', sequence, raw: Buffer.from(`${identity}${sentAt === null ? '' : `_${new Date(sentAt).toISOString()}`}`), identity, sentAt, receivedAt, remote: '127.0.0.1' };
  return new Promise((resolve, reject) => to.sink.accept(arrival, (error) => (error ? reject(error) : resolve())));
}

async function stored(account: string): Promise<{ number: number; repeats: number; raw: string }[]> {
  const { rows } = await fresh.owner.query<{ number: number; repeats: number; raw: Buffer }>('select g.number, g.repeats, g.raw from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = $1 order by g.received_at, g.seq', [account]);
  return rows.map((row) => ({ ...row, raw: row.raw.toString() }));
}

describe('a signal that names its time', () => {
  test('is stored once however often the same bytes come, also to another intake process and over midnight', async () => {
    const account = await aSource();
    const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    const late = { account, sentAt: midnight - 2000, receivedAt: midnight - 1000 };
    await send(late);
    await send({ ...late, receivedAt: midnight + 1000 });
    const second = await open();
    await send({ ...late, receivedAt: midnight + 90 * MINUTE }, second);
    await second.close();
    expect(await stored(account)).toMatchObject([{ number: 1, repeats: 2 }]);
  });

  test('with a new time stamp within a minute is the same, and after it another', async () => {
    const account = await aSource();
    const at = Date.now() - 10 * MINUTE;
    await send({ account, sentAt: at, receivedAt: at });
    await send({ account, sentAt: at + 20_000, receivedAt: at + 20_000 });
    await send({ account, sentAt: at + 90_000, receivedAt: at + 90_000 });
    expect(await stored(account)).toMatchObject([{ repeats: 1 }, { repeats: 0 }]);
  });

  test('that looks alike but has another number is another', async () => {
    const account = await aSource();
    const sentAt = Date.now();
    await send({ account, sequence: 1, sentAt });
    await send({ account, sequence: 2, sentAt });
    expect(await stored(account)).toHaveLength(2);
  });

  test('with a clock a month wrong is kept, once, with both times', async () => {
    const account = await aSource();
    const wrong = { account, sentAt: Date.now() - 40 * 24 * 60 * MINUTE };
    await send(wrong);
    await send({ ...wrong, receivedAt: Date.now() + 5 * MINUTE });
    expect(await stored(account)).toMatchObject([{ repeats: 1 }]);
    const { rows } = await fresh.owner.query(`select occurred_at < received_at - interval '39 days' as old from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = $1`, [account]);
    expect(rows).toEqual([{ old: true }]);
  });
});

describe('a signal without a time', () => {
  test('repeats within a minute and is new after it', async () => {
    const account = await aSource();
    const at = Date.now();
    await send({ account, receivedAt: at - 2 * MINUTE });
    await send({ account, receivedAt: at - 2 * MINUTE + 1000 });
    await send({ account, receivedAt: at });
    expect(await stored(account)).toMatchObject([{ repeats: 1 }, { repeats: 0 }]);
  });

  test('is the same for a second intake process', async () => {
    const account = await aSource();
    await send({ account });
    const second = await open();
    await send({ account }, second);
    await second.close();
    expect(await stored(account)).toMatchObject([{ repeats: 1 }]);
  });

  test('is new after the panel restarted, which its numbers show', async () => {
    const account = await aSource();
    for (const sequence of [4, 5, 6]) await send({ account, sequence, says: `BA000${sequence}` });
    await send({ account, sequence: 5, says: 'BA0005' });
    expect(await stored(account)).toHaveLength(3);
    for (const sequence of [1, 2, 3]) await send({ account, sequence, says: `OP000${sequence}` });
    await send({ account, sequence: 5, says: 'BA0005' });
    expect((await stored(account)).map(({ number }) => number)).toEqual([4, 5, 6, 1, 2, 3, 5]);
  });
});

describe('many at once', () => {
  test('a hundred copies of one signal are one, and all are acknowledged', async () => {
    const account = await aSource();
    const sentAt = Date.now();
    await Promise.all(Array.from({ length: 100 }, () => send({ account, sentAt })));
    expect(await stored(account)).toMatchObject([{ repeats: 99 }]);
  });

  test('a device keeps its order, whatever the load beside it', async () => {
    const [account, other] = [await aSource(), await aSource()];
    const at = Date.now();
    await Promise.all(Array.from({ length: 300 }, (_, i) => [send({ account, sequence: i + 1, says: `BA${i}`, sentAt: at, receivedAt: at }), send({ account: other, sequence: i + 1, says: `TA${i}`, receivedAt: at })]).flat());
    expect((await stored(account)).map(({ number }) => number)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  });

  test('what two intake processes store has no gap within a stream, and each batch its digest in the ledger', async () => {
    const account = await aSource();
    const second = await open();
    await Promise.all(Array.from({ length: 80 }, (_, i) => send({ account, sequence: i + 1, says: `PA${i}`, sentAt: Date.now() }, i % 2 ? intake : second)));
    await second.close();
    expect(await stored(account)).toHaveLength(80);
    const { rows } = await fresh.owner.query<{ body: string }>(`select body from ledger.entry where verb = 'signals.received'`);
    for (const { body } of rows) {
      const batch = JSON.parse(body) as { digest: string; n: number; seq: number; stream: number };
      const found = await fresh.owner.query<{ key: string; raw: Buffer }>('select key, raw from signals.signal where stream = $1 and seq >= $2 and seq < $3 order by seq', [batch.stream, batch.seq, batch.seq + batch.n]);
      expect(found.rows).toHaveLength(batch.n);
      expect(`sha256:${batchDigest(found.rows)}`).toBe(batch.digest);
    }
  });
});

describe('an account that nobody knows', () => {
  test('is acknowledged, kept in quarantine, and its frames become signals once it is adopted', async () => {
    const account = 'STRANGER';
    await send({ account, says: 'BA0001', sentAt: Date.now() });
    const kept = await fresh.owner.query('select account from signals.quarantine');
    expect(kept.rows).toEqual([{ account }]);
    expect(await stored(account)).toEqual([]);
  });

  test('cannot fill more than its share of the quarantine', async () => {
    for (let round = 0; round < 4; round++) await Promise.all(Array.from({ length: 200 }, (_, i) => send({ account: `X${round}${i}`, sequence: i + 1 })));
    const { rows } = await fresh.owner.query<{ n: number }>('select count(*)::int as n from signals.quarantine');
    expect(rows[0]?.n).toBeLessThanOrEqual(700);
    const dropped = await fresh.owner.query<{ count: number }>(`select count::int from signals.refusal where kind = 'quarantine-dropped'`);
    expect(dropped.rows[0]?.count).toBeGreaterThan(0);
  });
});
