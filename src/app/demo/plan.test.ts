import { describe, expect, it } from 'vitest';
import { acknowledge, claim, close, conditionKey, decide, dispositionOf, factOf, faultOf, raised, repeat, returnToNormal } from '#modules/alarms/rules.ts';
import type { AlarmState, OpenCondition, Step } from '#modules/alarms/rules.ts';
import { ROLES, roleOf } from '#modules/identity/roles.ts';
import { fieldsOf, incidentTypeOf, missingToClose } from '#modules/incidents/rules.ts';
import type { IncidentFacts } from '#modules/incidents/rules.ts';
import { classify } from '#modules/signals/classify.ts';
import { typeOf } from '#modules/signals/taxonomy.ts';
import { decodeContent } from '#connectors/sia-dc09/content.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { MEAN_WAIT_S, liveSignals } from './live.ts';
import { planDemo } from './plan.ts';
import type { PlanFacts, PlanFrame, ScriptStep } from './plan.ts';

const now = new Date('2026-11-21T09:40:00Z');
const plan = planDemo({ seed: 'halden', now });
const sites = new Set(plan.sites.map((site) => site.code));
const people = new Set(plan.people.map((person) => person.key));
const accounts = new Map(plan.sources.map((source) => [source.account, source]));
const DAY_MS = 86_400_000;

describe('the plan of the demonstration', () => {
  it('is the same for the same seed and moment, and another for another seed', () => {
    expect(planDemo({ seed: 'halden', now })).toEqual(plan);
    expect(planDemo({ seed: 'other', now }).history.alarms).not.toEqual(plan.history.alarms);
  });

  it.each(['2026-03-29T01:15:00Z', '2027-01-01T00:00:30Z', '2028-02-29T23:59:00Z'])('counts its days from the moment of loading: %s', (at) => {
    const moved = planDemo({ seed: 'halden', now: new Date(at) });
    const [first, last] = [moved.history.alarms[0], moved.history.alarms.at(-1)];
    const loaded = Date.parse(at);
    expect(loaded - Date.parse(first?.raisedAt ?? '')).toBeGreaterThan(362 * DAY_MS);
    expect(loaded - Date.parse(first?.raisedAt ?? '')).toBeLessThan(368 * DAY_MS);
    expect(loaded - Date.parse(last?.raisedAt ?? '')).toBeGreaterThan(13 * DAY_MS);
    expect(moved.fortnight.every((step) => Date.parse(step.at) <= loaded && Date.parse(step.at) > loaded - 16 * DAY_MS)).toBe(true);
  });

  it('names twelve sites in five regions with their buildings, parents first', () => {
    const kinds = (kind: string) => plan.sites.filter((site) => site.kind === kind).length;
    expect([kinds('region'), kinds('site')]).toEqual([5, 12]);
    expect(kinds('building')).toBeGreaterThan(24);
    plan.sites.forEach((site, i) => expect(site.parentCode === null || plan.sites.slice(0, i).some((before) => before.code === site.parentCode)).toBe(true));
    expect(sites.size).toBe(plan.sites.length);
  });

  it('gives 47 people roles that exist, at sites that exist, and sign-ins to seven of them', () => {
    expect(people.size).toBe(47);
    for (const person of plan.people) {
      expect(sites.has(person.siteCode)).toBe(true);
      expect(person.email).toMatch(/@halden-works\.example$/);
      for (const grant of person.grants) {
        expect(ROLES.some((role) => role.key === grant.role && role.kind === 'human')).toBe(true);
        expect(grant.siteCode === null || sites.has(grant.siteCode)).toBe(true);
      }
    }
    const signIns = plan.people.filter((person) => person.signIn !== null);
    expect(signIns).toHaveLength(7);
    for (const person of signIns) expect(roleOf(person.grants[0]?.role ?? '')?.permissions.length).toBeGreaterThan(0);
  });

  it('gives each panel an account of its own', () => {
    expect(accounts.size).toBe(plan.sources.length);
    expect(plan.sources).toHaveLength(54);
    for (const source of plan.sources) expect(/^\d{4}$/.test(source.account) && sites.has(source.siteCode)).toBe(true);
  });
});

describe('the year before', () => {
  const { alarms, incidents } = plan.history;

  it('has thousands of alarms and about 120 incidents, not tens of thousands', () => {
    expect(alarms.length).toBeGreaterThan(6_000);
    expect(alarms.length).toBeLessThan(12_000);
    expect(incidents.length).toBeGreaterThanOrEqual(115);
    expect(incidents.length).toBeLessThanOrEqual(125);
    expect(new Set(alarms.map((alarm) => alarm.key)).size).toBe(alarms.length);
    expect(new Set(incidents.map((incident) => incident.key)).size).toBe(incidents.length);
  });

  it('uses only types, sites, people, accounts and findings that exist, each closed with a whole finding', () => {
    for (const alarm of alarms) {
      expect(typeOf(alarm.type)?.priority).toBe(alarm.priority);
      expect(sites.has(alarm.siteCode) && (alarm.account === null || accounts.get(alarm.account)?.siteCode === alarm.siteCode)).toBe(true);
      expect(alarm.closedBy === null || people.has(alarm.closedBy)).toBe(true);
      if (alarm.disposition === null) expect(alarm.closedBy === null && alarm.priority === 4 && alarm.returnedAt !== null).toBe(true);
      else expect(faultOf({ disposition: alarm.disposition, cause: alarm.cause, note: alarm.note, handedTo: alarm.incidentKey })).toBeNull();
    }
  });

  it('keeps its times in order', () => {
    for (const { raisedAt, acknowledgedAt, returnedAt, closedAt } of alarms) {
      expect([acknowledgedAt, returnedAt].every((at) => at === null || (at >= raisedAt && at <= closedAt))).toBe(true);
      expect(closedAt < plan.now && raisedAt < closedAt).toBe(true);
    }
  });

  it('has no two alarms of one condition open at once', () => {
    const lastClosed = new Map<string, string>();
    for (const alarm of alarms) {
      const condition = `${alarm.siteCode} ${alarm.type} ${alarm.account ?? ''} ${alarm.point ?? ''}`;
      expect(alarm.raisedAt >= (lastClosed.get(condition) ?? '')).toBe(true);
      lastClosed.set(condition, alarm.closedAt);
    }
  });

  it('finds more true alarms at its end than at its beginning, and most false all the year', () => {
    const trueShare = (part: typeof alarms): number => {
      const judged = part.filter((alarm) => alarm.disposition !== null && typeOf(alarm.type)?.profile.key !== 'none');
      return judged.filter((alarm) => dispositionOf(alarm.disposition ?? '')?.countsAsTrue).length / judged.length;
    };
    const quarter = Math.floor(alarms.length / 4);
    expect(trueShare(alarms.slice(0, quarter))).toBeLessThan(trueShare(alarms.slice(-quarter)));
    expect(trueShare(alarms)).toBeLessThan(0.35);
  });

  it('shows the noisy fence of Hildesheim until it was mended', () => {
    const day = (alarm: { raisedAt: string }): number => Math.round((Date.parse(alarm.raisedAt) - now.getTime()) / DAY_MS);
    const fence = alarms.filter((alarm) => alarm.siteCode === 'HIL' && alarm.type === 'intrusion.fence');
    const perDay = (from: number, to: number): number => fence.filter((alarm) => day(alarm) >= from && day(alarm) < to).length / (to - from);
    expect(perDay(-365, -165)).toBeGreaterThan(3 * perDay(-155, -15));
  });

  it.each(incidents.map((incident) => [incident.key, incident] as const))('incident %s is known in all that closing asks', (_key, incident) => {
    expect(missingToClose(asFacts(incident, { persons: incident.people, things: incident.things, losses: incident.losses }), new Date(incident.closedAt))).toEqual([]);
    expect(incident.occurredFrom <= incident.knownAt && incident.declaredAt <= incident.closedAt && incident.closedAt < plan.now).toBe(true);
    expect([incident.declaredBy, incident.closedBy, ...incident.log.map((entry) => entry.by), ...(incident.wall ? [incident.wall.lead, incident.wall.custodian, ...incident.wall.members] : [])].every((by) => people.has(by))).toBe(true);
    const alarm = alarms.find((one) => one.key === incident.alarmKey);
    if (incident.alarmKey !== null) expect(alarm?.incidentKey).toBe(incident.key);
  });

  it('keeps the threat and the watched principal behind walls', () => {
    expect(incidents.filter((incident) => incident.wall !== null).map((incident) => incident.typeKey).sort()).toEqual(['surveillance', 'threat-direct']);
  });
});

function asFacts(facts: PlanFacts, rows: Partial<IncidentFacts>): IncidentFacts {
  return { state: 'open', ...facts, siteId: facts.siteCode, persons: [], things: [], losses: [], openTasks: [], ...rows };
}

function read(frame: PlanFrame) {
  const bytes = encodeFrame({ token: frame.token, sequence: 1, account: frame.account, data: frame.data }).toString('latin1');
  const content = decodeContent(frame.token, bytes.slice(9, -1));
  const event = content.ok ? content.events[0] : undefined;
  if (!content.ok || !event || content.unread.length > 0 || content.events.length !== 1) throw new Error(`${frame.data} is not read whole`);
  const signal = classify(event);
  const kind = signal.ok ? typeOf(signal.type) : null;
  if (!signal.ok || !kind) throw new Error(`${frame.data} has no type`);
  return { signal, fact: factOf(signal, kind, { siteId: accounts.get(frame.account)?.siteCode ?? null, sourceId: frame.account }) };
}

type Row = { name: string | null; key: string; condition: OpenCondition; alarm: AlarmState };

/** Plays the script against the rules, as the loader will through the real verbs; throws at the first step that is refused. */
function play(script: readonly ScriptStep[]) {
  const rows: Row[] = [];
  const incidents = new Map<string, { facts: IncidentFacts; severity: number }>();
  const tasks = new Map<string, { incident: string; done: boolean }>();
  const actor = (personId: string) => ({ personId, mayHandle: may(personId, 'alarms:handle'), mayClose: may(personId, 'alarms:close'), maySupervise: may(personId, 'alarms:supervise') });
  const move = (name: string, verb: (alarm: AlarmState) => Step): void => {
    const row = rows.find((one) => one.name === name);
    const step = row && verb(row.alarm);
    if (!row || !step?.ok) throw new Error(`${name}: ${step && !step.ok ? step.reason : 'no such alarm'}`);
    row.alarm = step.alarm;
  };
  const change = (key: string, patch: (facts: IncidentFacts) => Partial<IncidentFacts>): void => {
    const one = incidents.get(key);
    if (!one || one.facts.state === 'closed') throw new Error(`${key} is not open`);
    one.facts = { ...one.facts, ...patch(one.facts) };
  };
  for (const step of script) {
    const at = new Date(step.at);
    switch (step.do) {
      case 'frame': {
        const { signal, fact } = read(step);
        const open = rows.filter((row) => row.alarm.handling !== 'closed');
        const outcomes = decide(fact, open.map((row) => row.condition));
        if (step.raises !== null && outcomes[0]?.do !== 'raise') throw new Error(`${step.raises} is not raised but ${outcomes[0]?.do}`);
        for (const outcome of outcomes) {
          if (outcome.do === 'raise') {
            if (step.raises === null) throw new Error(`${step.data} raises an alarm that nobody expects`);
            rows.push({ name: step.raises, key: conditionKey(fact), condition: { id: String(rows.length), kind: fact.kind, sourceId: fact.sourceId, point: signal.point, area: signal.area }, alarm: raised(fact.kind) });
          }
          const row = 'id' in outcome ? rows[Number(outcome.id)] : undefined;
          const next = row && (outcome.do === 'repeat' ? repeat(row.alarm, at) : returnToNormal(row.alarm, 'signal', at));
          if (row && next?.ok) row.alarm = next.alarm;
        }
        break;
      }
      case 'claim': move(step.alarm, (alarm) => claim(alarm, actor(step.by), at)); break;
      case 'acknowledge': move(step.alarm, (alarm) => acknowledge(alarm, actor(step.by), at)); break;
      case 'close': move(step.alarm, (alarm) => close(alarm, actor(step.by), { disposition: step.disposition, cause: step.cause, note: step.note, handedTo: step.handedToIncident }, at)); break;
      case 'declare':
        if (!may(step.by, 'incidents:declare') || incidents.has(step.incident)) throw new Error(`${step.incident} cannot be declared`);
        incidents.set(step.incident, { facts: asFacts(step.facts, {}), severity: step.facts.severity });
        break;
      case 'log': change(step.incident, () => ({})); break;
      case 'involve': change(step.incident, (facts) => ({ persons: [...facts.persons, step.person] })); break;
      case 'add-thing': change(step.incident, (facts) => ({ things: [...facts.things, step.thing] })); break;
      case 'add-loss': change(step.incident, (facts) => ({ losses: [...facts.losses, step.loss] })); break;
      case 'change-facts': change(step.incident, (facts) => ({ occurredTo: step.occurredTo, noLoss: step.noLoss, fields: { ...facts.fields, ...step.fields } })); break;
      case 'give-task': {
        if (!may(step.owner, 'incidents:read') || !may(step.owner, 'tasks:write') || !may(step.by, 'tasks:write')) throw new Error(`${step.task} has no owner`);
        tasks.set(step.task, { incident: step.incident, done: false });
        break;
      }
      case 'finish-task': {
        const task = tasks.get(step.task);
        if (!task || task.done || !may(step.by, 'tasks:write')) throw new Error(`${step.task} cannot be finished`);
        task.done = true;
        break;
      }
      case 'close-incident': {
        const facts = incidents.get(step.incident)?.facts;
        if (!facts || !may(step.by, 'incidents:close')) throw new Error(`${step.incident} cannot be closed`);
        expect(missingToClose(facts, at)).toEqual([]);
        expect([...tasks.values()].filter((task) => task.incident === step.incident && !task.done)).toEqual([]);
        change(step.incident, () => ({ state: 'closed' }));
      }
    }
  }
  return { rows, incidents, tasks };
}

const may = (key: string, permission: string): boolean => plan.people.find((person) => person.key === key)?.grants.some((grant) => roleOf(grant.role)?.permissions.includes(permission)) ?? false;

describe('the last two weeks', () => {
  const { rows, incidents, tasks } = play(plan.fortnight);

  it('are in order of time, from accounts and people that exist', () => {
    plan.fortnight.forEach((step, i) => expect(step.at >= (plan.fortnight[i - 1]?.at ?? '')).toBe(true));
    for (const step of plan.fortnight) {
      if (step.do === 'frame') expect(accounts.has(step.account)).toBe(true);
      if ('by' in step) expect(people.has(step.by)).toBe(true);
    }
  });

  it('mean what they say: each frame is of the type that its step names, or of what ends it', () => {
    for (const step of plan.fortnight) {
      if (step.do !== 'frame') continue;
      const { signal } = read(step);
      if (step.raises !== null || signal.effect === 'note') expect(step.raises !== null ? signal.type : [step.type, 'intrusion.armed']).toEqual(step.raises !== null ? step.type : expect.arrayContaining([signal.type]));
    }
  });

  it('are calm: a handful of alarms a day, over in minutes, with a believable mix of findings', () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.length).toBeLessThan(350);
    expect(plan.fortnight.length).toBeLessThan(2_500);
    const byRule = rows.filter((row) => row.alarm.handling === 'closed' && row.alarm.closedBy === null);
    expect(byRule.length).toBeGreaterThan(10);
  });

  it('leave two ordinary alarms and the one of an open incident, of priorities 2 and 3', () => {
    const open = rows.filter((row) => row.alarm.handling !== 'closed');
    expect(open.map((row) => [row.name, row.alarm.kind.priority, row.alarm.handling])).toEqual([
      ['story-hall-b-warm', 2, 'acknowledged'],
      ['open-2', 3, 'acknowledged'],
      ['open-1', 2, 'unacknowledged'],
    ]);
  });

  it('tell seven incidents, two of them still open with tasks to do', () => {
    const open = [...incidents].filter(([, one]) => one.facts.state === 'open').map(([key]) => key);
    expect(incidents.size).toBe(7);
    expect(open.sort()).toEqual(['hall-b-warm', 'north-fence-cut']);
    expect([...tasks.values()].filter((task) => !task.done).every((task) => open.includes(task.incident))).toBe(true);
    for (const [, one] of incidents) expect(incidentTypeOf(one.facts.typeKey ?? '')).not.toBeNull();
  });

  it('answer only what the types ask', () => {
    for (const step of plan.fortnight) {
      const facts = step.do === 'declare' ? step.facts : null;
      const known = new Set(fieldsOf(facts?.typeKey ?? '')?.map((field) => field.key));
      if (facts) for (const key of Object.keys(facts.fields)) expect([...known]).toContain(key);
    }
  });

  it.each(['2026-07-04T00:05:00Z', '2026-11-21T23:58:00Z', '2027-03-28T02:30:00Z', '2026-10-25T06:00:00Z'])('play whenever they are loaded: %s', (at) => {
    const played = play(planDemo({ seed: at, now: new Date(at) }).fortnight);
    expect(played.rows.filter((row) => row.alarm.handling !== 'closed')).toHaveLength(3);
  });
});

describe('the live stream', () => {
  const signals = Array.from({ length: 6_000 }, ((stream) => () => stream.next().value)(liveSignals('halden')));

  it('is the same for the same seed', () => {
    const again = liveSignals('halden');
    for (const signal of signals.slice(0, 200)) expect(again.next().value).toEqual(signal);
  });

  it('is calm: a signal every 40 seconds or so, an alarm every few minutes', () => {
    const seconds = signals.reduce((sum, signal) => sum + signal.afterMs, 0) / 1000;
    expect(seconds / signals.length).toBeGreaterThan(MEAN_WAIT_S * 0.8);
    expect(seconds / signals.length).toBeLessThan(MEAN_WAIT_S * 1.1);
    const rings = signals.filter((signal) => signal.raises).length;
    expect(seconds / rings).toBeGreaterThan(240);
    expect(seconds / rings).toBeLessThan(600);
    expect(signals.every((signal) => signal.afterMs >= 0)).toBe(true);
  });

  it('means what it says, rings no life-safety alarm, and leaves at most 24 open if nobody comes for days', () => {
    const open = new Set<string>();
    for (const signal of signals) {
      const { fact } = read(signal);
      expect(accounts.has(signal.account)).toBe(true);
      if (signal.raises) expect([fact.kind.key, fact.effect, fact.kind.profile.key === 'fast']).toEqual([signal.type, 'raise', false]);
      if (signal.raises) open.add(conditionKey(fact));
      else expect(fact.effect).not.toBe('raise');
    }
    expect(open.size).toBeLessThanOrEqual(24);
  });
});
