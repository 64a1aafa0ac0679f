import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    part: {
      record: 'x.workorder_id', at: 'x.added_at', texts: ['struck_why'], give: ['name'], plain: ['name', 'part_number', 'currency'],
    },
    plan: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.created_at', texts: ['title', 'detail', 'points', 'stopped_why'], give: ['title'], plain: ['device_kind', 'unit', 'state'],
    },
    retest: {
      record: 'x.workorder_id', at: 'x.started_at', actors: ['started_by', 'by_hand', 'fixer_id'], texts: ['reason'], give: ['state'], plain: ['checks', 'state'],
    },
    round: {
      record: 'x.plan_id', at: 'x.done_at', actors: ['done_by'], texts: ['postponed_why', 'answers', 'note'], give: ['planned_on', 'state'], plain: ['state'],
    },
    visit: {
      record: 'x.workorder_id', at: 'x.planned_from', texts: ['who', 'struck_why'], give: ['planned_from', 'arrived_at', 'left_at'],
    },
    workorder: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.raised_at', actors: ['owner_id', 'raised_by', 'fixed_by', 'ended_by'],
      texts: ['title', 'detail', 'firm_contact', 'waiting_why', 'cause', 'done', 'exemption', 'cancel_reason'], give: ['number', 'state'],
      plain: ['number', 'origin', 'fault_code', 'state', 'firm'],
    },
  },
  apart: {
    concern: 'which devices', setting: 'settings',
  },
};
