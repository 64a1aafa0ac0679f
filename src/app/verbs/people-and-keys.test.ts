import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { setup } from '#modules/identity/accounts.service.ts';
import { demonstrationOf } from '#modules/identity/demonstration.service.ts';
import identity from '#modules/identity/module.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const ADMIN = { email: 'ada@here.example', password: 'only-for-this-test' };

let fresh: FreshDatabase;
let app: FastifyInstance;
const dataDir = mkdtempSync(join(tmpdir(), 'parapet verbs '));

const parapet = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, PARAPET_DATA: dataDir, DATABASE_URL: fresh.url };
    execFile(process.execPath, [MAIN, ...args], { env }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out: out.trim(), err: err.trim() }));
  });
const signIn = (email: string, password: string) => app.inject({ method: 'POST', url: '/api/identity/sign-in', payload: { email, password } });
const me = (bearer: string) => app.inject({ url: '/api/identity/me', headers: { authorization: `Bearer ${bearer}` } });

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [identity] });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('parapet user and key beside a server', () => {
  test('say in one line what to do while nobody has founded the organisation', async () => {
    expect(await parapet('user', 'unlock', '--email', ADMIN.email, '--empty')).toMatchObject({ code: 1, err: expect.stringMatching(/^There is no organisation yet\. [^\n]*PARAPET_ADMIN_EMAIL[^\n]*$/) as string });
    await setup(await fresh.as(SERVICE.frontDoor), { organisation: 'Here', name: 'Ada', ...ADMIN, isDemo: true });
  });

  test('a person that was made signs in with the password that stood alone on standard output; a reset ends it', async () => {
    const made = await parapet('user', 'create', '--name', 'Bo', '--email', 'Bo@Here.example', '--role', 'gsoc-operator', '--empty');
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^[a-z2-9]{4}(-[a-z2-9]{4}){6}$/) as string, err: expect.stringContaining('bo@here.example') as string });
    expect((await signIn('bo@here.example', made.out)).statusCode).toBe(200);
    const reset = await parapet('user', 'reset', '--email', 'bo@here.example', '--empty');
    expect(reset.code).toBe(0);
    expect((await signIn('bo@here.example', made.out)).statusCode).toBe(401);
    expect((await signIn('bo@here.example', reset.out)).statusCode).toBe(200);
    expect(await parapet('user', 'create', '--name', 'Bo', '--email', 'bo@here.example', '--role', 'gsoc-operator', '--empty')).toMatchObject({ code: 1, out: '', err: 'Somebody signs in with this address already.' });
  });

  test('who guessed wrong too often waits no longer once unlocked', async () => {
    for (let i = 0; i < 6; i++) await signIn(ADMIN.email, `wrong-${i}`);
    expect((await signIn(ADMIN.email, ADMIN.password)).statusCode).toBe(429);
    expect((await parapet('user', 'unlock', '--email', ADMIN.email, '--empty')).code).toBe(0);
    expect((await signIn(ADMIN.email, ADMIN.password)).statusCode).toBe(200);
  });

  test('a key opens the door until it is revoked by its name', async () => {
    const made = await parapet('key', 'create', '--name', 'Board pack', '--role', 'auditor', '--empty');
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^pk_[\w-]{43}$/) as string });
    expect((await me(made.out)).json()).toMatchObject({ name: 'Board pack', roles: [{ key: 'auditor' }] });
    expect((await parapet('key', 'revoke', '--name', 'Board pack', '--empty')).code).toBe(0);
    expect((await me(made.out)).statusCode).toBe(401);
    expect(await parapet('key', 'revoke', '--name', 'Board pack', '--empty')).toMatchObject({ code: 1, err: 'There is no key Board pack.' });
  });

  test.each([
    [['user'], 'parapet user create --name'],
    [['user', 'create', '--name', 'X'], '--email is missing.'],
    [['user', 'create', '--name', 'X', '--email', 'x@here.example', '--role', 'king'], 'There is no role king'],
    [['user', 'create', '--name', 'X', '--email', 'here', '--role', 'officer'], 'here is no e-mail address'],
    [['user', 'create', '--name', 'X', '--email', 'x@here.example', '--role', 'officer', '--site', 'NOWHERE'], 'There is no site with the code NOWHERE.'],
    [['user', 'reset', '--email', 'nobody@here.example'], 'Nobody signs in with nobody@here.example.'],
    [['key', 'create', '--name', 'X', '--role', 'service-correlator'], 'There is no role service-correlator.'],
    [['key', 'revoke'], 'Say which key'],
    [['user', 'create', '--colour', 'red'], '--colour'],
  ])('%j is refused with what to do', async (args, words) => {
    const { code, out, err } = await parapet(...args, '--empty');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(words);
    expect(err).not.toContain('    at ');
  });
});

describe('parapet demo end', () => {
  test('ends every session, key and password of the demonstration, and what was printed is forgotten', async () => {
    const key = await parapet('key', 'create', '--name', 'Probe', '--role', 'auditor', '--demo');
    const cookie = String((await signIn(ADMIN.email, ADMIN.password)).headers['set-cookie']).split(';')[0] ?? '';
    mkdirSync(join(dataDir, 'demo'), { recursive: true });
    writeFileSync(join(dataDir, 'demo', 'sign-ins.json'), '[]');
    expect(await parapet('demo', 'end')).toMatchObject({ code: 0, out: expect.stringMatching(/^The demonstration has ended[^]*npm start -- --empty/) as string });
    expect((await app.inject({ url: '/api/identity/me', headers: { cookie } })).statusCode).toBe(401);
    expect((await me(key.out)).statusCode).toBe(401);
    expect((await signIn(ADMIN.email, ADMIN.password)).statusCode).toBe(401);
    expect(existsSync(join(dataDir, 'demo', 'demo-ended'))).toBe(true);
    expect(existsSync(join(dataDir, 'demo', 'sign-ins.json'))).toBe(false);
    expect((await demonstrationOf(await fresh.as(SERVICE.frontDoor)))?.endedAt).not.toBeNull();
    const { rows } = await fresh.owner.query(`select from ledger.entry where verb = 'identity.demonstration-ended'`);
    expect(rows).toHaveLength(1);
  });

  test('is all that "demo" does', async () => {
    expect(await parapet('demo', 'begin')).toMatchObject({ code: 1, err: 'parapet demo end' });
  });
});
