import { v7 as uuidv7 } from 'uuid';
import type { Department } from './department.ts';

/** Rows behind the second wall of what takes days, damage or an emergency to come about: a broken glass, a handed over task, a ladder that is climbed, an event of the wall, a mapping of a source, the key of a source, a job of somebody who stands there, a legal hold, a dry run that counted it. */
export async function rareRows({ at, fresh: { owner }, walls, sites, target, keeper }: Department): Promise<void> {
  const { id } = at('incident', 'otherwise');
  const [ask, handover] = [uuidv7(), uuidv7()];
  await owner.query(`insert into identity.glass_ask (id, asker_id, witness_id, number, reason, words, minutes, state, confirmed_at, used_at) values ($1, $2, $3, $4, 'imminent danger to life', $5, 30, 'used', now(), now())`, [ask, target, keeper, `INC-W-2020-0000${5}`, 'Nobody behind the wall answers the telephone.']);
  await owner.query(`insert into identity.glass_entry (id, ask_id, wall_id, record_id, site_id, keep_permission, read_permission, asker_id, witness_id, reason, words, until) values (uuidv7(), $1, $2, $3, $4, 'incidents:wall', 'incidents:read', $5, $6, 'imminent danger to life', 'Nobody behind the wall answers the telephone.', now() + interval '1 hour')`, [ask, walls.two, id, sites.elsewhere, target, keeper]);
  await owner.query(`insert into identity.wall_event (wall_id, verb, person_id) values ($1, 'glass-broken', $2)`, [walls.two, target]);
  await owner.query(`insert into identity.handover (id, person_id, cause, hand_to, by_id, due_at) values ($1, $2, 'left', $3, $3, now())`, [handover, target, keeper]);
  await owner.query(`insert into identity.handed_over (handover_id, record_id, item_id, kind, at) values ($1, $2, $3, 'tasks.task', now())`, [handover, id, at('task', 'otherwise').id]);
  await owner.query(`insert into notify.escalation (class, cause_id, record_id, site_id, while_state, steps) values ('alarms.not-taken', uuidv7(), $1, $2, '{open}', '[]')`, [id, sites.elsewhere]);
  await owner.query(`insert into incidents.review_observation (id, incident_id, kind, capability, text, added_by, added_at, struck_at, struck_by, struck_reason) values (uuidv7(), $1, 'strength', 'detection', 'Seen at once', $2, now(), now(), $2, 'Written twice')`, [id, keeper]);
  const room = at('case', 'otherwise').id;
  const struck = [room, keeper];
  await owner.query(`insert into cases.person (id, case_id, role, name, added_by, added_at, struck_at, struck_by, struck_reason) values (uuidv7(), $1, 'other', 'Somebody', $2, now(), now(), $2, 'Written twice')`, struck);
  await owner.query(`insert into cases.allegation (id, case_id, seq, type_key, text, added_by, added_at, struck_at, struck_by, struck_reason) values (uuidv7(), $1, 2, 'cargo', 'Alleged', $2, now(), now(), $2, 'Written twice')`, struck);
  await owner.query(`insert into cases.loss (id, case_id, description, amount_minor, currency, added_by, added_at, struck_at, struck_by, struck_reason) values (uuidv7(), $1, 'Lost', 1, 'EUR', $2, now(), now(), $2, 'Written twice')`, struck);
  await owner.query(`insert into cases.review (id, case_id, verdict, words, by_id, at) values (uuidv7(), $1, 'passed', 'Sound', $2, now())`, struck);
  await owner.query(`insert into cases.closing (id, case_id, closed_at, proposed_by, findings, root_cause, outcome, reopened_at, reopened_by, reopened_reason) values (uuidv7(), $1, now(), $2, '[]', 'No list', 'other', now(), $2, 'A witness came')`, struck);
  await owner.query(`insert into incidents.breach_notice (id, incident_id, clock, recipient, reference, given_at, given_by, noted_at, struck_at, struck_by, struck_reason) values (uuidv7(), $1, 'uk-gdpr', 'Regulator', 'None', now(), $2, now(), now(), $2, 'Noted twice')`, [id, keeper]);
  await owner.query(`insert into incidents.cost_line (id, incident_id, kind, description, amount_minor, currency, added_by, added_at, struck_at, struck_by, struck_reason) values (uuidv7(), $1, 'other', 'Sent twice', 1, 'EUR', $2, now(), now(), $2, 'Sent twice')`, [id, keeper]);
  await owner.query(`insert into signals.source_signature (source_id, sealed) values ($1, $2)`, [at('source', 'otherwise').id, Buffer.from('sealed')]);
  await owner.query(`insert into alarms.picture (alarm_id, device_id, asked_at, why, detail) values ($1, $2, now(), 'unreachable', 'No answer')`, [at('alarm', 'otherwise').id, at('device', 'elsewhere').id]);
  await owner.query(`insert into alarms.clip (alarm_id, device_id, asked_at, why, detail) values ($1, $2, now(), 'unreachable', 'No answer')`, [at('alarm', 'otherwise').id, at('device', 'elsewhere').id]);
  await owner.query(`insert into signals.source_key (source_id, sealed) values ($1, $2)`, [at('source', 'otherwise').id, Buffer.from('sealed')]);
  await owner.query(`insert into signals.mapping (id, source_id, number, body, note, made_from, reason, made_by) values (uuidv7(), $1, 1, '{}', 'The first', 'verkada', 'Tried', $2)`, [at('source', 'otherwise').id, keeper]);
  const [hold, run] = [uuidv7(), uuidv7()];
  await owner.query(`insert into retention.hold (id, number, matter, reason, custodian_id, wall_id, placed_by, placed_at) values ($1, 'HLD-W-2020-00005', 'A claim', 'A letter', $2, $3, $2, now())`, [hold, keeper, walls.two]);
  await owner.query(`insert into retention.scope (id, hold_id, record_id) values (uuidv7(), $1, $2)`, [hold, id]);
  await owner.query(`insert into retention.run (id, classes, with_walled, as_of, asked_by, asked_at) values ($1, '{incidents}', true, now(), $2, now())`, [run, keeper]);
  await owner.query(`insert into retention.run_item (run_id, kind, id, record_id, at, is_walled, state) values ($1, 'incidents.incident', $2, $2, now(), true, 'due')`, [run, id]);
}
