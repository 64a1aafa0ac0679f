import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aDepartment, type Department } from './testing/department.ts';
import { type Behind, HEAD_LINES, notRecordedPage, RECORDED_READS, UNRECORDED_WRITES } from './testing/not-recorded.ts';
import { isOptional, type Operation, operationsOf, shapeOf } from './testing/operations.ts';
import { fixtureOf, requestOf, somebodyWhoMayAll } from './testing/trying.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'ledger-not-recorded.md');

const modules = await discoverModules();
const operations = operationsOf(modules).filter(({ key }) => key !== 'GET /api/live');

let fresh: FreshDatabase;
let department: Department;
let app: FastifyInstance;
let blind: FastifyInstance;

/** What one request did to the database, and the answers that it kept for its key. */
const seen = { entries: 0, changes: 0, kept: [] as unknown[] };
const WRITES = /^\s*(?:with\b[^]*\b)?(?:insert into|update|delete from)\s+"?([a-z_]+)"?\./i;
const isEntry = (text: string): boolean => /insert into ledger\.entry/.test(text);
/** Headers, words and messages go with the entry; when a session was last seen is noted by a timer. */
const isAside = (schema: string, text: string): boolean => ['ledger', 'platform'].includes(schema) || /update "access"\."session" set "last_seen_at"/.test(text);

/** The same database, with every transaction taken back at its commit, and what was sent counted; `isBlind` lets no entry be made. */
function watched(db: Database, isBlind: boolean): Database {
  const watch = (client: HeldClient): HeldClient => {
    let changed = 0;
    return {
      send: async (statements, role) => {
        if (isBlind && statements.some(({ text }) => isEntry(text))) throw new Error('No entry can be made.');
        const rehearsed = statements.flatMap((statement) => (statement.text === 'commit' ? [{ text: 'set constraints all immediate', values: [] }, { text: 'rollback', values: [] }] : [statement]));
        const answers = await client.send(rehearsed, role);
        rehearsed.forEach(({ text }, i) => {
          const schema = WRITES.exec(text)?.[1];
          if (schema !== undefined && !isAside(schema, text)) changed += answers[i]?.count ?? 0;
        });
        for (const { text, values } of statements) if (/insert into platform\.command/.test(text)) seen.kept.push(JSON.parse(values[2] as string));
        seen.entries += statements.filter(({ text }) => isEntry(text)).length;
        if (statements.some(({ text }) => text === 'commit')) seen.changes += changed;
        return answers;
      },
    };
  };
  return { pool: db.pool, hold: (work) => db.hold((client) => work(watch(client))), send: (statements, role) => db.send(statements, role), committed: () => undefined, close: () => db.close() };
}

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  app = await buildServer({ db: watched(fresh.db, false), modules });
  blind = await buildServer({ db: watched(fresh.db, true), modules });
});
afterAll(async () => {
  await app.close();
  await blind.close();
  await fresh.drop();
});

type Tried = { status: number; body: string; entries: number; changes: number; kept: unknown[] };

async function attempt(server: FastifyInstance, operation: Operation, id: string, recordId: string): Promise<Tried> {
  const request = requestOf(department, operation, { id, recordId });
  const who = await somebodyWhoMayAll(department);
  Object.assign(seen, { entries: 0, changes: 0, kept: [] });
  const answer = await server.inject({ ...request, headers: { ...request.headers, ...who.headers } });
  return { status: answer.statusCode, body: answer.body, ...seen };
}

/** Whether an operation may name a record in its query (`recordId`). */
const namesRecord = ({ endpoint }: Operation): boolean => 'recordId' in shapeOf(endpoint.query) && !isOptional(shapeOf(endpoint.query)['recordId'] as Parameters<typeof isOptional>[0]);
const named = (list: readonly Operation[]) => list.map((one): [string, Operation] => [one.key, one]);

/** What who sends it again with the same key is answered: the same, except a secret, which is kept nowhere. */
const answeredAgain = (reply: object): object => ('secret' in reply ? { ...reply, secret: null } : reply);

const behind = new Map<string, Behind>();

describe('what changes something enters the ledger, or stands on the published list', () => {
  const tried: string[] = [];
  test.each(named(operations.filter(({ method, endpoint }) => method !== 'GET' && endpoint.permission !== 'public')))('%s', async (key, operation) => {
    const { status, body, entries, changes, kept } = await attempt(app, operation, fixtureOf(department, operation, 'here')?.id ?? uuidv7(), department.at('incident', 'here').id);
    if (status < 400) expect([key, kept.map((reply) => operation.endpoint.reply?.parse(reply))]).toEqual([key, kept.length === 0 ? [] : [answeredAgain(JSON.parse(body))]]);
    if (status < 400 && changes > 0) expect([key, entries > 0 || key in UNRECORDED_WRITES]).toEqual([key, true]);
    if (key in UNRECORDED_WRITES) expect([key, entries]).toEqual([key, 0]);
    if (status < 400) tried.push(key);
  });

  test('most could be tried, and none stands on the list that is not there', () => {
    expect(tried.length).toBeGreaterThan(45);
    const keys = new Set(operations.map(({ key }) => key));
    expect([...Object.keys(UNRECORDED_WRITES), ...RECORDED_READS, ...HEAD_LINES].filter((key) => !keys.has(key) && key !== 'GET /api/live')).toEqual([]);
  });
});

describe('what reads', () => {
  const reads = operations.filter(({ method }) => method === 'GET');

  test.each(named(reads))('%s enters nothing for what stands open, unless it always does', async (key, operation) => {
    const { status, entries } = await attempt(app, operation, fixtureOf(department, operation, 'here')?.id ?? uuidv7(), department.at('incident', 'here').id);
    if (status < 400) expect([key, entries > 0]).toEqual([key, RECORDED_READS.has(key)]);
  });

  test.each(named(reads))('%s shows what stands behind a wall only once it was recorded, and not at all where that fails; a list may show head lines', async (key, operation) => {
    const record = fixtureOf(department, operation, 'walled')?.id;
    const isOne = record !== undefined || namesRecord(operation);
    const ask = (server: FastifyInstance): Promise<Tried> => attempt(server, operation, record ?? uuidv7(), department.at('incident', 'walled').id);
    const { status, body, entries } = await ask(app);
    if (/canary-[a-z]+-otherwise/.test(body)) throw new Error(`${key} shows what is behind another wall: ${body}`);
    const shows = /canary-[a-z]+-walled/.test(body);
    if (isOne && status < 400) {
      expect([key, entries > 0 || !shows]).toEqual([key, true]);
      if (entries === 0) return;
      behind.set(key, 'recorded');
      const refused = await ask(blind);
      expect([key, refused.status >= 500, /canary-|walled/.test(refused.body)]).toEqual([key, true, false]);
    } else if (shows) {
      expect([key, entries > 0 || HEAD_LINES.has(key)]).toEqual([key, true]);
    }
    if (HEAD_LINES.has(key)) behind.set(key, 'head line');
  });

  test('each part of a walled record was among them', async () => {
    for (const key of ['GET /api/files/:id', 'GET /api/incidents/:id', 'GET /api/incidents/:id/log', 'GET /api/incidents/:id/timeline', 'GET /api/incidents/:id/thread', 'GET /api/incidents/:id/conflicts', 'GET /api/incidents/:id/members', 'GET /api/tasks', 'GET /api/tasks/:id', 'GET /api/two-person/:id', 'GET /api/files', 'GET /api/thread/comments', 'GET /api/thread/links', 'GET /api/thread/steps']) expect([key, behind.get(key)]).toEqual([key, 'recorded']);
  });
});

/** Tried where they can be: in tests of their own, since they need bytes or sealed leaves. */
const ELSEWHERE: readonly [string, Behind][] = [
  ['GET /api/files/:id/content', 'recorded'], ['GET /api/files/:id/preview', 'recorded'], ['GET /api/files/:id/thumbnail', 'recorded'], ['GET /api/ledger/entries', 'recorded'], ['GET /api/ledger/bundle', 'recorded'], ['GET /api/retention/holds/:id', 'recorded'], ['GET /api/subjects/asks/:id', 'recorded'], ['GET /api/retention/marks', 'head line'], ['GET /api/retention/runs/:id/items', 'head line'],
];

test('the published list is what the operations do', () => {
  for (const [key, how] of ELSEWHERE) behind.set(key, how);
  const page = notRecordedPage(operationsOf(modules), new Map([...behind, ['GET /api/live', 'head line']]));
  if (process.env['WRITE_DOCS'] === 'true') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8'), 'docs/ledger-not-recorded.md is made anew by: WRITE_DOCS=true npm test -- src/app/recorded.test.ts').toBe(page);
});
