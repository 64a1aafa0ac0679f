import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    device: {
      record: 'x.id', at: 'x.created_at', texts: ['note', 'installer'], give: ['code', 'name'],
      plain: ['code', 'name', 'kind', 'make', 'model', 'serial', 'firmware', 'address', 'clip', 'state'],
    },
  },
  apart: {
    cursor: 'how far it came', fault: 'of devices', health: 'of devices', model: 'of devices', plate: 'what devices say of themselves', point: 'of devices', reckoning: 'settings',
  },
};
