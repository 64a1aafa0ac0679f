import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    breach: {
      record: 'x.incident_id', at: 'x.opened_at', actors: ['opened_by'], texts: ['nature', 'person_categories', 'record_categories', 'consequences', 'measures', 'contact', 'risk_why', 'persons_told_words'], give: ['opened_at'], plain: ['risk'],
    },
    breach_notice: {
      record: 'x.incident_id', at: 'x.given_at', actors: ['given_by', 'struck_by'], texts: ['recipient', 'reference', 'late_why', 'struck_reason'], give: ['clock', 'given_at'], plain: ['clock'],
    },
    cost_line: {
      record: 'x.incident_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['description', 'reference', 'struck_reason'], give: ['kind', 'amount_minor', 'currency'], plain: ['kind', 'currency'],
    },
    hourly_rate: { at: 'x.set_at', actors: ['set_by', 'struck_by'], give: ['what', 'rate_minor', 'currency'], plain: ['what', 'agency', 'currency'] },
    activation: {
      record: 'x.incident_id', at: 'x.activated_at', actors: ['activated_by', 'ended_by'], texts: ['why', 'ended_why'], give: ['activated_at', 'ended_at'], plain: ['mode', 'left_open'],
    },
    period: {
      record: 'x.incident_id', at: 'x.starts_at', actors: ['begun_by', 'ended_by'], texts: ['emphasis'], give: ['number', 'starts_at', 'ends_at'],
    },
    period_step: {
      key: 'x.period_id', record: 'x.incident_id', at: 'x.done_at', actors: ['done_by'], give: ['step', 'done_at'], plain: ['step'],
    },
    command_position: {
      record: 'x.incident_id', at: 'x.added_at', actors: ['added_by', 'closed_by'], texts: ['title'], give: ['kind', 'added_at'], plain: ['kind'],
    },
    position_holder: {
      record: 'x.incident_id', at: 'x.from_at', actors: ['person_id', 'from_by', 'until_by'], texts: ['name', 'agency'], give: ['from_at', 'until_at'],
    },
    transfer: {
      record: 'x.incident_id', at: 'x.proposed_at', actors: ['to_id', 'proposed_by', 'decided_by'], texts: ['briefing', 'why'], give: ['state', 'proposed_at', 'decided_at'], plain: ['state'],
    },
    decision: {
      record: 'x.incident_id', at: 'x.at', actors: ['decided_by', 'noted_by', 'struck_by'], texts: ['decision', 'why', 'options', 'struck_reason'], give: ['number', 'at'],
    },
    need: {
      record: 'x.incident_id', at: 'x.added_at', actors: ['added_by'], texts: ['text'], give: ['state', 'added_at'], plain: ['state'],
    },
    objective: {
      record: 'x.incident_id', at: 'x.set_at', actors: ['set_by', 'struck_by'], texts: ['text', 'strategies', 'struck_reason'], give: ['number', 'state', 'set_at'], plain: ['state'],
    },
    safety_message: {
      record: 'x.incident_id', at: 'x.at', actors: ['by_id', 'ended_by'], texts: ['text'], give: ['at', 'ended_at'],
    },
    timer: {
      record: 'x.incident_id', at: 'x.started_at', actors: ['started_by', 'stopped_by'], texts: ['name'], give: ['due_at', 'started_at', 'stopped_at'],
    },
    fact_edit: {
      record: 'x.incident_id', at: 'x.at', actors: ['by_id'], texts: ['value'], give: ['field', 'at'], plain: ['field'],
    },
    form_sheet: {
      record: 'x.incident_id', at: 'x.begun_at', actors: ['begun_by', 'signed_by', 'approved_by'], texts: ['subject', 'why', 'written', 'frozen', 'signed_as'], give: ['form', 'version'], plain: ['form'],
    },
    incident: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.occurred_from', actors: ['commander_id', 'declared_by', 'closed_by'],
      texts: ['title', 'reported_by', 'place', 'narrative', 'fields', 'closure_summary'], give: ['number', 'occurred_from'],
      plain: ['number', 'type_key', 'subtype', 'state', 'closure_reason', 'losses', 'disputed'], kept: 'incidents',
    },
    incident_merge: {
      record: 'x.incident_id', at: 'x.merged_at', actors: ['merged_by', 'undone_by', 'was_closed_by'], texts: ['reason', 'undone_reason', 'was_closure_summary'], give: ['merged_at', 'undone_at'], plain: ['was_state', 'was_closure_reason'],
    },
    log_entry: {
      record: 'x.incident_id', at: 'x.at', actors: ['author_id', 'struck_by'], texts: ['text', 'struck_reason'], give: ['at'], plain: ['kind'],
    },
    loss: {
      record: 'x.incident_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['description', 'struck_reason'], give: ['kind', 'amount_minor', 'currency'],
      plain: ['kind', 'currency'],
    },
    person_involved: {
      about: 'x.person_id = $1', record: 'x.incident_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['name', 'struck_reason'], clear: ['details'],
      give: ['role', 'injury', 'details'], plain: ['role', 'injury'], erase: 'clear',
    },
    reported_need: { record: 'x.incident_id', actors: ['became_by'], texts: ['need'], plain: ['became'] },
    resource: {
      record: 'x.incident_id', at: 'x.requested_at', actors: ['checked_in_by', 'requested_by', 'struck_by'],
      texts: ['name', 'identifier', 'agency', 'leader', 'contact', 'qualifications', 'notes', 'order_number', 'departed_from', 'travel', 'place', 'assigned_to', 'struck_reason'], give: ['kind', 'state'], plain: ['kind', 'state'],
    },
    resource_move: { record: 'x.incident_id', at: 'x.at', actors: ['by_id'], texts: ['words'], give: ['verb', 'at'], plain: ['verb', 'was', 'became'] },
    situation_report: { record: 'x.incident_id', at: 'x.at', actors: ['author_id', 'struck_by'], texts: ['conditions', 'actions', 'struck_reason'], give: ['at'] },
    review: {
      record: 'x.incident_id', at: 'x.opened_at', actors: ['opened_by', 'proposed_by', 'approved_by'], texts: ['summary'], give: ['state', 'opened_at'], plain: ['state', 'ratings'],
    },
    review_action: {
      record: 'x.incident_id', at: 'x.added_at', actors: ['added_by'], texts: ['title'], give: ['element'], plain: ['element'],
    },
    review_observation: {
      record: 'x.incident_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['text', 'recommendation', 'no_action_reason', 'struck_reason'], give: ['kind', 'capability', 'cause'],
      plain: ['kind', 'capability', 'cause'],
    },
    step: {
      record: 'x.incident_id', at: 'x.at', actors: ['person_id'], texts: ['reason', 'was', 'became'], give: ['verb', 'at'], plain: ['verb'],
    },
    thing_involved: {
      record: 'x.incident_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['description', 'identifier', 'details', 'struck_reason'], give: ['kind'],
      plain: ['kind', 'role'],
    },
  },
  apart: {},
};
