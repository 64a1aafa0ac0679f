import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAlarms } from '#modules/alarms/alarms.service.ts';
import { correlate, readPosition } from '#modules/alarms/correlator.ts';
import { type Arranged, arrange, sendFrame } from '#modules/alarms/testing-pipeline.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { closePress } from '#platform/report/press.ts';
import { canRead, textOf, withoutSpace } from '#platform/report/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Standing } from './contract.ts';
import incidents from './module.ts';
import { anIncident, calling, type Calling } from './testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let world: Arranged;
let operator: Somebody;
let lead: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents] });
  call = calling(app);
  world = await arrange(fresh, ['1234']);
  operator = await aPerson(fresh, 'Ines Varga', { role: 'gsoc-operator', siteId: world.siteId });
  lead = await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead', siteId: world.siteId });
});
afterAll(async () => {
  await closePress();
  await world.intake.close();
  await app.close();
  await fresh.drop();
});

const print = async (who: Somebody, id: string, query = '') => app.inject({ url: `/api/incidents/${id}/report.pdf${query}`, headers: who.headers });
const printed = async (id: string) => (await fresh.owner.query<{ body: string; wall_id: string | null }>(`select body, wall_id from ledger.entry where record_id = $1 and verb = 'incidents.printed'`, [id])).rows;

const HOSTILE = ['<script>alert(1)</script>', '#panic("gone")', '$ x^2 $ *bold* _it_ `raw`', '= Heading = <label> @ref', '\\u{1F525} \\ #let x = 1', '"quoted" {brace} [bracket]'];

describe('the report over HTTP', () => {
  test('is the paper of the incident down to the bytes of its alarm, and that it was printed is recorded', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    await sendFrame(world, { account: '1234', sequence: 42, data: 'Nri1/BA0042' });
    const correlator = await fresh.as(SERVICE.correlator);
    await correlate(correlator, await readPosition(correlator));
    const [alarm] = (await listAlarms(await fresh.as(operator.id), { state: 'open', limit: 10 })).items;
    const { id, number } = (await call(operator, 'POST', '', { fromAlarmId: alarm?.id, title: HOSTILE[0], narrative: HOSTILE.join('\n') })).json<Standing>();
    for (const text of HOSTILE) await call(operator, 'POST', `/${id}/log`, { text });
    await call(operator, 'POST', `/${id}/people`, { role: 'witness', name: HOSTILE[1], details: HOSTILE[2] });
    const reply = await print(operator, id);
    expect([reply.statusCode, reply.headers['content-type'], reply.headers['content-disposition']]).toEqual([200, 'application/pdf', `inline; filename="${number}.pdf"`]);
    const text = withoutSpace(textOf(reply.rawPayload));
    for (const wanted of [number, alarm?.number ?? '?', 'Ines Varga', 'BA0042', ...HOSTILE]) expect(text).toContain(withoutSpace(wanted));
    expect(await printed(id)).toHaveLength(1);
  });

  test('of a walled one asks for the purpose, prints it on the paper and records it behind the wall', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const { id } = await anIncident(call, lead, { siteId: world.siteId, title: 'Walled matter', custodianId: operator.id });
    const refused = await print(lead, id);
    expect([refused.statusCode, refused.json()]).toMatchObject([422, { errors: [{ pointer: '/purpose' }] }]);
    expect(await printed(id)).toEqual([]);
    const reply = await print(lead, id, '?purpose=For%20the%20insurer%27s%20counsel');
    expect(reply.statusCode).toBe(200);
    expect(withoutSpace(textOf(reply.rawPayload))).toContain(withoutSpace("For the insurer's counsel"));
    const [entry] = await printed(id);
    expect(entry?.wall_id).not.toBeNull();
    expect(entry?.body).toContain('insurer');
  });

  test('does not leave where its printing cannot be recorded', async () => {
    const { id } = await anIncident(call, operator, { siteId: world.siteId, title: 'Not without a record' });
    await fresh.owner.query(`alter table ledger.entry add constraint no_prints check (verb <> 'incidents.printed') not valid`);
    const reply = await print(operator, id);
    await fresh.owner.query('alter table ledger.entry drop constraint no_prints');
    expect(reply.statusCode).toBeGreaterThanOrEqual(400);
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });
});
