import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeFrame } from '../../src/connectors/sia-dc09/encode.ts';
import { type Node, type Nodes, openNodes } from '../nodes.ts';
import { type Api, signIn } from '../product.ts';
import { type Panel, startPanel, untilAcknowledging } from './panels.ts';

/** Debian's libfaketime: moves what a process takes for the time of day, and not its steady clock. */
const LIBRARY = globSync('/usr/lib/*/faketime/libfaketime.so.1')[0];
const HOUR_MS = 3_600_000;
const JUMPS = [['an hour ahead', HOUR_MS], ['an hour back', -HOUR_MS], ['ten years ahead', 10 * 365 * 24 * HOUR_MS]] as const;
const KEY = Buffer.from('000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F', 'hex');
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let nodes: Nodes;
let owner: pg.Client;
let web: Node, intake: Node;
let ada: Api;
let folder: string;
let panels: Panel[] = [];
let movedMs = 0;

/** Sets what the processes of the product take for the time of day, at once; the database's clock stays. */
function setClocks(ms: number): void {
  writeFileSync(join(folder, 'time'), `${ms < 0 ? '-' : '+'}${Math.abs(ms) / 1000}\n`);
  movedMs = ms;
}

beforeAll(async () => {
  if (!LIBRARY) return;
  folder = mkdtempSync(join(tmpdir(), 'parapet-clock-'));
  setClocks(0);
  nodes = await openNodes();
  owner = new pg.Client({ connectionString: nodes.database.ownerUrl });
  await owner.connect();
  const env = { LD_PRELOAD: LIBRARY, FAKETIME_TIMESTAMP_FILE: join(folder, 'time'), FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  [web, intake] = [await nodes.start('web', { env }), await nodes.start('intake', { env })];
  await nodes.start('worker', { env });
  ada = await signIn(web.url);
  await owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), person_id, (select id from access.role where key = 'gsoc-supervisor') from identity.credential where email = 'ada@works.example'`);
  await ada.post('/api/signals/sources', [{ protocol: 'dc09', account: 'A000', name: 'Plain' }, { protocol: 'dc09', account: 'A001', name: 'Sealed', key: KEY.toString('hex').toUpperCase() }] as unknown as object);
  panels = ['A000', 'A001'].map((account) => startPanel({ dc09Port: intake.port }, account));
  await untilAcknowledging(panels, () => intake.output());
});
afterAll(async () => {
  await Promise.all(panels.map(({ stop }) => stop()));
  await owner?.end();
  await nodes?.close();
  if (folder) rmSync(folder, { recursive: true });
});

/** Sends bytes and answers what came back first. */
const sendRaw = (frame: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(intake.port, '127.0.0.1', () => socket.write(frame));
    socket.once('data', (data) => (resolve(data.toString('latin1')), socket.destroy()));
    socket.once('error', reject);
  });

/** What a stranger recorded: an encrypted message of another time, by the true clock. */
const recorded = (sentAt: number): Buffer => encodeFrame({ token: 'SIA-DCS', account: 'A001', sequence: 9000, data: 'Nri1/BA9999', sentAt, key: KEY });

/** A session as long as is said, by its cookie. */
async function aSession(forS: number): Promise<string> {
  const { cookie } = await signIn(web.url, { found: false });
  await owner.query(`update access.session set expires_at = clock_timestamp() + make_interval(secs => $1::int) where id = (select id from access.session order by id desc limit 1)`, [forS]);
  return cookie;
}

type Stored = { account: string; n: number; off: number };
const stored = async (): Promise<Stored[]> =>
  (await owner.query<{ account: string; raw: Buffer; off: number }>(`select s.account, coalesce(g.clear, g.raw) as raw, extract(epoch from g.received_at - e.at)::float8 as off
    from signals.signal g join signals.source s on s.ref = g.source_ref cross join lateral (select clock_timestamp() as at) e order by g.received_at, g.seq`)).rows.map(({ account, raw, off }) => ({ account, n: Number(/Nri1\/[A-Z]{2}(\d+)\]/.exec(raw.toString('latin1'))?.[1]), off }));

describe.skipIf(!LIBRARY)('the clocks of the product jump and that of the database does not', { retry: 0 }, () => {
  test.each(JUMPS)('%s: panels are taken on, in order and at the true time; nothing lives longer or ends sooner; what was recorded is refused; and it is told', async (_name, ms) => {
    const since = (await owner.query<{ at: string }>('select clock_timestamp()::text as at')).rows[0]?.at;
    const short = await aSession(6);
    const beforeMs = movedMs;
    setClocks(ms);
    await untilAcknowledging(panels, () => intake.output());

    expect((await ada.raw('/api/alarms')).status).toBe(200);
    expect((await fetch(`${web.url}/api/alarms`, { headers: { cookie: short } })).status).toBe(200);
    expect(await sendRaw(recorded(Date.now() + ms))).toContain('"NAK"');
    expect(await sendRaw(recorded(Date.now() - 10 * 60_000))).toContain('"NAK"');
    await sleep(7_000);
    expect((await fetch(`${web.url}/api/alarms`, { headers: { cookie: short } })).status).toBe(401);
    expect((await ada.raw('/api/alarms')).status).toBe(200);

    await expect.poll(async () => (await owner.query(`select 1 from ledger.entry where verb = 'health.clock-jumped' and at > $1::timestamptz and abs((body::json -> 'after' ->> 'jumpMs')::bigint - $2::bigint) < 5000 + abs($2::bigint) / 1000000`, [since, ms - beforeMs])).rowCount, { timeout: 30_000 }).toBeGreaterThan(0);
    const answered = panels.map(({ account, acknowledged }) => ({ account, acknowledged: [...acknowledged] }));
    const all = await stored();
    for (const { account, acknowledged } of answered) {
      const numbers = all.filter((one) => one.account === account).map(({ n }) => n);
      expect([account, numbers]).toEqual([account, numbers.toSorted((a, b) => a - b)]);
      expect(acknowledged.filter((n) => !numbers.includes(n))).toEqual([]);
    }
    expect(Math.max(...all.map(({ off }) => off))).toBeLessThan(1);
    expect(Math.min(...all.map(({ off }) => off))).toBeGreaterThan(-600);
  });

  test('the jump rings in the queue and is told to who keeps the system', async () => {
    await expect.poll(async () => (await owner.query(`select 1 from alarms.alarm where type = 'equipment.clock-drift' and source_id is null`)).rowCount, { timeout: 20_000 }).toBe(1);
    await expect.poll(async () => (await owner.query(`select 1 from notify.notice where class = 'health.clock-jumped'`)).rowCount, { timeout: 20_000 }).toBeGreaterThan(0);
    const { rows } = await owner.query<{ late: number }>(`select extract(epoch from max(raised_at) - clock_timestamp())::float8 as late from alarms.alarm`);
    expect(Math.abs(rows[0]?.late ?? 99_999)).toBeLessThan(600);
  });
});
