import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import fc from 'fast-check';
import identity from '#modules/identity/module.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import sites from '#modules/sites/module.ts';
import { actAs } from '#platform/kernel/context.ts';
import { buildServer } from '#platform/kernel/http.ts';
import jobs from '#platform/jobs/module.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { receiveSignals } from '../http/receiving.ts';
import { type Intake, openIntake } from '../intake/intake.ts';
import signals from '../module.ts';
import { readSignal } from '../meaning.ts';
import { lengthOf, planScenario, SCENARIO_KEYS, type ScenarioPlan } from './scenarios.ts';
import { simulate } from './simulator.service.ts';

describe('a scenario', () => {
  test('is the same for the same seed and another for another, in what it sends, from whom and when', () => {
    fc.assert(fc.property(fc.constantFrom(...SCENARIO_KEYS), fc.nat(999_999_998), (key, seed) => {
      expect(planScenario(key, seed)).toEqual(planScenario(key, seed));
      expect(planScenario(key, seed).steps).not.toEqual(planScenario(key, seed + 1).steps);
    }), { numRuns: 40 });
  });

  test('says only what is understood, from accounts that fit their protocol, and each raises something', () => {
    for (const key of SCENARIO_KEYS) {
      const plan = planScenario(key, 999_999_999);
      expect(plan.sources.filter(({ protocol, account }) => protocol === 'dc09' && !/^[0-9A-Z]{1,16}$/.test(account)), key).toEqual([]);
      const effects = plan.steps.flatMap((step) => (step.do === 'say' ? readOf(plan, step.by, step.words) : []));
      expect(effects.filter(({ classified }) => !classified.understood), key).toEqual([]);
      expect(effects.some(({ classified }) => classified.effect === 'raise'), key).toBe(true);
    }
  });

  test('of the storm is a thousand signals in two minutes', () => {
    const storm = planScenario('storm', 7);
    expect(storm.steps).toHaveLength(1_000);
    expect(lengthOf(storm)).toBeLessThanOrEqual(120_000);
    expect(lengthOf(storm)).toBeGreaterThan(110_000);
  });
});

function readOf(plan: ScenarioPlan, by: string, words: string) {
  const { protocol = 'dc09', account = '' } = plan.sources.find(({ as }) => as === by) ?? {};
  const [, token, data = ''] = /^(SIA-DCS|ADM-CID) (.*)$/s.exec(words) ?? [];
  return readSignal(protocol, protocol === 'dc09' ? encodeFrame({ token: token as 'SIA-DCS', sequence: 1, account, data }) : Buffer.from(words)).events;
}

describe('the simulator', () => {
  let fresh: FreshDatabase;
  let app: FastifyInstance;
  let intake: Intake;
  let ports: { dc09: number; syslog: number };
  let admin: Somebody;
  const opened: { close(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    fresh = await freshDatabase();
    const receiving = receiveSignals(fresh.db, fresh.url);
    app = await buildServer({ db: fresh.db, modules: [identity, sites, signals, jobs] });
    await app.listen({ host: '127.0.0.1', port: 0 });
    intake = await openIntake({ url: fresh.url, onLost: () => undefined });
    const listen = async (name: string) => {
      const receiver = await PROTOCOLS.get(name)?.listen?.({ host: '127.0.0.1', port: 0, sink: intake.sink });
      if (!receiver) throw new Error(`Nothing listens for ${name}.`);
      opened.push(receiver);
      return receiver.port;
    };
    ports = { dc09: await listen('dc09'), syslog: await listen('syslog') };
    opened.push(intake, { close: () => receiving.stop() });
    admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  });
  afterAll(async () => {
    await app.close();
    for (const one of opened) await one.close();
    await fresh.drop();
  });

  const played = async (plan: ScenarioPlan, until: AbortSignal = new AbortController().signal) => {
    const { port } = app.server.address() as { port: number };
    const ways = { dc09: `tcp://127.0.0.1:${ports.dc09}`, syslog: `tcp://127.0.0.1:${ports.syslog}`, http: `http://127.0.0.1:${port}` };
    const quick = { ...plan, steps: plan.steps.map((step) => ({ ...step, afterMs: 0 })) };
    return simulate(await actAs(fresh.db, admin.id), quick, { siteId: null, speed: 60, ways, signal: until, told: () => undefined });
  };
  const listed = async () => (await app.inject({ url: '/api/signals?limit=200', headers: admin.headers })).json().items as { type: string; isSimulated: boolean; account: string }[];

  test('sends over DC-09 encrypted, over syslog and over HTTP; all of it is marked, and its sources end with it', async () => {
    for (const key of ['duress', 'camera-loss', 'tailgating'] as const) expect(await played(planScenario(key, 5))).toMatchObject({ isWhole: true });
    await expect.poll(async () => (await listed()).length).toBe(3 + 8 + 7);
    const all = await listed();
    expect(all.every(({ isSimulated }) => isSimulated)).toBe(true);
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(['duress.code', 'duress.holdup', 'intrusion.disarmed', 'video.signal-lost', 'equipment.status', 'access.granted', 'access.tailgating', 'access.denied-passback']));
    expect((await app.inject({ url: '/api/signals/simulations', headers: admin.headers })).json()).toEqual({ items: [] });
    const { rows } = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from signals.source where is_simulated and state = 'retired' and (protocol <> 'dc09' or key_bits = 128)`);
    expect(rows[0]?.n).toBe(4);
  });

  test('is ended by who retires its sources, and a source never changes whether it is simulated', async () => {
    const running = played({ ...planScenario('runaway', 9), steps: Array.from({ length: 5_000 }, (_, i) => ({ do: 'say' as const, by: 'panel', afterMs: 5, words: `SIA-DCS Nri1/BA${String(i % 900).padStart(3, '0')}` })) });
    await expect.poll(async () => (await app.inject({ url: '/api/signals/simulations', headers: admin.headers })).json().items).toMatchObject([{ account: 'SIMRA9P' }]);
    expect((await app.inject({ method: 'POST', url: '/api/signals/simulations/end', headers: admin.headers })).json()).toEqual({ ended: 1 });
    expect(await running).toMatchObject({ isWhole: false });
    await expect(fresh.owner.query('update signals.source set is_simulated = false')).rejects.toThrow('simulated from its making on');
  });

  test('is started by who may, as a job, and says which receiver is off', async () => {
    const start = (who: Somebody, payload: object) => app.inject({ method: 'POST', url: '/api/signals/simulations', headers: who.headers, payload });
    const operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator' });
    expect((await start(operator, { scenario: 'tailgating' })).statusCode).toBe(403);
    vi.stubEnv('PARAPET_DC09_PORT', 'off');
    expect((await start(admin, { scenario: 'break-in' })).json()).toMatchObject({ status: 422, detail: expect.stringContaining('PARAPET_DC09_PORT') });
    vi.unstubAllEnvs();
    const made = await start(admin, { scenario: 'tailgating', seed: 3 });
    expect([made.statusCode, made.json()]).toEqual([201, { jobId: expect.any(String), seed: 3 }]);
    expect((await app.inject({ url: `/api/jobs/${made.json().jobId}`, headers: admin.headers })).json()).toMatchObject({ kind: 'signals.simulation', state: 'queued' });
  });
});
