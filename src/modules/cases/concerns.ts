import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    case: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.opened_at', actors: ['lead_id', 'opened_by'], texts: ['title', 'summary', 'root_cause', 'outcome_words'], give: ['number', 'opened_at'],
      plain: ['number', 'type_key', 'state', 'source', 'outcome'], kept: 'cases',
    },
    person: {
      about: 'x.person_id = $1', record: 'x.case_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['name', 'struck_reason'], clear: ['details'], give: ['role', 'details'], plain: ['role'], erase: 'clear',
    },
    allegation: {
      record: 'x.case_id', at: 'x.added_at', actors: ['added_by', 'found_by', 'struck_by'], texts: ['text', 'finding_why', 'struck_reason'], give: ['type_key', 'finding'], plain: ['type_key', 'finding'],
    },
    element: { record: 'x.case_id', texts: ['text', 'note'], give: ['state'], plain: ['state'] },
    loss: {
      record: 'x.case_id', at: 'x.added_at', actors: ['added_by', 'struck_by'], texts: ['description', 'struck_reason'], give: ['amount_minor', 'currency'], plain: ['currency'],
    },
    review: { record: 'x.case_id', at: 'x.at', actors: ['by_id'], texts: ['words'], give: ['verdict', 'at'], plain: ['verdict'] },
    closing: {
      record: 'x.case_id', at: 'x.closed_at', actors: ['proposed_by', 'decided_by', 'reopened_by'], texts: ['findings', 'root_cause', 'reopened_reason'], give: ['closed_at', 'outcome'], plain: ['outcome'],
    },
    report: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.received_at', actors: ['triaged_by'], texts: ['text', 'place', 'about', 'name', 'contact', 'triage_why'], give: ['number', 'received_at'], plain: ['number', 'type_key', 'state'],
      secret: { code_hash: 'opens the channel of whoever reported' }, kept: 'cases',
    },
    report_message: { record: 'x.report_id', at: 'x.at', actors: ['author_id'], texts: ['text'], give: ['at'] },
    kept_out: { record: 'x.report_id', at: 'x.at', actors: ['person_id'], texts: ['why'], give: ['at'] },
    step: {
      record: 'x.case_id', at: 'x.at', actors: ['person_id'], texts: ['reason', 'was', 'became'], give: ['verb', 'at'], plain: ['verb'],
    },
  },
  apart: {},
};
