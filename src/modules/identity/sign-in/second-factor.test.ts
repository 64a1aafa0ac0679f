import { rmSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { createAccount } from '../accounts.service.ts';
import identity from '../module.ts';
import { aBrowser, aDataFolder, type Browser, shownBy } from './testing.ts';

const PASSWORD = 'correct horse battery';
const ADA = 'ada@test.example';

let folder: string;
let fresh: FreshDatabase;
let app: FastifyInstance;
let clock = new Date();
let people = 0;

beforeAll(async () => {
  folder = aDataFolder();
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [identity], now: () => clock });
  await aBrowser(app).post('/setup', { organisation: 'Test Works', name: 'Ada Admin', email: ADA, password: PASSWORD });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
  rmSync(folder, { recursive: true, force: true });
});
// Each test a time of its own: no code is spent by the one before.
beforeEach(() => {
  clock = new Date(clock.getTime() + 20 * 60_000);
});

const later = (seconds: number): Date => (clock = new Date(clock.getTime() + seconds * 1000));

async function somebody(): Promise<{ id: string; email: string }> {
  const email = `person-${++people}@test.example`;
  const { id } = await createAccount(await fresh.as(SERVICE.frontDoor), { name: `Person ${people}`, email, password: PASSWORD });
  return { id, email };
}

async function signedIn(email: string, browser = aBrowser(app)): Promise<Browser> {
  expect((await browser.post('/sign-in', { email, password: PASSWORD })).json()).toEqual({ next: null });
  return browser;
}

/** Somebody with an authenticator app: what they set up, and a browser in which they did. */
async function withApp(): Promise<{ id: string; email: string; secret: string; codes: string[]; browser: Browser }> {
  const person = await somebody();
  const browser = await signedIn(person.email);
  const { secret } = (await browser.post('/factors/totp')).json<{ secret: string }>();
  const { recoveryCodes } = (await browser.post('/factors/totp/confirm', { code: shownBy(secret, clock) })).json<{ recoveryCodes: string[] }>();
  later(60);
  return { ...person, secret, codes: recoveryCodes, browser };
}
const half = async (email: string): Promise<Browser> => {
  const browser = aBrowser(app);
  expect((await browser.post('/sign-in', { email, password: PASSWORD })).json()).toMatchObject({ next: 'second-factor' });
  return browser;
};
const ledgerOf = async (id: string): Promise<string[]> => (await fresh.owner.query<{ verb: string }>('select verb from ledger.entry where record_id = $1 order by id', [id])).rows.map(({ verb }) => verb);

describe('a second factor', () => {
  test('is in force once a code of the app confirmed it, and from then on a password opens nothing alone', async () => {
    const person = await somebody();
    const browser = await signedIn(person.email);
    const { secret, uri, qr } = (await browser.post('/factors/totp')).json<{ secret: string; uri: string; qr: { size: number; path: string } }>();
    expect(uri).toContain(`:${encodeURIComponent(person.email)}?secret=${secret}&issuer=Parapet%20Test%20Works`);
    expect(qr.path).toMatch(/^M\d/);
    expect((await aBrowser(app).post('/sign-in', { email: person.email, password: PASSWORD })).json()).toEqual({ next: null });
    expect((await browser.post('/factors/totp/confirm', { code: '000000' })).statusCode).toBe(422);
    expect((await browser.post('/factors/totp/confirm', { code: shownBy(secret, clock) })).json()).toEqual({ recoveryCodes: expect.arrayContaining([expect.stringMatching(/^\w{4}(-\w{4}){6}$/)]) });

    const other = aBrowser(app);
    expect((await other.post('/sign-in', { email: person.email, password: PASSWORD })).json()).toEqual({ next: 'second-factor', factors: ['totp', 'recovery'] });
    expect(await other.isSignedIn()).toBe(false);
    expect((await other.get('/me')).statusCode).toBe(401);
    expect((await other.get('/factors')).statusCode).toBe(401);
    later(60);
    expect((await other.post('/sign-in/totp', { code: shownBy(secret, clock) })).json()).toEqual({ next: null });
    expect(await other.isSignedIn()).toBe(true);
  });

  test('lies in the database sealed, and nowhere in clear: not in the ledger, not among answered commands', async () => {
    const person = await somebody();
    const browser = await signedIn(person.email);
    const { secret } = (await browser.post('/factors/totp', undefined, { 'idempotency-key': 'begin-0001' })).json<{ secret: string }>();
    const { recoveryCodes } = (await browser.post('/factors/totp/confirm', { code: shownBy(secret, clock) }, { 'idempotency-key': 'confirm-0001' })).json<{ recoveryCodes: string[] }>();
    for (const table of ['identity.totp', 'identity.recovery_code', 'ledger.entry', 'ledger.erasable', 'platform.command', 'identity.ceremony', 'identity.proof']) {
      const { rows } = await fresh.owner.query<{ all: string | null }>(`select string_agg(row_to_json(t)::text, ' ') as all from ${table} t`);
      for (const word of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))]) expect([table, rows[0]?.all?.includes(word) ?? false]).toEqual([table, false]);
    }
  });

  test('takes the code of the step before and after, and none twice, in another browser neither', async () => {
    const { email, secret } = await withApp();
    const first = await half(email);
    expect((await first.post('/sign-in/totp', { code: shownBy(secret, clock, -2) })).statusCode).toBe(401);
    expect((await first.post('/sign-in/totp', { code: shownBy(secret, clock, -1) })).statusCode).toBe(200);
    const second = await half(email);
    expect((await second.post('/sign-in/totp', { code: shownBy(secret, clock, -1) })).json()).toMatchObject({ status: 401, type: 'urn:problem:identity.wrong_code' });
    const third = await half(email);
    expect((await third.post('/sign-in/totp', { code: shownBy(secret, clock, 1) })).statusCode).toBe(200);
    expect((await second.post('/sign-in/totp', { code: shownBy(secret, clock) })).statusCode).toBe(401);
  });

  test('of one code sent many times at once lets one in', async () => {
    const { email, secret } = await withApp();
    const halves = await Promise.all(Array.from({ length: 4 }, () => half(email)));
    const code = shownBy(secret, clock);
    const replies = await Promise.all(halves.map((browser) => browser.post('/sign-in/totp', { code })));
    expect(replies.map(({ statusCode }) => statusCode).filter((status) => status === 200)).toEqual([200]);
  });

  test('is not skipped with the half of a sign-in that ran out, was ended, or is somebody else’s idea of one', async () => {
    const { email, secret } = await withApp();
    const used = await half(email);
    const kept = used.cookies.get('parapet_half') ?? '';
    await used.post('/sign-in/totp', { code: shownBy(secret, clock) });
    const again = aBrowser(app);
    again.cookies.set('parapet_half', kept);
    later(60);
    expect((await again.post('/sign-in/totp', { code: shownBy(secret, clock) })).json()).toMatchObject({ status: 401, type: 'urn:problem:identity.begin_again' });
    const late = await half(email);
    later(11 * 60);
    expect((await late.post('/sign-in/totp', { code: shownBy(secret, clock) })).json()).toMatchObject({ type: 'urn:problem:identity.begin_again' });
    for (const token of ['', 'x'.repeat(43), kept]) {
      const forged = aBrowser(app);
      forged.cookies.set('parapet_half', token);
      forged.cookies.set('parapet_session', kept);
      expect((await forged.post('/sign-in/totp', { code: shownBy(secret, clock) })).statusCode).toBe(401);
      expect((await forged.get('/me')).statusCode).toBe(401);
      expect((await forged.post('/sign-in/enrol/totp')).statusCode).toBe(401);
    }
  });

  test('cannot be replaced from the half of a sign-in, by whoever knows the password only', async () => {
    const { email } = await withApp();
    const browser = await half(email);
    expect((await browser.post('/sign-in/enrol/totp')).statusCode).toBe(401);
    expect((await browser.post('/sign-in/enrol/totp/confirm', { code: '123456' })).statusCode).toBe(401);
    expect((await browser.post('/factors/totp')).statusCode).toBe(401);
  });

  test('is told in the ledger: begun, added, asked for, refused, shown', async () => {
    const { id, email, secret } = await withApp();
    const browser = await half(email);
    await browser.post('/sign-in/totp', { code: '000000' });
    await browser.post('/sign-in/totp', { code: shownBy(secret, clock) });
    expect(await ledgerOf(id)).toEqual(expect.arrayContaining(['identity.totp-begun', 'identity.totp-added', 'identity.second-factor-asked', 'identity.second-factor-refused', 'identity.signed-in']));
  });

  test('is replaced only once the new app is confirmed, and is taken away by who has it', async () => {
    const { email, secret, browser } = await withApp();
    const next = (await browser.post('/factors/totp')).json<{ secret: string }>().secret;
    expect((await (await half(email)).post('/sign-in/totp', { code: shownBy(secret, clock) })).statusCode).toBe(200);
    expect((await browser.post('/factors/totp/confirm', { code: shownBy(next, clock) })).json()).toEqual({ recoveryCodes: null });
    later(60);
    expect((await (await half(email)).post('/sign-in/totp', { code: shownBy(secret, clock) })).statusCode).toBe(401);
    expect((await (await half(email)).post('/sign-in/totp', { code: shownBy(next, clock) })).statusCode).toBe(200);
    expect((await browser.remove('/factors/totp')).json()).toEqual({ removed: true });
    expect((await browser.get('/factors')).json()).toMatchObject({ totp: null, recoveryCodes: null });
    await signedIn(email);
  });
});

describe('recovery codes', () => {
  test('are ten, each lets in once, and how many are left is said', async () => {
    const { email, codes } = await withApp();
    expect(new Set(codes).size).toBe(10);
    const [code = '', other = ''] = codes;
    expect((await (await half(email)).post('/sign-in/recovery-code', { code: code.toUpperCase() })).json()).toEqual({ next: null, codesLeft: 9 });
    expect((await (await half(email)).post('/sign-in/recovery-code', { code })).statusCode).toBe(401);
    expect((await (await half(email)).post('/sign-in/recovery-code', { code: other })).json()).toEqual({ next: null, codesLeft: 8 });
  });

  test('of somebody else do not fit', async () => {
    const [one, other] = [await withApp(), await withApp()];
    expect((await (await half(one.email)).post('/sign-in/recovery-code', { code: other.codes[0] })).statusCode).toBe(401);
  });

  test('are made anew by who has a second factor; then the old ones end', async () => {
    const { email, codes, browser } = await withApp();
    const { recoveryCodes } = (await browser.post('/factors/recovery-codes')).json<{ recoveryCodes: string[] }>();
    expect(recoveryCodes.filter((code) => codes.includes(code))).toEqual([]);
    expect((await (await half(email)).post('/sign-in/recovery-code', { code: codes[0] })).statusCode).toBe(401);
    expect((await (await half(email)).post('/sign-in/recovery-code', { code: recoveryCodes[0] })).statusCode).toBe(200);
    expect((await (await signedIn((await somebody()).email)).post('/factors/recovery-codes')).json()).toMatchObject({ type: 'urn:problem:identity.no_second_factor' });
  });
});

describe('proving again who sits there', () => {
  test('is asked ten minutes after the sign-in, before credentials are changed, and holds for ten minutes', async () => {
    const browser = await signedIn((await somebody()).email);
    later(11 * 60);
    expect((await browser.post('/factors/totp')).json()).toMatchObject({ status: 422, type: 'urn:problem:identity.confirm_first' });
    expect((await browser.get('/factors')).json()).toMatchObject({ confirming: { until: null, by: ['password'] } });
    expect((await browser.post('/confirm', { by: 'password', secret: 'not this one' })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/secret' }] });
    expect((await browser.post('/confirm', { by: 'password', secret: PASSWORD })).statusCode).toBe(200);
    expect((await browser.post('/factors/totp')).statusCode).toBe(200);
    later(11 * 60);
    expect((await browser.post('/factors/totp')).statusCode).toBe(422);
  });

  test('takes the second factor of who has one; a password that somebody saw is not enough', async () => {
    const { secret, browser } = await withApp();
    later(11 * 60);
    expect((await browser.post('/confirm', { by: 'password', secret: PASSWORD })).json()).toMatchObject({ type: 'urn:problem:identity.second_factor_needed' });
    expect((await browser.remove('/factors/totp')).statusCode).toBe(422);
    const code = shownBy(secret, clock);
    expect((await browser.post('/confirm', { by: 'totp', secret: code })).statusCode).toBe(200);
    expect((await browser.post('/confirm', { by: 'totp', secret: code })).statusCode).toBe(422);
    expect((await browser.remove('/factors/totp')).statusCode).toBe(200);
  });

  test('by one browser does nothing for another session of the same person', async () => {
    const { email } = await somebody();
    const [here, there] = [await signedIn(email), await signedIn(email)];
    later(11 * 60);
    await here.post('/confirm', { by: 'password', secret: PASSWORD });
    expect((await here.post('/factors/totp')).statusCode).toBe(200);
    expect((await there.post('/factors/totp')).statusCode).toBe(422);
  });
});

describe('where a role requires a second factor', () => {
  const admin = async (): Promise<Browser> => signedIn(ADA);
  const setPolicy = async (secondFactor: boolean): Promise<void> => {
    expect((await (await admin()).put('/sign-in-policy', { roleKey: 'employee', secondFactor })).statusCode).toBe(200);
  };
  const anEmployee = async () => {
    const person = await somebody();
    await fresh.owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), $1, id from access.role where key = 'employee'`, [person.id]);
    return person;
  };

  test('it is set by who keeps sign-ins, the administrators first in the list, with how many are still without', async () => {
    const browser = await admin();
    const { roles } = (await browser.get('/sign-in-policy')).json<{ roles: { key: string; isAdministrative: boolean; holders: number; without: number }[] }>();
    expect(roles.findLastIndex((role) => role.isAdministrative)).toBeLessThan(roles.findIndex((role) => !role.isAdministrative));
    expect(roles.find(({ key }) => key === 'system-administrator')).toMatchObject({ isAdministrative: true, holders: 1, without: 1 });
    expect((await browser.put('/sign-in-policy', { roleKey: 'gsoc-operator', secondFactor: true })).statusCode).toBe(200);
    expect((await browser.put('/sign-in-policy', { roleKey: 'service-front-door', secondFactor: true })).statusCode).toBe(422);
    const employee = await signedIn((await somebody()).email);
    expect((await employee.put('/sign-in-policy', { roleKey: 'employee', secondFactor: false })).statusCode).toBe(403);
  });

  test('the next sign-in leads through setting one up, and opens nothing before it is done', async () => {
    await setPolicy(true);
    const person = await anEmployee();
    const browser = aBrowser(app);
    expect((await browser.post('/sign-in', { email: person.email, password: PASSWORD })).json()).toEqual({ next: 'enrol', factors: ['totp', 'passkey'] });
    expect(await browser.isSignedIn()).toBe(false);
    expect((await browser.post('/sign-in/totp', { code: '123456' })).statusCode).toBe(401);
    const { secret } = (await browser.post('/sign-in/enrol/totp')).json<{ secret: string }>();
    expect((await browser.post('/sign-in/enrol/totp/confirm', { code: '000000' })).statusCode).toBe(422);
    expect(await browser.isSignedIn()).toBe(false);
    const { recoveryCodes } = (await browser.post('/sign-in/enrol/totp/confirm', { code: shownBy(secret, clock) })).json<{ recoveryCodes: string[] }>();
    expect(recoveryCodes).toHaveLength(10);
    expect(await browser.isSignedIn()).toBe(true);
    expect(await ledgerOf(person.id)).toEqual(expect.arrayContaining(['identity.totp-added', 'identity.signed-in']));
    later(60);
    expect((await half(person.email)).cookies.has('parapet_half')).toBe(true);
  });

  test('nobody takes away their last one', async () => {
    await setPolicy(false);
    const person = await anEmployee();
    const browser = await signedIn(person.email);
    const { secret } = (await browser.post('/factors/totp')).json<{ secret: string }>();
    await browser.post('/factors/totp/confirm', { code: shownBy(secret, clock) });
    await setPolicy(true);
    expect((await browser.remove('/factors/totp')).json()).toMatchObject({ status: 422, type: 'urn:problem:identity.factor_required' });
    await setPolicy(false);
    expect((await browser.remove('/factors/totp')).json()).toEqual({ removed: true });
  });
});

test('with another key in the data folder a code cannot be checked, and that is said; a recovery code still lets in', async () => {
  const { email, secret, codes } = await withApp();
  const other = aDataFolder();
  try {
    const browser = await half(email);
    expect((await browser.post('/sign-in/totp', { code: shownBy(secret, clock) })).json()).toMatchObject({ status: 503, type: 'urn:problem:identity.factor_unreadable' });
    expect((await browser.post('/sign-in/recovery-code', { code: codes[0] })).statusCode).toBe(200);
  } finally {
    rmSync(other, { recursive: true, force: true });
    process.env['PARAPET_DATA'] = folder;
  }
});
