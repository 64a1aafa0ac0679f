import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    attempt: {
      about: 'exists (select from deliver.delivery d where d.id = x.delivery_id and d.person_id = $1)', key: `x.delivery_id || ':' || x.n`, at: 'x.at', texts: ['detail'],
      give: ['at', 'result'], plain: ['result'], erase: 'delete',
    },
    delivery: {
      about: 'x.person_id = $1', at: 'x.queued_at', give: ['channel', 'topic', 'state', 'queued_at', 'sent_at'], plain: ['source', 'channel', 'topic', 'state', 'reason'],
      erase: 'delete',
    },
    device: {
      about: 'x.person_id = $1', at: 'x.made_at', texts: ['label'], give: ['made_at', 'ended_at'], plain: ['ended_why'],
      secret: { p256dh: 'a key', auth: 'a key', endpoint: 'an address by which the device is reached' }, erase: 'delete',
    },
    webhook: {
      about: 'x.person_id = $1', at: 'x.made_at', texts: ['name', 'url'], give: ['made_at', 'ended_at'], plain: ['ended_why'], erase: 'delete',
    },
  },
  apart: {
    vapid: 'the key of this installation',
  },
};
