import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { seal, testLedger } from '#platform/kernel/ledger/testing.ts';
import { createLog } from '#platform/kernel/log.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { findAccount, organisationOf } from '#modules/identity/accounts.service.ts';
import { verifyPassword } from '#modules/identity/password.ts';
import { prepareOrganisation } from './prepare.ts';

let fresh: FreshDatabase;
const ADMIN = { PARAPET_ADMIN_EMAIL: 'ada@acme.example', PARAPET_ADMIN_PASSWORD: 'correct-horse-battery' };
const PARAPET_DATA = mkdtempSync(join(tmpdir(), 'parapet prepare '));

const prepare = async (env: Record<string, string>, dataDir = PARAPET_DATA): Promise<string[]> => {
  const said: string[] = [];
  const database = { ownerUrl: fresh.ownerUrl, urls: { web: fresh.url, intake: fresh.url, worker: fresh.url }, login: 'parapet_app', close: async () => undefined };
  await prepareOrganisation(readConfig({ PARAPET_DATA: dataDir, ...env }, 'main'), (line) => said.push(line))(database, createLog('test', 'silent'), new AbortController().signal);
  return said;
};

beforeAll(async () => void (fresh = await freshDatabase()));
afterAll(() => fresh.drop());

test('without the variables an empty real organisation is left to be founded in the browser', async () => {
  expect(await prepare({})).toEqual([]);
  expect((await fresh.owner.query('select from identity.organisation')).rowCount).toBe(0);
});

test('a node with another ledger key than its database, or none beside heads of one, is not started, and is told what to copy', async () => {
  const shared = await testLedger();
  const of = async (folder: string): Promise<string> => {
    const database = { ownerUrl: shared.database.ownerUrl, urls: { web: shared.database.url, intake: shared.database.url, worker: shared.database.url }, login: 'parapet_app', close: async () => undefined };
    return prepareOrganisation(readConfig({ PARAPET_DATA: folder }, 'main'), () => undefined)(database, createLog('test', 'silent'), new AbortController().signal).then(() => 'started', (error: unknown) => (error as Error).message);
  };
  const [first, second] = [mkdtempSync(join(tmpdir(), 'node one ')), mkdtempSync(join(tmpdir(), 'node two '))];
  const keysOf = (folder: string): string => ledgerFiles(readConfig({ PARAPET_DATA: folder }, 'main').dataDir).keyFolder;
  expect([await of(first), await of(second)]).toEqual(['started', 'started']);
  cpSync(join(shared.folder, 'keys'), keysOf(first), { recursive: true });
  await shared.write(3);
  const sequencer = shared.sequencer();
  await seal(sequencer, 3);
  await sequencer.stop();
  expect(await of(first)).toBe('started');
  expect(await of(second)).toMatch(/Nodes that share a database share the key: copy .*ledger\.ed25519 and .*ledger\.ed25519\.pub from the node that has them/);
  expect(existsSync(keysOf(second))).toBe(false);
  openKeys(keysOf(second));
  expect(await of(second)).toMatch(/is signed by the key parapet-ledger-[0-9a-f]{8}\+[0-9a-f]{8}, which is not one of this ledger's/);
  rmSync(keysOf(second), { recursive: true });
  cpSync(keysOf(first), keysOf(second), { recursive: true });
  expect(await of(second)).toBe('started');
  await shared.drop();
});

test('with them the first administrator is made once, and never again', async () => {
  expect(await prepare(ADMIN)).toEqual(['The first administrator is ada@acme.example, as PARAPET_ADMIN_EMAIL says.']);
  const door = await fresh.as(SERVICE.frontDoor);
  const { personId } = await findAccount(door, ADMIN.PARAPET_ADMIN_EMAIL);
  const { rows } = await fresh.owner.query<{ hash: string }>('select password_hash as hash from identity.credential where person_id = $1', [personId]);
  expect(await verifyPassword(ADMIN.PARAPET_ADMIN_PASSWORD, rows[0]?.hash ?? null)).toBe(true);
  expect(await organisationOf(door)).toEqual({ name: 'acme.example', isDemo: false });
  expect(await prepare({ ...ADMIN, PARAPET_ADMIN_EMAIL: 'eve@acme.example' })).toEqual([]);
  await expect(findAccount(door, 'eve@acme.example')).rejects.toMatchObject({ kind: 'not_found' });
});
