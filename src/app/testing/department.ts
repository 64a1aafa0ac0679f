import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { ROLES } from '#modules/identity/roles.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { hashToken } from '#platform/kernel/http.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import { type Holder, type Label, type Policy, policyOver } from './policy.ts';

/** Somebody who asks, by name for the words of a failure. */
export type Actor = Holder & { name: string; id: string; headers: { authorization: string } };

/** A record of a kind, with words that stand in it and nowhere else. */
export type Fixture = { kind: string; place: Place; id: string; canary: string; label: Label; readWith: string };

/** Where records stand: on the site that matters, on another, on none, behind a wall, behind another wall. */
export const PLACES = ['here', 'elsewhere', 'nowhere', 'walled', 'otherwise'] as const;
export type Place = (typeof PLACES)[number];

/** A small department on a fresh database: a tree of sites, two walls, and a record of every kind at every place. */
export type Department = {
  fresh: FreshDatabase;
  sites: { region: string; here: string; below: string; elsewhere: string };
  walls: { one: string; two: string };
  policy: Policy;
  fixtures: readonly Fixture[];
  /** The record of a kind at a place. Throws where there is none. */
  at(kind: string, place: Place): Fixture;
  /** The people whom verbs name: one to grant to, one to keep a wall. */
  target: string;
  keeper: string;
  /** Adds people with what they hold, all at once. */
  enrol(people: readonly (Omit<Holder, 'state'> & { name: string; state?: Holder['state']; kind?: 'human' | 'service' })[]): Promise<Actor[]>;
};

export async function aDepartment(fresh: FreshDatabase): Promise<Department> {
  const sites = { region: uuidv7(), here: uuidv7(), below: uuidv7(), elsewhere: uuidv7() };
  const walls = { one: uuidv7(), two: uuidv7() };
  const parentOf = new Map<string, string | null>([[sites.region, null], [sites.here, sites.region], [sites.below, sites.here], [sites.elsewhere, null]]);
  const covers = (top: string, site: string): boolean => {
    const above = parentOf.get(site);
    return site === top || (typeof above === 'string' && covers(top, above));
  };
  const labels: Record<Place, Label> = {
    here: { site: sites.here, wall: null }, elsewhere: { site: sites.elsewhere, wall: null }, nowhere: { site: null, wall: null },
    walled: { site: sites.here, wall: walls.one }, otherwise: { site: sites.elsewhere, wall: walls.two },
  };
  const { owner } = fresh;
  for (const [name, id] of Object.entries(sites)) {
    await owner.query(`insert into sites.site (id, parent_id, code, name, kind, time_zone) values ($1, $2, $3, $4, 'site', 'Europe/Berlin')`, [id, parentOf.get(id), `CANARY-${name.toUpperCase()}`, `canary-site-${name}`]);
    await head(fresh, { id, kind: 'sites.site', title: `canary-site-${name}`, readWith: 'sites:read', label: { site: id, wall: null } });
  }
  await owner.query(`insert into access.wall (id, opened_by) select unnest($1::uuid[]), $2`, [[walls.one, walls.two], SERVICE.frontDoor]);
  await owner.query(`insert into identity.organisation (id, name) values ($1, 'Test Works')`, [uuidv7()]);
  const [target, keeper] = (await enrol(fresh, ['Target', 'Keeper'].map((name) => ({ name, grants: [], parts: [{ part: 'wall-reader', wall: walls.one, isInForce: true }] })))).map(({ id }) => id) as [string, string];
  const fixtures: Fixture[] = Object.entries(sites).map(([name, id]) => ({ kind: 'site', place: name === 'elsewhere' ? 'elsewhere' : name === 'here' ? 'here' : 'nowhere', id, canary: `canary-site-${name}`, label: { site: id, wall: null }, readWith: 'sites:read' }));
  for (const place of PLACES) fixtures.push(...(await recordsAt(fresh, place, labels[place])));
  await linkAcross(fresh, fixtures);
  return {
    fresh, sites, walls, policy: policyOver(covers), fixtures, target, keeper,
    at: (kind, place) => {
      const found = fixtures.find((one) => one.kind === kind && one.place === place);
      if (!found) throw new Error(`There is no ${kind} ${place}.`);
      return found;
    },
    enrol: (people) => enrol(fresh, people),
  };
}

type Head = { id: string; kind: string; title: string; readWith: string; label: Label; number?: string };

async function head({ owner }: FreshDatabase, { id, kind, title, readWith, label, number }: Head): Promise<void> {
  await owner.query(`insert into platform.record (id, kind, number, title, state, site_id, wall_id, read_permission, at) values ($1, $2, $3, $4, 'open', $5, $6, $7, now())
    on conflict (id) do update set site_id = excluded.site_id, title = excluded.title`, [id, kind, number ?? null, title, label.site, label.wall, readWith]);
  await owner.query(`insert into platform.search (record_id, words) values ($1, $2) on conflict (record_id) do update set words = excluded.words`, [id, title]);
  await owner.query(`insert into platform.outbox (topic, record_id, site_id, wall_id, read_permission) values ($1, $2, $3, $4, $5)`, [`${kind.split('.')[0]}.changed`, id, label.site, label.wall, readWith]);
  await owner.query(`insert into ledger.entry (actor, verb, record_id, site_id, wall_id, body) values ($1, $2, $3, $4, $5, $6)`, [SERVICE.frontDoor, `${kind.split('.')[0]}.changed`, id, label.site, label.wall, JSON.stringify({ after: { title: `ledger of ${title}` } })]);
}

async function recordsAt(fresh: FreshDatabase, place: Place, label: Label): Promise<Fixture[]> {
  const { owner } = fresh;
  const make = async (kind: string, table: string, readWith: string, insert: (id: string, canary: string) => Promise<unknown>, number?: string): Promise<Fixture> => {
    const [id, canary] = [uuidv7(), `canary-${kind}-${place}`];
    await insert(id, canary);
    await head(fresh, { id, kind: table, title: canary, readWith, label, ...(number && { number }) });
    return { kind, place, id, canary, label, readWith };
  };
  const n = PLACES.indexOf(place) + 1;
  const alarm = await make('alarm', 'alarms.alarm', 'alarms:read', (id, canary) => owner.query(
    `insert into alarms.alarm (id, number, site_id, wall_id, condition_key, type, title, priority, handling, is_active, raised_at, known_at, last_at, answer_by)
     values ($1, $2, $3, $4, $5, 'intrusion.alarm', $5, 2, 'unacknowledged', true, now(), now(), now(), now() + interval '1 minute')`, [id, `ALM-2020-0000${n}`, label.site, label.wall, canary]), `ALM-2020-0000${n}`);
  const source = await make('source', 'signals.source', 'signals:read', (id, canary) => owner.query(
    `insert into signals.source (id, protocol, account, name, site_id, wall_id) values ($1, 'dc09', $2, $3, $4, $5)`, [id, `CAN${n}`, canary, label.site, label.wall]));
  const number = label.wall ? `INC-W-2020-0000${n}` : `INC-2020-0000${n}`;
  const incident = await make('incident', 'incidents.incident', 'incidents:read', (id, canary) => owner.query(
    `insert into incidents.incident (id, number, title, severity, site_id, wall_id, occurred_from, known_at, narrative, declared_by, declared_at, log_count) values ($1, $2, $3, 2, $4, $5, now(), now(), $3, $6, now(), 1)`, [id, number, canary, label.site, label.wall, SERVICE.frontDoor]), number);
  await linesOf(fresh, incident);
  const task: Fixture = { ...incident, kind: 'task', id: uuidv7(), canary: `canary-task-${place}` };
  await owner.query(`insert into tasks.task (id, record_id, title, created_by) values ($1, $2, $3, $4)`, [task.id, incident.id, task.canary, SERVICE.frontDoor]);
  const made = [alarm, source, incident, task, await fileOn(fresh, incident), await commentOn(fresh, incident), await linkOf(fresh, incident), await decisionOn(fresh, incident)];
  if (label.wall === null) made.push(await signalOf(fresh, source), await deviceAt(fresh, make, label), await workorderAt(fresh, make, label, number), await exerciseAt(fresh, make, label, number), await processAt(fresh, make, label, number), ...(await plansAt(fresh, make, label)), ...(await personAt(fresh, place, label)), ...(await grantAt(fresh, place, label)), ...(await settingsAt(fresh, place)));
  if (label.wall !== null) {
    const room = await caseAt(fresh, make, label, n);
    made.push(await reportAt(fresh, make, label, n));
    made.push(room, await exhibitAt(fresh, make, room, n));
  }
  return made;
}

type Make = (kind: string, table: string, readWith: string, insert: (id: string, canary: string) => Promise<unknown>) => Promise<Fixture>;
type MakeNumbered = (...given: [...Parameters<Make>, number: string]) => Promise<Fixture>;

const deviceAt = ({ owner }: FreshDatabase, make: Make, { site }: Label): Promise<Fixture> => make('device', 'devices.device', 'devices:read', async (id, canary) => {
  await owner.query(`insert into devices.device (id, site_id, code, name, kind) values ($1, $2, $3, $3, 'camera')`, [id, site, canary]);
  await owner.query(`insert into devices.health (device_id, reach_since) values ($1, now())`, [id]);
});

/** Lines of a case, which have its id: a path with two names both by one. */
async function caseLines(owner: FreshDatabase['owner'], id: string, canary: string): Promise<void> {
  const by = SERVICE.frontDoor;
  await owner.query(`insert into cases.person (id, case_id, role, name, added_by, added_at) values ($1, $1, 'witness', $2, $3, now())`, [id, canary, by]);
  await owner.query(`insert into cases.allegation (id, case_id, seq, type_key, text, subject_id, added_by, added_at) values ($1, $1, 1, 'cargo', $2, $1, $3, now())`, [id, canary, by]);
  await owner.query(`insert into cases.element (id, case_id, allegation_id, seq, text) values ($1, $1, $1, 1, $2)`, [id, canary]);
  await owner.query(`insert into cases.loss (id, case_id, description, amount_minor, currency, added_by, added_at) values ($1, $1, $2, 100, 'EUR', $3, now())`, [id, canary, by]);
}

/** A case, which stands behind a wall only. */
const caseAt = ({ owner }: FreshDatabase, make: MakeNumbered, { site, wall }: Label, n: number): Promise<Fixture> => make('case', 'cases.case', 'cases:read', async (id, canary) => {
  await owner.query(`insert into cases.case (id, number, title, type_key, site_id, wall_id, lead_id, opened_by, opened_at) values ($1, $2, $3, 'cargo', $4, $5, $6, $6, now())`, [id, `CASE-2020-0000${n}`, canary, site, wall, SERVICE.frontDoor]);
  await owner.query(`insert into cases.step (id, case_id, verb, at, person_id) values ($1, $1, 'opened', now(), $2)`, [id, SERVICE.frontDoor]);
  await caseLines(owner, id, canary);
}, `CASE-2020-0000${n}`);

/** An exhibit of a case with its receipt, a file, a hand-over and a bundle, which have its id; the one behind the second wall is lent out. */
const exhibitAt = ({ owner }: FreshDatabase, make: MakeNumbered, room: Fixture, n: number): Promise<Fixture> => make('exhibit', 'exhibits.exhibit', 'exhibits:view', async (id, canary) => {
  const [by, other, wall, isLent] = [SERVICE.frontDoor, SERVICE.steward, room.label.wall, room.place === 'otherwise'];
  await owner.query(`insert into platform.record (id, kind, title, state, wall_id, read_permission, at) values ($1, 'exhibits.exhibit', $2, 'held', $3, 'exhibits:view', now())`, [id, canary, wall]);
  await owner.query(`insert into exhibits.exhibit (id, number, case_id, kind, title, collected_at, state, holder_id, lent_to, received_by, received_at, events, wall_id) values ($1, $2, $3, 'digital', $4, now(), $5, $6, $7, $8, now(), 1, $9)`, [id, `EXH-2020-0000${n}`, room.id, canary, isLent ? 'lent' : 'held', isLent ? null : by, isLent ? 'A laboratory' : '', by, wall]);
  await owner.query(`insert into exhibits.custody (id, exhibit_id, seq, at, kind, actor_id, holder) values ($1, $1, 1, now(), 'received', $2, $3)`, [id, by, isLent ? null : by]);
  await owner.query(`insert into exhibits.offer (id, exhibit_id, from_id, to_id, purpose, offered_at) values ($1, $1, $2, $3, $4, now())`, [id, by, other, canary]);
  await owner.query(`insert into files.file (id, record_id, name, size, sha256, media_type, added_by, added_at, removed_at) values ($1, $1, $2, 7, sha256('canary'), 'application/octet-stream', $3, now(), now())`, [id, canary, by]);
  await owner.query(`insert into exhibits.item (file_id, exhibit_id, name, media_type, size, sha256, derived_from, how, entered_at) values ($1, $1, $2, 'application/octet-stream', 7, sha256('canary'), $1, 'Made for the test', now())`, [id, canary]);
  await owner.query(`insert into exhibits.bundle (id, number, case_id, purpose, manifest, digest, closed_at, closed_by, wall_id) values ($1, $2, $3, $4, '{}', sha256('canary'), now(), $5, $6)`, [id, `BND-2020-0000${n}`, room.id, canary, by, wall]);
}, `EXH-2020-0000${n}`);

/** A report of the front door behind the same wall; who is kept out is nobody here. */
const reportAt = ({ owner }: FreshDatabase, make: MakeNumbered, { site, wall }: Label, n: number): Promise<Fixture> => make('report', 'cases.report', 'cases:read', async (id, canary) => {
  await owner.query(`insert into cases.report (id, number, code_hash, text, site_id, wall_id, received_at) values ($1, $2, sha256(convert_to($3, 'UTF8')), $3, $4, $5, now())`, [id, `REP-2020-0000${n}`, canary, site, wall]);
  await owner.query(`insert into cases.report_message (id, report_id, seq, text, at) values ($1, $1, 1, $2, now())`, [id, canary]);
  await owner.query(`insert into cases.kept_out (id, report_id, person_id, at) values ($1, $1, $2, now())`, [id, SERVICE.frontDoor]);
}, `REP-2020-0000${n}`);

/** A work order with a visit and a part, which have its id. */
const workorderAt = ({ owner }: FreshDatabase, make: Make, { site }: Label, number: string): Promise<Fixture> => make('workorder', 'workorders.workorder', 'workorders:read', async (id, canary) => {
  await owner.query(`insert into workorders.workorder (id, number, title, site_id, origin, fault_code, priority, due_at, failed_at, raised_at, raised_by) values ($1, $2, $3, $4, 'inspection', 'other', 3, now(), now(), now(), $5)`, [id, `WO-${number}`, canary, site, SERVICE.frontDoor]);
  await owner.query(`insert into workorders.visit (id, workorder_id, planned_from, planned_until, who) values ($1, $1, now(), now() + interval '1 hour', $2)`, [id, canary]);
  await owner.query(`insert into workorders.part (id, workorder_id, name, quantity, unit_minor, currency, added_at) values ($1, $1, $2, 1, 100, 'EUR', now())`, [id, canary]);
});

/** An exercise with a row of each kind, which have its id. */
const exerciseAt = ({ owner }: FreshDatabase, make: Make, { site }: Label, number: string): Promise<Fixture> => make('exercise', 'exercises.exercise', 'exercises:read', async (id, canary) => {
  await owner.query(`insert into exercises.exercise (id, number, title, kind, site_id, planned_for, planned_by, planned_at) values ($1, $2, $3, 'drill', $4, now(), $5, now())`, [id, `EXE-${number}`, canary, site, SERVICE.frontDoor]);
  await owner.query(`insert into exercises.objective (id, exercise_id, text, capability, added_at) values ($1, $1, $2, 'command', now())`, [id, canary]);
  await owner.query(`insert into exercises.inject (id, exercise_id, title, text, channel, trigger, is_automatic, added_at) values ($1, $1, $2, $2, 'notice', 'clock', false, now())`, [id, canary]);
  await owner.query(`insert into exercises.expectation (id, exercise_id, inject_id, text, added_at) values ($1, $1, $1, $2, now())`, [id, canary]);
  await owner.query(`insert into exercises.observation (id, exercise_id, kind, capability, text, added_by, added_at) values ($1, $1, 'improvement', 'command', $2, $3, now())`, [id, canary, SERVICE.frontDoor]);
});

/** A business process with something that it needs, which has its id. */
const processAt = ({ owner }: FreshDatabase, make: Make, { site }: Label, number: string): Promise<Fixture> => make('process', 'continuity.process', 'continuity:read', async (id, canary) => {
  await owner.query(`insert into continuity.process (id, number, title, site_id, owner_id, review_on, made_by, made_at) values ($1, $2, $3, $4, $5, '2099-01-01', $5, now())`, [id, `BIA-${number}`, canary, site, SERVICE.frontDoor]);
  await owner.query(`insert into continuity.dependency (id, process_id, kind, name, added_by, added_at) values ($1, $1, 'vendor', $2, $3, now())`, [id, canary, SERVICE.frontDoor]);
});

/** A plan of maintenance with one round, whose words are the plan's. */
async function plansAt({ owner }: FreshDatabase, make: Make, { site }: Label): Promise<Fixture[]> {
  const plan = await make('plan', 'workorders.plan', 'workorders:read', (id, canary) => owner.query(
    `insert into workorders.plan (id, title, site_id, every, unit, starts_on, points, created_at) values ($1, $2, $3, 1, 'week', '2020-01-06', '[{"key": "1", "text": "Looked at"}]', now())`, [id, canary, site]));
  const round: Fixture = { ...plan, kind: 'round', id: uuidv7() };
  await owner.query(`insert into workorders.round (id, plan_id, planned_on, due_on) values ($1, $2, '2020-01-06', '2020-01-06')`, [round.id, plan.id]);
  return [plan, round];
}

/** A decision that another person may take here, proposed by somebody who may. */
async function decisionOn(fresh: FreshDatabase, { id: recordId, place, label }: Fixture): Promise<Fixture> {
  const [id, canary] = [uuidv7(), `canary-decision-${place}`];
  const [proposer] = await enrol(fresh, [{ name: `Proposer ${place}`, grants: label.wall ? [] : [{ role: 'gsoc-operator', site: label.site, isInForce: true }], parts: label.wall ? [{ part: 'wall-lead', wall: label.wall, isInForce: true }] : [] }]);
  await fresh.owner.query(`insert into two_person.decision (id, kind, state, permission, site_id, wall_id, record_id, same_as, payload, facts, reason, proposed_by, proposed_at, expires_at)
    values ($1, 'incidents.close', 'waiting', 'incidents:close', $2, $3, $4, $5, jsonb_build_object('what', $5::text), jsonb_build_object('what', $5::text), $5, $6, now(), now() + interval '1 day')`, [id, label.site, label.wall, recordId, canary, proposer?.id]);
  return { kind: 'decision', place, id, canary, label, readWith: 'incidents:close' };
}

/** A file of which retention has let the content go: everything but its bytes, which are not in the database. */
async function fileOn({ owner }: FreshDatabase, incident: Fixture): Promise<Fixture> {
  const file: Fixture = { ...incident, kind: 'file', id: uuidv7(), canary: `canary-file-${incident.place}` };
  await owner.query(`insert into files.file (id, record_id, name, size, sha256, media_type, added_by, added_at, removed_at) values ($1, $2, $3, 7, sha256('canary'), 'application/octet-stream', $4, now(), now())`, [file.id, incident.id, file.canary, SERVICE.frontDoor]);
  return file;
}

async function commentOn({ owner }: FreshDatabase, incident: Fixture): Promise<Fixture> {
  const comment: Fixture = { ...incident, kind: 'comment', id: uuidv7(), canary: `canary-comment-${incident.place}` };
  await owner.query(`insert into thread.comment (id, record_id, text, author_id, at) values ($1, $2, $3, $4, now())`, [comment.id, incident.id, comment.canary, SERVICE.frontDoor]);
  return comment;
}

/** A link from the incident to a record of the same label, whose title is the canary. */
async function linkOf(fresh: FreshDatabase, incident: Fixture): Promise<Fixture> {
  const [other, link] = [uuidv7(), { ...incident, kind: 'link', id: uuidv7(), canary: `canary-link-${incident.place}` }];
  await head(fresh, { id: other, kind: 'test.record', title: link.canary, readWith: link.readWith, label: link.label });
  await fresh.owner.query(`insert into thread.link (id, from_id, to_id, kind, drawn_by, drawn_at) values ($1, $2, $3, 'relates-to', $4, now())`, [link.id, incident.id, other, SERVICE.frontDoor]);
  return link;
}

/** One line of each sort, all with the incident's id turned into theirs, so that one parameter names any of them. */
async function linesOf({ owner }: FreshDatabase, { id, canary }: Fixture): Promise<void> {
  const by = SERVICE.frontDoor;
  await owner.query(`insert into incidents.log_entry (id, incident_id, seq, text, at, noted_at, author_id) values ($1, $1, 1, $2, now(), now(), $3)`, [id, canary, by]);
  await owner.query(`insert into incidents.person_involved (id, incident_id, role, name, added_by, added_at) values ($1, $1, 'witness', $2, $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.thing_involved (id, incident_id, kind, description, added_by, added_at) values ($1, $1, 'item', $2, $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.loss (id, incident_id, kind, description, amount_minor, currency, added_by, added_at) values ($1, $1, 'property', $2, 100, 'EUR', $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.timer (id, incident_id, name, due_at, started_at, started_by) values ($1, $1, $2, now() + interval '1 hour', now(), $3)`, [id, canary, by]);
  await owner.query(`insert into incidents.resource (id, incident_id, seq, kind, name, state, state_at, requested_at, requested_by) values ($1, $1, 1, 'team', $2, 'requested', now(), now(), $3)`, [id, canary, by]);
  await owner.query(`insert into incidents.situation_report (id, incident_id, seq, conditions, at, noted_at, author_id) values ($1, $1, 1, $2, now(), now(), $3)`, [id, canary, by]);
  await owner.query(`insert into incidents.reported_need (id, incident_id, report_id, seq, need) values ($1, $1, $1, 1, $2)`, [id, canary]);
  await owner.query(`insert into incidents.form_sheet (id, incident_id, form, chain_id, version, written, begun_at, begun_by, changed_at) values ($1, $1, '202', $1, 1, '{}', now(), $2, now())`, [id, by]);
  await owner.query(`insert into incidents.incident_merge (id, incident_id, into_id, reason, was_state, was_closure_reason, was_closure_summary, merged_by, merged_at, undone_by, undone_at, undone_reason) values ($1, $1, $1, $2, 'open', $2, $2, $3, now(), $3, now(), $2)`, [id, canary, by]);
  await owner.query(`insert into incidents.breach (id, incident_id, nature, person_categories, record_categories, consequences, measures, contact, risk_why, persons_told_words, opened_by, opened_at) values ($1, $1, $2, $2, $2, $2, $2, $2, $2, $2, $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.breach_notice (id, incident_id, clock, recipient, reference, given_at, late_why, given_by, noted_at) values ($1, $1, 'gdpr-authority', $2, $2, now(), $2, $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.cost_line (id, incident_id, kind, description, reference, amount_minor, currency, added_by, added_at) values ($1, $1, 'service', $2, $2, 100, 'EUR', $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.review (id, incident_id, summary, opened_by, opened_at) values ($1, $1, $2, $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.review_observation (id, incident_id, kind, capability, text, cause, recommendation, no_action_reason, added_by, added_at) values ($1, $1, 'improvement', $2, $2, $2, $2, $2, $3, now())`, [id, canary, by]);
  await owner.query(`insert into incidents.review_action (id, incident_id, observation_id, task_id, title, element, added_by, added_at) values ($1, $1, $1, $1, $2, 'planning', $3, now())`, [id, canary, by]);
}

async function signalOf({ owner }: FreshDatabase, source: Fixture): Promise<Fixture> {
  const [id, canary] = [uuidv7(), `canary-signal-${source.place}`];
  const raw = encodeFrame({ token: 'SIA-DCS', sequence: 1, account: `CAN${PLACES.indexOf(source.place) + 1}`, data: `Nri1/BA0001^${canary}^`, sentAt: Date.now() });
  await owner.query(`insert into signals.signal (key, seq, stream, source_ref, site_id, number, occurred_at, received_at, has_time, raw)
    select $1, $2, 1, ref, $3, 1, now(), now(), true, $4 from signals.source where id = $5`, [id, PLACES.indexOf(source.place) + 1, source.label.site, raw, source.id]);
  return { ...source, kind: 'signal', id, canary };
}

async function personAt(fresh: FreshDatabase, place: Place, label: Label): Promise<Fixture[]> {
  const canary = `canary-person-${place}`;
  const [person] = await enrol(fresh, [{ name: `Named ${place}`, grants: [], parts: [] }]);
  const id = person?.id ?? '';
  await fresh.owner.query(`update people.person set site_id = $2, title = $3 where id = $1`, [id, label.site, canary]);
  await fresh.owner.query(`insert into identity.credential (person_id, email) values ($1, $2)`, [id, `${canary}@test.example`]);
  await head(fresh, { id, kind: 'people.person', title: canary, readWith: 'people:read', label });
  return [{ kind: 'person', place, id, canary, label, readWith: 'people:read' }];
}

async function grantAt(fresh: FreshDatabase, place: Place, label: Label): Promise<Fixture[]> {
  const holders = await enrol(fresh, [{ name: `Holder ${place}`, grants: [{ role: 'employee', site: label.site, isInForce: true }], parts: [] }, { name: `Key ${place}`, kind: 'service', grants: [{ role: 'service-source', site: label.site, isInForce: true }], parts: [] }]);
  const [holder, machine] = holders.map(({ id }) => id);
  const grant = (await fresh.owner.query<{ id: string }>(`update access.grant set reason = $2 where person_id = $1 returning id`, [holder, `canary-grant-${place}`])).rows[0]?.id ?? '';
  const key = (await fresh.owner.query<{ id: string }>(`update access.session set kind = 'key', label = $2 where person_id = $1 returning id`, [machine, `canary-key-${place}`])).rows[0]?.id ?? '';
  return [{ kind: 'grant', place, id: grant, canary: `canary-grant-${place}`, label, readWith: 'identity:read' }, { kind: 'key', place, id: key, canary: `canary-key-${place}`, label, readWith: 'identity:sessions' }];
}

async function settingsAt({ owner }: FreshDatabase, place: Place): Promise<Fixture[]> {
  const allowance = uuidv7();
  await owner.query(`insert into net.allowance (id, range, reason, made_at, made_by) values ($1, $2, $3, now(), $4)`, [allowance, `10.0.${PLACES.indexOf(place)}.0/24`, `canary-allowance-${place}`, SERVICE.frontDoor]);
  const provider = uuidv7();
  await owner.query(`insert into identity.provider (id, name, issuer, client_id, scopes, second_factor, is_on, made_at, made_by, changed_at) values ($1, $2, 'https://192.0.2.1', 'parapet', 'openid', 'ask', false, now(), $3, now())`, [provider, `canary-provider-${place}`, SERVICE.frontDoor]);
  const [directory, actor] = [uuidv7(), uuidv7()];
  await owner.query(`insert into access.person (id, kind, name, state) values ($1, 'service', $2, 'active')`, [actor, `canary-directory-${place}`]);
  await owner.query(`insert into directory.directory (id, name, subject_from, adopts, actor_id, made_at, made_by, changed_at) values ($1, $2, 'none', false, $3, now(), $4, now())`, [directory, `canary-directory-${place}`, actor, SERVICE.frontDoor]);
  const delivery = uuidv7();
  await owner.query(`insert into deliver.delivery (id, source, source_id, person_id, channel, topic, urgent, state, reason, expires_at) values ($1, 'notify', uuidv7(), $2, 'mail', 'test.said', false, 'dead', $3, now())`, [delivery, SERVICE.frontDoor, `canary-delivery-${place}`]);
  const rule = uuidv7();
  // One id for the rule, its version and its test: a path with two names both by one.
  await owner.query(`insert into alarms.rule (id, number, name, created_by, created_at) values ($1, $2, $3, $4, now())`, [rule, `RUL-2026-9000${PLACES.indexOf(place)}`, `canary-rule-${place}`, SERVICE.frontDoor]);
  await owner.query(`insert into alarms.rule_version (id, rule_id, n, name, why, definition, state, written_by, written_at) values ($1, $1, 1, $2, '', '{"kind":"threshold","types":["access.denied-rights"],"count":5,"withinS":600,"place":"point","result":"access.denied-repeated","priority":null}', 'draft', $3, now())`, [rule, `canary-rule-${place}`, SERVICE.frontDoor]);
  await owner.query(`insert into alarms.back_test (id, version_id, by_id, at, from_at, until_at, signals, found, is_whole, is_cut) values ($1, $1, $2, now(), now() - interval '7 days', now(), 0, 0, true, false)`, [rule, SERVICE.frontDoor]);
  return [{ kind: 'rule', place, id: rule, canary: `canary-rule-${place}`, label: { site: null, wall: null }, readWith: 'alarms:read' }, { kind: 'directory', place, id: directory, canary: `canary-directory-${place}`, label: { site: null, wall: null }, readWith: 'identity:sessions' }, { kind: 'provider', place, id: provider, canary: `canary-provider-${place}`, label: { site: null, wall: null }, readWith: 'identity:sessions' }, { kind: 'delivery', place, id: delivery, canary: `canary-delivery-${place}`, label: { site: null, wall: null }, readWith: 'platform:system' }, { kind: 'allowance', place, id: allowance, canary: `canary-allowance-${place}`, label: { site: null, wall: null }, readWith: 'platform:system' }];
}

/** Links that lead out of sight: an open incident came from an alarm elsewhere and is joined with one behind a wall; an alarm here took a signal of elsewhere. */
async function linkAcross({ owner }: FreshDatabase, fixtures: readonly Fixture[]): Promise<void> {
  const id = (kind: string, place: Place) => fixtures.find((one) => one.kind === kind && one.place === place)?.id;
  const links = [['alarm', 'here', 'incident', 'here'], ['alarm', 'elsewhere', 'incident', 'here'], ['incident', 'walled', 'incident', 'here'], ['alarm', 'here', 'incident', 'walled'], ['incident', 'here', 'incident', 'otherwise']] as const;
  for (const [a, at, b, to] of links) await owner.query(`insert into platform.link (from_id, to_id, kind, actor) values ($1, $2, 'became', $3)`, [id(a, at), id(b, to), SERVICE.frontDoor]);
  for (const place of ['here', 'elsewhere'] as const) await owner.query(`insert into alarms.alarm_signal (alarm_id, signal_key, effect, at) values ($1, $2, 'raise', now())`, [id('alarm', 'here'), id('signal', place)]);
}

async function enrol({ owner }: FreshDatabase, people: Parameters<Department['enrol']>[0]): Promise<Actor[]> {
  const rows = people.map(({ name, state = 'active', kind = 'human', grants, parts }) => ({ id: uuidv7(), token: randomBytes(32).toString('base64url'), name, state, kind, grants, parts }));
  await owner.query(`insert into access.person (id, kind, name, state) select id, kind, name, state from jsonb_to_recordset($1::jsonb) as p(id uuid, kind text, name text, state text)`, [JSON.stringify(rows)]);
  const grants = rows.flatMap(({ id, grants: held }) => held.map(({ role, site, isInForce }) => ({ person: id, role, site, ended: !isInForce })));
  await owner.query(`insert into access.grant (id, person_id, role_id, site_id, since, until) select uuidv7(), g.person, r.id, g.site, now() - interval '2 days', case when g.ended then now() - interval '1 day' else 'infinity' end
    from jsonb_to_recordset($1::jsonb) as g(person uuid, role text, site uuid, ended boolean) join access.role r on r.key = g.role`, [JSON.stringify(grants)]);
  const parts = rows.flatMap(({ id, parts: held }) => held.map(({ part, wall, isInForce }) => ({ person: id, part, wall, ended: !isInForce })));
  await owner.query(`insert into access.wall_member (wall_id, person_id, part_id, since, until) select m.wall, m.person, r.id, now() - interval '2 days', case when m.ended then now() - interval '1 day' else 'infinity' end
    from jsonb_to_recordset($1::jsonb) as m(person uuid, part text, wall uuid, ended boolean) join access.role r on r.key = m.part`, [JSON.stringify(parts)]);
  await owner.query(`insert into access.session (token_hash, id, person_id, kind, expires_at) select decode(t.hash, 'hex'), uuidv7(), t.id, 'browser', now() + interval '1 day' from jsonb_to_recordset($1::jsonb) as t(hash text, id uuid)`,
    [JSON.stringify(rows.map(({ id, token }) => ({ id, hash: hashToken(token).toString('hex') })))]);
  return rows.map(({ id, token, name, state, grants: held, parts: behind }) => ({ id, name, state, grants: held, parts: behind, headers: { authorization: `Bearer ${token}` } }));
}

/** The shipped roles that a person or a service may have. */
export const GRANTABLE = ROLES.filter(({ kind }) => kind !== 'part');
export const PARTS = ROLES.filter(({ kind }) => kind === 'part');
