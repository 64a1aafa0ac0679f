import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    fact_edit: {
      record: 'x.incident_id', at: 'x.at', actors: ['by_id'], texts: ['value'], give: ['field', 'at'], plain: ['field'],
    },
    incident: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.occurred_from', actors: ['commander_id', 'declared_by', 'closed_by'],
      texts: ['title', 'reported_by', 'place', 'narrative', 'fields', 'closure_summary'], give: ['number', 'occurred_from'],
      plain: ['number', 'type_key', 'subtype', 'state', 'closure_reason', 'losses', 'disputed'], kept: 'incidents',
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
