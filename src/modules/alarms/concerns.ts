import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    alarm: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.raised_at', actors: ['owner_id', 'acknowledged_by', 'shelved_by', 'closed_by'],
      texts: ['title', 'note', 'handed_to', 'shelved_why', 'cause'], give: ['number', 'raised_at'],
      plain: ['number', 'condition_key', 'type', 'source_name', 'point', 'area', 'handling', 'disposition', 'duplicate_of', 'incident_number'],
    },
    analysis: {
      at: 'x.made_at', actors: ['person_id'], texts: ['name'], give: ['made_at'], plain: ['reading', 'answer', 'cost'],
    },
    rationale: {
      at: 'x.written_at', actors: ['owner_id', 'written_by', 'approved_by'], give: ['type'], plain: ['type', 'state'],
      secret: { cause: 'an entry stays as it was approved', consequence: 'an entry stays as it was approved', response: 'an entry stays as it was approved' },
    },
    back_test: {
      at: 'x.at', actors: ['by_id'], give: ['at'],
    },
    hand_over: {
      record: 'x.shift_id', at: 'x.proposed_at', actors: ['decided_by'], texts: ['notes', 'why', 'frozen'], give: ['state', 'proposed_at'], plain: ['state', 'checked'],
    },
    offer: {
      key: 'x.alarm_id', record: 'x.alarm_id', at: 'x.offered_at', actors: ['person_id'], give: ['offered_at'],
    },
    routing: {
      key: 'x.one', at: 'x.changed_at', actors: ['changed_by'], give: ['changed_at'],
    },
    rule: {
      at: 'x.created_at', actors: ['created_by'], texts: ['name'], give: ['number'], plain: ['number', 'shipped'],
    },
    rule_version: {
      at: 'x.written_at', actors: ['written_by', 'activated_by', 'retired_by'], texts: ['activated_why', 'retired_why'], give: ['n'], plain: ['definition', 'state'],
      secret: { name: 'a version stays as it was in force', why: 'a version stays as it was in force' },
    },
    shift: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.began_at', actors: ['person_id', 'ended_by'], texts: ['ended_why', 'reach'], give: ['number', 'desk', 'began_at', 'ended_at'],
      plain: ['number', 'desk', 'ended_how'],
    },
    shift_entry: {
      record: 'x.shift_id', at: 'x.at', actors: ['by_id', 'struck_by'], texts: ['words', 'struck_why'], give: ['at'],
    },
    on_test: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.put_at', actors: ['owner_id', 'put_by', 'ended_by'], texts: ['name', 'reason', 'ended_why'], give: ['mode', 'begins_at', 'ends_at'],
      plain: ['mode', 'type', 'scope', 'point', 'covers'],
    },
    runaway: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.since', actors: ['released_by'], texts: ['released_why'], give: ['source_name', 'since'], plain: ['key', 'source_name', 'point'],
    },
  },
  apart: {
    clip: 'times of clips and why there is none; the clip is a file of the alarm', picture: 'times of pictures and why there is none; the picture is a file of the alarm', past: 'devices, sites and types as a file of another system names them', test_point: 'what was heard of points', control: 'what stood in the order of signals', alarm_signal: 'ids of signals', back_test_alarm: 'what rules would have raised', cursor: 'how far it came', held_signal: 'ids of signals', rule_clock: 'how far it came',
    rule_memory: 'what rules remember of signals',
  },
};
