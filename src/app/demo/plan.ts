import { addDays, dayIn } from './calendar.ts';
import { demo } from './content.ts';
import type { Wall } from './content.ts';
import { planFortnight } from './fortnight.ts';
import { planHistory } from './history.ts';
import { planPeople, planSites, planSources } from './organisation.ts';

/** Parents come before children. */
export type PlanSite = {
  code: string;
  parentCode: string | null;
  name: string;
  kind: 'region' | 'site' | 'building' | 'floor';
  timeZone: string;
  country: string | null;
  city: string;
  address: string;
  latitude: number | null;
  longitude: number | null;
};

/** `siteCode` null is the whole organisation. */
export type PlanGrant = { role: string; siteCode: string | null; reason: string };
export type PlanPerson = { key: string; name: string; email: string; title: string; siteCode: string; grants: PlanGrant[]; signIn: { shows: string } | null };

/** A DC-09 account: one for each panel. */
export type PlanSource = { protocol: 'dc09'; account: string; name: string; siteCode: string };

/** An alarm of the past year, closed, as it is imported. Times are ISO, UTC. `by` are keys of people; null is the rule that closes what returned by itself. */
export type PastAlarm = {
  key: string;
  siteCode: string;
  account: string | null;
  sourceName: string;
  type: string;
  priority: 1 | 2 | 3 | 4;
  point: string | null;
  raisedAt: string;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  returnedAt: string | null;
  closedAt: string;
  closedBy: string | null;
  disposition: string | null;
  cause: string | null;
  note: string | null;
  repeats: number;
  incidentKey: string | null;
};

export type PlanInvolved = { role: 'victim' | 'subject' | 'witness' | 'reporter'; name: string; injury: 'none' | 'first aid' | 'medical' | 'hospital' | 'death' | null; details: string };
export type PlanThing = { kind: 'vehicle' | 'item' | 'document' | 'data-carrier' | 'weapon' | 'substance' | 'drone' | 'organisation' | 'other'; description: string; identifier: string; role: string };
export type PlanLoss = { kind: 'property' | 'stock' | 'cash' | 'data' | 'damage' | 'response' | 'interruption' | 'other'; description: string; amountMinor: number; currency: string; recoveredMinor: number };
export type PlanLogEntry = { at: string; kind: 'note' | 'decision' | 'action' | 'contact'; text: string; by: string };

/** What is known of an incident, with all that its type asks for. */
export type PlanFacts = {
  title: string;
  typeKey: string;
  subtype: string | null;
  severity: number;
  siteCode: string;
  place: string;
  narrative: string;
  reportedBy: string;
  occurredFrom: string;
  occurredTo: string | null;
  knownAt: string;
  fields: Record<string, unknown>;
  noLoss: boolean | null;
};

/** An incident of the past year, closed, as it is imported. */
export type PastIncident = PlanFacts & {
  key: string;
  alarmKey: string | null;
  declaredAt: string;
  declaredBy: string;
  log: PlanLogEntry[];
  people: PlanInvolved[];
  things: PlanThing[];
  losses: PlanLoss[];
  closedAt: string;
  closedBy: string;
  closureReason: string;
  closureSummary: string;
  wall: Wall | null;
};

/** What a panel says: put it into a frame with the account's next sequence number. */
export type PlanFrame = { account: string; token: 'SIA-DCS' | 'ADM-CID'; data: string };

/**
 * One step of the last two weeks, in order of time. `alarm` names the alarm that the frame with the same `raises` opened;
 * `incident` and `task` name what an earlier step made. `by` is the key of a person, who holds the right for it.
 */
export type ScriptStep = { at: string } & (
  | ({ do: 'frame'; raises: string | null; type: string } & PlanFrame)
  | { do: 'claim' | 'acknowledge'; alarm: string; by: string }
  | { do: 'close'; alarm: string; by: string; disposition: string; cause: string | null; note: string | null; handedToIncident: string | null }
  | { do: 'declare'; incident: string; alarm: string | null; by: string; facts: PlanFacts }
  | { do: 'log'; incident: string; by: string; kind: PlanLogEntry['kind']; text: string }
  | { do: 'involve'; incident: string; by: string; person: PlanInvolved }
  | { do: 'add-thing'; incident: string; by: string; thing: PlanThing }
  | { do: 'add-loss'; incident: string; by: string; loss: PlanLoss }
  | { do: 'give-task'; incident: string; task: string; by: string; title: string; owner: string; dueAt: string }
  | { do: 'finish-task'; task: string; by: string }
  | { do: 'change-facts'; incident: string; by: string; occurredTo: string | null; fields: Record<string, unknown>; noLoss: boolean | null }
  | { do: 'close-incident'; incident: string; by: string; reason: string; summary: string }
);

export type DemoPlan = {
  seed: string;
  /** The moment of loading, and its day in the zone of the headquarters: day 0. */
  now: string;
  day0: string;
  company: { name: string; trade: string; currency: string };
  sites: PlanSite[];
  people: PlanPerson[];
  sources: PlanSource[];
  history: { alarms: PastAlarm[]; incidents: PastIncident[] };
  fortnight: ScriptStep[];
};

/** What planners need to turn days of the story into moments. */
export type PlanClock = { now: Date; day: (offset: number) => string };

/** The whole demonstration, the same for the same seed and moment. The year before ends where the last two weeks begin. */
export function planDemo({ seed, now }: { seed: string; now: Date }): DemoPlan {
  const day0 = dayIn(now, 'Europe/Amsterdam');
  const clock: PlanClock = { now, day: (offset) => addDays(day0, offset) };
  const { name, trade, currency } = demo.company;
  return {
    seed, now: now.toISOString(), day0, company: { name, trade, currency },
    sites: planSites(), people: planPeople(), sources: planSources(),
    history: planHistory(seed, clock), fortnight: planFortnight(seed, clock),
  };
}
