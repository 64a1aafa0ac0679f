import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    import: {
      about: 'x.person_id = $1', at: 'x.begun_at', texts: ['name', 'head', 'tried', 'done'], give: ['kind', 'begun_at'], plain: ['kind', 'source', 'state'],
      secret: { mapping: 'which column is which' },
    },
    mapping: {
      about: 'x.person_id = $1', key: `x.person_id || ':' || x.kind || ':' || x.heading`, plain: ['kind', 'heading', 'mapping'], erase: 'delete',
    },
    outcome: {
      key: `x.import_id || ':' || x.is_trial || ':' || x.n`, record: 'x.record_id', texts: ['label', 'faults', 'cells'], give: ['line', 'does'], plain: ['does'],
    },
  },
  apart: {
    known: 'ids by which other systems know records', part: 'the bytes of a file that is brought in; they go with its end',
  },
};
