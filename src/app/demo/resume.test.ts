import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { demonstrationOf } from '#modules/identity/demonstration.service.ts';
import { verifyPassword } from '#modules/identity/password.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { loadDemonstration } from './load.ts';
import { planDemo } from './plan.ts';
import { CASES } from './load-cases.ts';
import { REVIEWS } from './reviews.ts';
import { SEED } from './seed.ts';
import { readSignIns } from './sign-ins.ts';
import { WIRE_COUNT } from './wires.ts';

/** What load-command.ts does; every act of a command is a line of its log. */
const COMMAND_LINES = 12;
/** One corrective action of the exercise, one of the board's pack. */
const OF_EXERCISE_AND_PACK = 2;

let fresh: FreshDatabase;
const dataDir = mkdtempSync(join(tmpdir(), 'parapet demo '));
// Keys of sources and files are kept where the product keeps them.
process.env['PARAPET_DATA'] = dataDir;
const count = async (from: string): Promise<number> => (await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ${from}`)).rows[0]?.n ?? 0;

/** Loads in a process of its own, which is killed as soon as there is so much of something. */
async function loadUntil(from: string, most: number): Promise<void> {
  const child = fork(join(import.meta.dirname, 'load-process.ts'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  const ended = once(child, 'exit');
  child.send({ url: fresh.url, dataDir });
  while (child.exitCode === null && (await count(from)) < most) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
}

beforeAll(async () => void (fresh = await freshDatabase()));
afterAll(() => fresh.drop());

describe('a load that is killed', () => {
  it('amid people, alarms of the past, and the story, is completed by the next start without doubles', async () => {
    await loadUntil('people.person where title <> \'\'', 12);
    await loadUntil('alarms.alarm', 2_500);
    await loadUntil('signals.signal', 150);
    await loadUntil(`alarms.alarm where closed_by is not null and disposition <> 'handed-over' and source_id is not null and raised_at > now() - interval '12 days'`, 100);
    const last = await loadDemonstration({ url: fresh.url, dataDir });
    expect(last).toMatchObject({ done: true, isResumed: true, refused: [] });
    const state = await demonstrationOf(await fresh.as(SERVICE.frontDoor));
    const plan = planDemo({ seed: SEED, now: new Date(state?.foundedAt ?? '') });
    const of = (what: string): number => plan.fortnight.filter((step) => step.do === what).length;
    expect(await count('identity.organisation')).toBe(1);
    expect(await count(`access.person where kind = 'human'`)).toBe(plan.people.length);
    expect(await count(`access.grant g join access.role r on r.id = g.role_id where r.kind = 'human'`)).toBe(plan.people.length);
    expect(await count('sites.site')).toBe(plan.sites.length);
    expect(await count('signals.source')).toBe(plan.sources.length + WIRE_COUNT);
    expect(await count('sites.plan')).toBe(1);
    expect(await count('signals.signal')).toBe(of('frame'));
    expect(await count('signals.signal where repeats > 0')).toBe(0);
    expect(await count('alarms.alarm')).toBe(plan.history.alarms.length + plan.fortnight.filter((step) => step.do === 'frame' && step.raises !== null).length);
    expect(await count(`alarms.alarm where handling <> 'closed'`)).toBe(3);
    expect(await count('incidents.incident')).toBe(plan.history.incidents.length + of('declare'));
    expect(await count('incidents.log_entry')).toBe(COMMAND_LINES + of('log') + plan.history.incidents.reduce((sum, incident) => sum + incident.log.length, 0));
    expect(await count('incidents.loss')).toBe(of('add-loss') + plan.history.incidents.reduce((sum, incident) => sum + incident.losses.length, 0));
    expect(await count('tasks.task')).toBe(of('give-task') + REVIEWS.flatMap(({ improvements }) => improvements).length + CASES.flatMap(({ tasks }) => tasks).length + OF_EXERCISE_AND_PACK);
    for (const verb of ['close', 'acknowledge', 'claim'] as const) expect(await count(`ledger.entry where verb = 'alarms.${{ close: 'closed', acknowledge: 'acknowledged', claim: 'claimed' }[verb]}'`)).toBe(of(verb));
    expect(await count(`(select number from platform.record where number is not null group by number having count(*) > 1) doubled`)).toBe(0);
    for (const { email, password } of readSignIns(dataDir)) {
      const { rows } = await fresh.owner.query<{ hash: string }>('select password_hash as hash from identity.credential where email = $1', [email]);
      expect(await verifyPassword(password, rows[0]?.hash ?? null)).toBe(true);
    }
  }, 240_000);
});
