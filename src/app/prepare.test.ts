import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { createLog } from '#platform/kernel/log.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { findAccount, organisationOf } from '#modules/identity/accounts.service.ts';
import { verifyPassword } from '#modules/identity/password.ts';
import { prepareOrganisation } from './prepare.ts';

let fresh: FreshDatabase;
const ADMIN = { PARAPET_ADMIN_EMAIL: 'ada@acme.example', PARAPET_ADMIN_PASSWORD: 'correct-horse-battery' };
const PARAPET_DATA = mkdtempSync(join(tmpdir(), 'parapet prepare '));

const prepare = async (env: Record<string, string>): Promise<string[]> => {
  const said: string[] = [];
  const database = { ownerUrl: fresh.ownerUrl, urls: { web: fresh.url, intake: fresh.url, worker: fresh.url }, login: 'parapet_app', close: async () => undefined };
  await prepareOrganisation(readConfig({ PARAPET_DATA, ...env }, 'main'), (line) => said.push(line))(database, createLog('test', 'silent'), new AbortController().signal);
  return said;
};

beforeAll(async () => void (fresh = await freshDatabase()));
afterAll(() => fresh.drop());

test('without the variables an empty real organisation is left to be founded in the browser', async () => {
  expect(await prepare({})).toEqual([]);
  expect((await fresh.owner.query('select from identity.organisation')).rowCount).toBe(0);
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
