import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    expected: {
      about: 'x.person_id = $1', record: 'x.muster_id', at: 'x.said_at', actors: ['said_by'], texts: ['name', 'place'], give: ['state', 'said_at'], plain: ['state', 'said_way'],
    },
    gateway: {
      at: 'x.made_at', actors: ['made_by'], texts: ['name', 'sender'], give: ['kind'], plain: ['kind', 'origin', 'state', 'currency'], secret: { address: 'an address that many may write to who know it', token: 'a secret with the provider' },
    },
    muster: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.opened_at', actors: ['opened_by', 'closed_by'], texts: ['title', 'report'], give: ['number', 'state'], plain: ['number', 'state'],
    },
    notice: {
      record: 'x.id', wall: 'x.wall_id', at: 'x.made_at', actors: ['made_by', 'recalled_by'], texts: ['title', 'texts', 'over_quiet_why', 'recall_why'], give: ['number', 'state'],
      plain: ['number', 'template_key', 'audience', 'channels', 'pace', 'question', 'state'],
    },
    recipient: {
      about: 'x.person_id = $1', record: 'x.notice_id', at: 'x.answered_at', texts: ['note'], give: ['answer', 'answered_at', 'seen_at'], plain: ['language', 'answer', 'answered_by'], secret: { code_hash: 'the hash of a link' },
    },
    tongue: {
      about: 'x.person_id = $1', key: 'x.person_id', give: ['language'], plain: ['language'], erase: 'delete',
    },
  },
  apart: {
    send: 'how far a message is', attempt: 'what a gateway answered', setting: 'settings', template: 'words for what is sent often',
  },
};
