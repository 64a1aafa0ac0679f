import type { Ctx } from '#platform/kernel/store.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import { randomFrom } from './testing-random.ts';
import { sendFrame, type Arranged } from './testing-pipeline.ts';
import { tryOver } from './back-test.service.ts';
import type { Definition } from './correlation-rules.ts';
import type { Rule } from './rule-contract.ts';
import { activateVersion, writeRule } from './rules.service.ts';

export const HOUR_MS = 3_600_000;

/** Three rules of three kinds over what `anHour` sends. */
export const THREE: readonly { name: string; definition: Definition }[] = [
  { name: 'Tamper, then alarm of the same panel', definition: { kind: 'sequence', steps: [['equipment.tamper'], ['intrusion.alarm']], inOrder: true, withinS: 900, place: 'source', result: 'intrusion.confirmed', priority: null } },
  { name: 'Denied again and again', definition: { kind: 'threshold', types: ['access.denied-unknown', 'access.denied-rights'], count: 4, withinS: 300, place: 'point', result: 'access.denied-repeated', priority: null } },
  { name: 'Out of mains for ten minutes', definition: { kind: 'lasting', types: ['equipment.mains-lost'], withinS: 600, place: 'source', result: 'environment.power-site', priority: 2 } },
];

/** One frame of a device, so many ms after the hour began. */
export type Planned = { device: number; offsetMs: number; data: string };

/** An hour of mixed signals of several devices: bursts at doors, tamper and alarms, mains that comes back sooner or later. In order of time, the same for a seed. */
export function anHour(seed: number, devices: number, perDevice: number): Planned[] {
  const random = randomFrom(seed);
  const planned = Array.from({ length: devices }, (_, device) => {
    const some: Planned[] = [];
    const say = (atS: number, data: string): void => void some.push({ device, offsetMs: atS * 1000, data });
    for (let n = 0; n < perDevice; n++) {
      const at = Math.floor(random() * 3500);
      const kind = random();
      if (kind < 0.15) say(at, `Nri1/TA00${10 + Math.floor(random() * 3)}`);
      else if (kind < 0.35) say(at, `Nri1/BA00${10 + Math.floor(random() * 6)}`);
      else if (kind < 0.55) for (let i = 0, door = Math.floor(random() * 3); i < 3; i++) say(Math.min(3599, at + i * 20), `Nri1/${random() < 0.5 ? 'DD' : 'DK'}00${30 + door}`);
      else if (kind < 0.62) {
        say(at, 'Nri1/AT');
        if (random() < 0.7) say(Math.min(3599, at + Math.floor(random() * 1200)), 'Nri1/AR');
      } else say(at, `Nri1/${['DG0031', 'RX0002', 'OP0003', 'BB0011', 'JP0004'][Math.floor(random() * 5)] ?? 'RX0001'}`);
    }
    return some;
  });
  return planned.flat().sort((a, b) => a.offsetMs - b.offsetMs || a.device - b.device);
}

/** Sends what was planned, each as if it were heard at its time after `start`; returns once all is durable. */
export async function play(world: Arranged, planned: readonly Planned[], { start, accountOf, first }: { start: number; accountOf: (device: number) => string; first: number }): Promise<void> {
  const sending = planned.map(({ device, offsetMs, data }, i) => sendFrame(world, { account: accountOf(device), sequence: ((first + i) % 9999) + 1, data, at: start + offsetMs }));
  await Promise.all(sending);
}

/** Writes a rule, tries its version over the last week and has another put it into force. Answers the rule and the test. */
export async function putIntoForce({ author, publisher }: { author: Ctx; publisher: Ctx }, { name, definition }: { name: string; definition: Definition }, until: number): Promise<{ rule: Rule; backTestId: string }> {
  const draft = await writeRule(author, { name, why: 'A test of rules', definition });
  const versionId = draft.versions[0]?.id ?? '';
  const { backTestId } = await tryOver(author, { ruleId: draft.id, versionId, days: 7, until: new Date(until).toISOString() }, { signal: new AbortController().signal, progress: () => undefined });
  return { rule: await activateVersion(publisher, { id: draft.id, versionId, backTestId, reason: 'Tried over a week' }), backTestId };
}

/** What a test found, by device, rule and offset. */
export async function testedSet(fresh: FreshDatabase, backTestIds: readonly string[], start: number): Promise<string[]> {
  const { rows } = await fresh.owner.query<{ device: string; rule: string; at: Date }>(`select a.source_name as device, v.rule_id as rule, a.at from alarms.back_test_alarm a join alarms.back_test t on t.id = a.back_test_id join alarms.rule_version v on v.id = t.version_id where t.id = any ($1::uuid[])`, [backTestIds]);
  return rows.map(({ device, rule, at }) => `${device.slice(-2)} ${rule} ${at.getTime() - start}`).sort();
}

/** Alarms that rules raised at devices of these names, by device, rule and offset. */
export async function raisedSet(fresh: FreshDatabase, names: string, start: number): Promise<string[]> {
  const { rows } = await fresh.owner.query<{ device: string; rule: string; at: Date }>(`select a.source_name as device, v.rule_id as rule, a.raised_at as at from alarms.alarm a join alarms.rule_version v on v.id = a.rule_version_id where a.source_name like $1`, [names]);
  return rows.map(({ device, rule, at }) => `${device.slice(-2)} ${rule} ${at.getTime() - start}`).sort();
}
