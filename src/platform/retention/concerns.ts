import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    hold: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.placed_at', actors: ['custodian_id', 'placed_by', 'released_by'], give: ['number'], plain: ['number', 'state'],
      secret: { matter: 'a legal hold stays as it was placed', reason: 'a legal hold stays as it was placed', release_reason: 'a legal hold stays as it was released' },
    },
    run: {
      at: 'x.asked_at', actors: ['asked_by', 'approved_by'], texts: ['outcome'], plain: ['classes', 'state'],
    },
    schedule: {
      at: 'x.changed_at', actors: ['changed_by'], texts: ['reason', 'owner', 'basis'], plain: ['class', 'purpose', 'runs_from', 'source'],
    },
    scope: {
      record: 'x.hold_id', actors: ['person_id'], plain: ['kind'],
    },
  },
  apart: {
    hanging: 'functions', kind: 'functions', run_count: 'counts', run_item: 'ids', run_walled: 'counts',
  },
};
