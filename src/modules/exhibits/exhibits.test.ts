import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import cases from '#modules/cases/module.ts';
import { aCase, calling } from '#modules/cases/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { checkEvidence } from '#platform/evidence/check-bundle.ts';
import { fingerprintOf } from '#platform/evidence/format.ts';
import filesModule from '#platform/files/module.ts';
import { attach, aDataFolder } from '#platform/files/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { keyFiles, openKeys } from '#platform/kernel/ledger/keys.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import { verifiedByPython, withoutPython } from '#platform/verify/testing.ts';
import type { Bundle, CustodyEvent, Exhibit, ExhibitDetail, Standing } from './contract.ts';
import exhibits from './module.ts';
import { isOverdue, numberIn } from './rules.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let data: ReturnType<typeof aDataFolder>;
let room: string;
let lead: Somebody, keeper: Somebody, ines: Somebody, lars: Somebody, stranger: Somebody;

type Method = 'GET' | 'POST';
const ask = async <T = Record<string, unknown>>(who: Somebody, method: Method, path: string, payload?: object): Promise<{ status: number; body: T; raw: Buffer }> => {
  const answer = await app.inject({ method, url: `/api/exhibits${path}`, headers: who.headers, ...(payload && { payload }) });
  return { status: answer.statusCode, raw: answer.rawPayload, body: (/json/.test(String(answer.headers['content-type'])) ? answer.json() : null) as T };
};

beforeAll(async () => {
  data = aDataFolder();
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [cases, exhibits, filesModule, twoPerson] });
  [lead, keeper, ines, lars, stranger] = [await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead' }), await aPerson(fresh, 'Kees Keeper', { role: 'investigator' }), await aPerson(fresh, 'Ines Inspector', { role: 'investigator' }), await aPerson(fresh, 'Lars Legal', { role: 'investigator' }), await aPerson(fresh, 'Cecilia Chief', { role: 'cso' }, { role: 'investigator' })];
  const call = calling(app);
  room = (await aCase(call, lead, keeper)).id;
  for (const [who, part] of [[ines, 'case-investigator'], [lars, 'case-legal']] as const) expect((await call(lead, 'POST', `/${room}/members`, { personId: who.id, part, reason: 'Needed here' })).status).toBe(200);
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
  data.remove();
});

const received = async (more: object = {}, who = lead): Promise<Standing> => {
  const { status, body } = await ask<Standing>(who, 'POST', '', { caseId: room, kind: 'physical', title: 'A seal, cut', collectedAt: '2026-01-05T10:00:00Z', collectedWhere: 'Bay 4', seal: 'S-100', ...more });
  expect(status).toBe(201);
  return body;
};
const read = async (id: string, who = lead): Promise<ExhibitDetail> => (await ask<ExhibitDetail>(who, 'GET', `/${id}`)).body;
const chain = async (id: string): Promise<{ items: CustodyEvent[]; gap: string | null }> => (await ask<{ items: CustodyEvent[]; gap: string | null }>(lead, 'GET', `/${id}/custody`)).body;
const said = async (id: string): Promise<string[]> => (await chain(id)).items.map(({ kind, by, holder, place }) => [kind, by, holder ?? 'nobody', place ?? 'nowhere'].join(', '));

/** Seals what was written, with the keys of this data folder. */
async function sealAll(): Promise<string> {
  const { keyFolder, headFile } = ledgerFiles(readConfig().dataDir);
  const { pool } = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  const sequencer = startSequencer({ pool, keys: openKeys(keyFolder), headFile, everyMs: 0 });
  const pending = async (): Promise<number> => Number((await fresh.owner.query<{ n: string }>('select (select count(*) from ledger.entry) - (select count(*) from ledger.leaf) as n')).rows[0]?.n);
  // Transactions of other tests on the same server hold the horizon for a while.
  for (const until = Date.now() + 60_000; (await pending()) > 0 && Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) await sequencer.tick();
  expect(await pending()).toBe(0);
  await sequencer.stop();
  await pool.end();
  return keyFiles(keyFolder).publicFile;
}

describe('an exhibit', () => {
  test('stands behind the wall of its case: to others it is not there, and nothing is received into a case that they do not see', async () => {
    const { id } = await received();
    const unlike = async (path: string) => JSON.stringify((await ask(stranger, 'GET', path)).body).replace(/"instance":"[^"]*"/, '');
    expect(await unlike(`/${id}`)).toBe(await unlike(`/${uuidv7()}`));
    expect((await ask<{ items: Exhibit[] }>(stranger, 'GET', '')).body.items).toEqual([]);
    expect((await ask(stranger, 'POST', '', { caseId: room, kind: 'physical', title: 'x', collectedAt: '2026-01-05T10:00:00Z' })).status).toBeGreaterThanOrEqual(403);
    await expect(fresh.owner.query('update exhibits.custody set note = $1', ['other'])).rejects.toThrow(/appended, never changed/);
    await expect(fresh.owner.query(`insert into exhibits.custody (id, exhibit_id, seq, at, kind, actor_id, holder) values ($1, $2, 5, now(), 'moved', $3, $3)`, [uuidv7(), id, lead.id])).rejects.toThrow(/a gap in the custody/);
  });

  test('has a chain without gaps from its receipt on: put away, opened, lent out, overdue, taken back', async () => {
    const place = (await ask<{ id: string }>(lead, 'POST', '/places', { code: 'safe-1', name: 'Safe in room 12' })).body;
    expect((await ask(lead, 'POST', '/places', { code: 'SAFE-1', name: 'Another' })).status).toBe(409);
    const { id, number } = await received();
    for (const [path, body] of [['move', { placeId: place.id, isSealWhole: true }], ['reseal', { seal: 'S-101', isSealWhole: true, note: 'Photographed' }], ['lend', { to: 'State laboratory', dueBackAt: '2099-01-01T00:00:00Z', isSealWhole: true, note: 'Tool marks' }]] as const) expect((await ask(ines, 'POST', `/${id}/${path}`, body)).status).toBe(200);
    expect((await ask(lead, 'POST', `/${id}/move`, { placeId: null, isSealWhole: true })).status).toBe(409);
    expect(await read(id)).toMatchObject({ state: 'lent', holder: null, place: null, lentTo: 'State laboratory', seal: 'S-101' });
    expect((await ask<{ items: Exhibit[] }>(lead, 'GET', '?isOverdue=true')).body.items).toEqual([]);
    expect(isOverdue({ state: 'lent', dueBackAt: '2099-01-01T00:00:00Z' }, Date.parse('2099-01-02T00:00:00Z'))).toBe(true);
    expect((await ask(ines, 'POST', `/${id}/take-back`, { placeId: place.id, isSealWhole: true })).status).toBe(200);
    expect(await said(id)).toEqual(['received, Lena Lead, Lena Lead, nowhere', 'moved, Ines Inspector, Lena Lead, SAFE-1', 'resealed, Ines Inspector, Lena Lead, SAFE-1', 'lent, Ines Inspector, nobody, nowhere', 'taken-back, Ines Inspector, Ines Inspector, SAFE-1']);
    expect((await chain(id)).gap).toBeNull();
    const audit = await ask(lead, 'POST', `/places/${place.id}/audits`, { scanned: [`https://label/${number.toLowerCase()}`, 'EXH-1999-00001'] });
    expect(audit.body).toEqual({ found: [number], missing: [], misplaced: [], unknown: ['EXH-1999-00001'] });
    expect((await ask(lead, 'POST', `/places/${place.id}/audits`, { scanned: [] })).body).toMatchObject({ missing: [number] });
    expect((await chain(id)).items.slice(-2).map(({ note }) => note)).toEqual(['SAFE-1: found', 'SAFE-1: missing']);
  });

  test('changes hands when both confirm; of two at once one wins and the other is told', async () => {
    const { id } = await received();
    expect((await ask(lead, 'POST', `/${id}/offers`, { toId: stranger.id, purpose: 'For analysis' })).status).toBe(422);
    expect((await ask(ines, 'POST', `/${id}/offers`, { toId: lead.id, purpose: 'For analysis' })).status).toBe(409);
    const offers = await Promise.all([0, 1].map(() => ask(lead, 'POST', `/${id}/offers`, { toId: ines.id, purpose: 'For analysis' })));
    expect(offers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(offers.find(({ status }) => status === 409)?.body).toMatchObject({ detail: expect.stringContaining('Ines Inspector, who has yet to confirm') as string });
    expect(await read(id)).toMatchObject({ holder: { name: 'Lena Lead' }, offer: { to: { name: 'Ines Inspector' } } });
    expect((await ask(lead, 'POST', `/${id}/offers/answer`, { isTaken: true, isSealWhole: true })).status).toBe(409);
    const answers = await Promise.all([ask(ines, 'POST', `/${id}/offers/answer`, { isTaken: true, isSealWhole: true }), ask(lead, 'POST', `/${id}/offers/withdraw`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const isTaken = answers[0]?.status === 200;
    expect(await read(id)).toMatchObject({ holder: { name: isTaken ? 'Ines Inspector' : 'Lena Lead' }, offer: null });
  });

  test('is disposed of by two people with an authority, neither of them who received it', async () => {
    const { id } = await received();
    expect((await ask(lead, 'POST', `/${id}/dispose`, { method: 'destroyed', authority: 'Order 12/26' })).status).toBe(403);
    const proposed = await ask<{ decisionId: string; state: string }>(lars, 'POST', `/${id}/dispose`, { method: 'returned', to: 'The owner', authority: 'Receipt of the owner' });
    expect(proposed).toMatchObject({ status: 200, body: { state: 'waiting' } });
    const approve = (who: Somebody) => app.inject({ method: 'POST', url: `/api/two-person/${proposed.body.decisionId}/approve`, headers: who.headers, payload: {} });
    expect((await approve(lars)).statusCode).not.toBe(200);
    expect((await approve(keeper)).statusCode).toBe(200);
    expect(await read(id)).toMatchObject({ state: 'disposed', holder: null });
    expect((await said(id)).at(-1)).toBe('disposed, Kees Keeper, nobody, nowhere');
    expect((await ask(lead, 'POST', `/${id}/lend`, { to: 'Anyone', dueBackAt: '2099-01-01T00:00:00Z', isSealWhole: true, note: 'Not any more' })).status).toBe(409);
  });
});

describe('a digital exhibit', () => {
  const bytes = Buffer.from('what the camera saw\n'.repeat(2000));

  test('has its file entered by hash, given out through its custody only, and never struck', async () => {
    const { id } = await received({ kind: 'digital', title: 'Video of gate 2' });
    const file = await attach(app, lead, { recordId: id, name: 'gate2.txt', bytes });
    expect((await ask(lead, 'GET', `/${id}/files/${file.id}/content`)).status).toBe(409);
    expect((await ask(lead, 'POST', `/${id}/files`, { fileId: file.id })).status).toBe(200);
    expect((await ask(lead, 'POST', `/${id}/files`, { fileId: file.id })).status).toBe(200);
    expect((await ask(ines, 'GET', `/${id}/files/${file.id}/content`)).raw).toEqual(bytes);
    expect(await said(id)).toEqual(['received, Lena Lead, Lena Lead, nowhere', 'filed, Lena Lead, Lena Lead, nowhere', 'downloaded, Ines Inspector, Lena Lead, nowhere']);
    const around = async (method: Method, path: string, payload?: object) => (await app.inject({ method, url: `/api/files${path}`, headers: lead.headers, ...(payload && { payload }) })).statusCode;
    expect([await around('GET', `/${file.id}/content`), await around('GET', `/${file.id}`)]).toEqual([404, 404]);
    expect(await around('POST', `/${file.id}/strike`, { reason: 'Not wanted' })).not.toBe(200);
    expect((await read(id)).files).toMatchObject([{ name: 'gate2.txt', sha256: file.sha256, derivedFrom: null }]);
  });

  test('leaves the house in a bundle that both verifiers find whole, with the same custody as here', async () => {
    const { id, number } = await received({ kind: 'digital', title: 'Video of gate 3' });
    const second = await received();
    const file = await attach(app, lead, { recordId: id, name: 'gate3.txt', bytes });
    const cut = await attach(app, lead, { recordId: id, name: 'cut.txt', bytes: bytes.subarray(0, 99) });
    await ask(lead, 'POST', `/${id}/files`, { fileId: file.id });
    expect((await ask(lead, 'POST', `/${id}/files`, { fileId: cut.id, derivedFrom: file.id, how: 'The first second' })).status).toBe(200);
    const asked = { caseId: room, exhibitIds: [id, second.id], purpose: 'For the court', leftOut: [{ fileId: cut.id, why: 'Not asked for' }] };
    expect((await ask(lead, 'POST', '/bundles', asked)).status).toBe(409);
    const keyFile = await sealAll();
    expect((await ask(stranger, 'POST', '/bundles', asked)).status).toBeGreaterThanOrEqual(403);
    const made = await ask<Bundle>(lead, 'POST', '/bundles', asked);
    expect(made).toMatchObject({ status: 201, body: { exhibits: [number, second.number] } });
    expect((await ask(lead, 'GET', `/bundles/${made.body.id}/content`)).status).toBe(409);
    await sealAll();
    await ask(ines, 'GET', `/${id}/files/${file.id}/content`);
    await sealAll();
    const path = join(data.folder, 'bundle.tar');
    const { status, raw } = await ask(lead, 'GET', `/bundles/${made.body.id}/content`);
    expect(status).toBe(200);
    writeFileSync(path, raw);
    const { fingerprints } = (await ask<{ fingerprints: string[] }>(lead, 'GET', `/bundles?caseId=${room}`)).body;
    const key = fingerprints[0] ?? '';
    expect(key).toBe(fingerprintOf(openKeys(join(keyFile, '..')).publicLine));
    const answer = await checkEvidence(path, { keys: [key], number: made.body.number });
    expect(answer).toMatchObject({ ok: true, manifest: { purpose: 'For the court', exhibits: [{ number, events: 4, files: [{ name: 'gate3.txt', path: `files/${number}/1.txt` }, { name: 'cut.txt', path: null, leftOut: 'Not asked for' }] }, { number: second.number, events: 2 }] } });
    if (withoutPython() === null) expect(verifiedByPython([[path, '--key', key, '--number', made.body.number]], 'verify_evidence')[0]).toMatchObject({ code: 0, words: expect.stringContaining(`${number} · Video of gate 3 · 4 custody events`) as string });
    expect((await chain(id)).items.map(({ kind, bundle }) => bundle ?? kind)).toEqual(['received', 'filed', 'filed', made.body.number, 'downloaded']);
  });
});

test('a label is found in what a scanner reads of it', () => {
  expect([numberIn('exh-2026-00012'), numberIn('HTTPS://X/EXH-2026-00012?A'), numberIn('parcel 7')]).toEqual(['EXH-2026-00012', 'EXH-2026-00012', null]);
});
