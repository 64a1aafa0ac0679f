import { afterAll, beforeAll, expect, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Receiver } from '#platform/wire/port.ts';
import { Dialler, type DiallerOptions } from '#connectors/sia-dc09/dialler.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { startDc09Receiver } from '#connectors/sia-dc09/receiver.ts';
import type { NewSource, Source } from '../contract.ts';
import { batchCheckers } from '../ledger-checks.ts';
import { readSignal } from '../meaning.ts';
import { addSources, adopt, changeSource, listQuarantine, listSources } from '../sources.service.ts';
import { type Intake, openIntake } from './intake.ts';

const KEY = '00112233445566778899AABBCCDDEEFF';
const OTHER = 'a key of 24 characters!!'.replaceAll(' ', '_');

let fresh: FreshDatabase;
let intake: Intake;
let receiver: Receiver;
let keeper: Ctx;
const diallers: Dialler[] = [];

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  const id = uuidv7();
  await fresh.owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', 'Keeper', 'active')`, [id]);
  await fresh.owner.query(`insert into access.grant (id, person_id, role_id, granted_by) select $1, $2, r.id, $3 from access.role r where r.key = 'systems-engineer'`, [uuidv7(), id, SERVICE.frontDoor]);
  keeper = await fresh.as(id);
  intake = await openIntake({ url: fresh.url, onLost: () => undefined, flushMs: 100 });
  receiver = await startDc09Receiver({ host: '127.0.0.1', port: 0, sink: intake.sink });
});
afterAll(async () => {
  for (const dialler of diallers) dialler.close();
  await receiver.close();
  await intake.close();
  await fresh.drop();
});

const add = async (account: string, key?: string): Promise<Source> => (await addSources(keeper, { protocol: 'dc09', account, name: account, siteId: null, ...(key && { key }) } satisfies NewSource)) as Source;
function dial(account: string, key: string | null, more: Partial<DiallerOptions> = {}): Dialler {
  const dialler = new Dialler({ host: '127.0.0.1', port: receiver.port, account, key: key === null ? null : Buffer.from(key, /^[0-9A-F]{32}$/.test(key) ? 'hex' : 'latin1'), ...more });
  diallers.push(dialler);
  return dialler;
}
type Row = { raw: Buffer; clear: Buffer | null; repeats: number };
const stored = async (account: string): Promise<Row[]> => (await fresh.owner.query<Row>('select g.raw, g.clear, g.repeats from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = $1 order by g.received_at, g.seq', [account])).rows;
const sourceOf = async (account: string): Promise<Source | undefined> => (await listSources(keeper, { account, limit: 1 })).items[0];
/** The intake looks for new keys once a second. */
const answered = (send: () => Promise<{ kind: string }>, kind: string) => expect.poll(async () => (await send()).kind, { timeout: 20_000 }).toBe(kind);

test('what a keyed source sends is durable before it is answered, readable afterwards, and vouched for with what was opened', async () => {
  const source = await add('E001', KEY);
  expect(source).toMatchObject({ keyBits: 128 });
  const panel = dial('E001', KEY, { transport: 'udp' });
  expect((await panel.sendEvent('SIA-DCS', 'Nri3/BA007', { extended: [{ id: 'I', value: 'Rear door' }] })).kind).toBe('ACK');
  const [row] = await stored('E001');
  expect(row?.raw.toString('latin1')).toMatch(/^\n[0-9A-F]{8}"\*SIA-DCS"0001L0#E001\[[0-9A-F]+\r$/);
  expect(readSignal('dc09', row?.raw ?? Buffer.alloc(0), row?.clear).events[0]?.meaning).toMatchObject({ code: 'BA', point: 'zone:7', area: '3', text: 'Rear door', isUnderstood: true });

  const { rows: [entry] } = await fresh.owner.query<{ body: string }>(`select body from ledger.entry where verb = 'signals.received' order by at desc limit 1`);
  const check = () => batchCheckers['signals.received'](fresh.owner, { body: JSON.parse(entry?.body ?? '{}') } as never);
  expect(await check()).toBeNull();
  await fresh.owner.query(`update signals.signal set clear = overlay(clear placing 'BR'::bytea from 13) where clear is not null`);
  expect(await check()).toMatch(/not those that were received/);
});

test('a resend of a restarted panel, with another pad and time, is stored once, also by an intake that was started meanwhile', async () => {
  await add('E002', KEY);
  const frame = (sentAt: number) => encodeFrame({ token: 'SIA-DCS', sequence: 5, account: 'E002', data: 'NBA1', sentAt, key: Buffer.from(KEY, 'hex') });
  const panel = dial('E002', KEY);
  expect((await panel.sendFrame(frame(Date.now() - 8_000), 5)).kind).toBe('ACK');
  const second = await openIntake({ url: fresh.url, onLost: () => undefined });
  const there = await startDc09Receiver({ host: '127.0.0.1', port: 0, sink: second.sink });
  const again = new Dialler({ host: '127.0.0.1', port: there.port, account: 'E002', key: Buffer.from(KEY, 'hex') });
  expect((await again.sendFrame(frame(Date.now()), 5)).kind).toBe('ACK');
  again.close();
  await there.close();
  await second.close();
  expect(await stored('E002')).toMatchObject([{ repeats: 1 }]);
});

test('under a wrong key nothing is taken and the source says so; what was kept is taken in once the right key is set', async () => {
  const { id } = await add('E003', KEY);
  expect((await dial('E003', OTHER).sendEvent('SIA-DCS', 'NPA3')).kind).toBe('DUH');
  await expect.poll(() => sourceOf('E003'), { timeout: 20_000 }).toMatchObject({ refusedWhy: 'wrong-key', refusedFrom: '127.0.0.1', heardAt: null });
  await expect.poll(async () => (await listQuarantine(keeper)).items.find(({ account }) => account === 'E003'), { timeout: 20_000 }).toMatchObject({ why: 'wrong-key', sourceId: id, frames: 1 });
  expect(await stored('E003')).toEqual([]);
  expect(await changeSource(keeper, { id, key: OTHER })).toMatchObject({ keyBits: 192 });
  await expect.poll(() => stored('E003'), { timeout: 20_000 }).toMatchObject([{ clear: expect.any(Buffer) as Buffer }]);
  await expect.poll(async () => (await listQuarantine(keeper)).items.find(({ account }) => account === 'E003'), { timeout: 20_000 }).toBeUndefined();
});

test('an unknown account that encrypts is refused, kept, and adopted with its key', async () => {
  expect((await dial('E004', KEY).sendEvent('ADM-CID', '1130 01 015')).kind).toBe('DUH');
  await expect.poll(async () => (await listQuarantine(keeper)).items.find(({ account }) => account === 'E004'), { timeout: 20_000 }).toMatchObject({ why: 'no-key', sourceId: null });
  expect(await adopt(keeper, { protocol: 'dc09', account: 'E004', name: 'Adopted', siteId: null, key: KEY })).toMatchObject({ keyBits: 128 });
  await expect.poll(() => stored('E004'), { timeout: 20_000 }).toHaveLength(1);
});

test('a source that is given a key refuses plain frames from then on, and takes them again when the key is taken away', async () => {
  const { id } = await add('E005');
  const plain = dial('E005', null);
  expect((await plain.sendEvent('SIA-DCS', 'NBA1')).kind).toBe('ACK');
  await changeSource(keeper, { id, key: KEY });
  await answered(() => plain.sendEvent('SIA-DCS', 'NBA2'), 'DUH');
  expect((await plain.testLink()).kind).toBe('DUH');
  await expect.poll(() => sourceOf('E005'), { timeout: 20_000 }).toMatchObject({ refusedWhy: 'not-encrypted', keyBits: 128 });
  await changeSource(keeper, { id, key: null });
  await answered(() => plain.sendEvent('SIA-DCS', 'NBA3'), 'ACK');
  expect(await sourceOf('E005')).toMatchObject({ keyBits: null, keyAt: null });
});

test('a key is in no answer, no ledger entry and no table but sealed, and the web cannot read it even so', async () => {
  const told = JSON.stringify([await addSources(keeper, { items: [{ protocol: 'dc09', account: 'E006', name: 'E006', siteId: null, key: 'SECRETSECRETSECR' }] }), await listSources(keeper, { limit: 200 })]);
  const { rows } = await fresh.owner.query<{ body: string }>('select body from ledger.entry');
  for (const text of [told, JSON.stringify(rows)]) for (const key of ['SECRETSECRETSECR', KEY, OTHER]) expect(text.includes(key)).toBe(false);
  const { rows: sealed } = await fresh.owner.query<{ sealed: Buffer }>('select sealed from signals.source_key where sealed is not null');
  expect(sealed.length).toBeGreaterThan(2);
  for (const { sealed: bytes } of sealed) expect(bytes.includes('SECRET')).toBe(false);
  const { rows: may } = await fresh.owner.query<{ may: boolean }>(`select bool_or(has_column_privilege(r, 'signals.source_key', 'sealed', 'select')) as may from unnest(array['parapet_person', 'parapet_org', 'parapet_login', 'parapet_worker']) r`);
  expect(may).toEqual([{ may: false }]);
});
