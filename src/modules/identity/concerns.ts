import type { Concerns } from '#platform/subjects/port.ts';

export const concerns: Concerns = {
  tables: {
    api_key: {
      about: 'x.owner_id = $1', key: 'x.person_id', at: 'x.made_at', actors: ['person_id', 'made_by'], give: ['made_at'],
    },
    attempt: {
      key: 'x.key', at: 'x.first_at', texts: ['key'], give: ['failures', 'first_at'], named: 'delete',
    },
    ceremony: {
      about: 'x.person_id = $1', at: 'x.made_at', plain: ['kind', 'state'], erase: 'delete',
    },
    credential: {
      about: 'x.person_id = $1', key: 'x.person_id', at: 'x.changed_at', actors: ['changed_by'], knownBy: ['email'], texts: ['email'], give: ['changed_at'],
      secret: { password_hash: 'a secret' }, erase: 'delete',
    },
    glass_ask: {
      at: 'x.asked_at', actors: ['asker_id', 'witness_id'], plain: ['state'],
      secret: { reason: 'whether there is such a record is said to nobody', words: 'whether there is such a record is said to nobody', declined_why: 'whether there is such a record is said to nobody', number: 'whether there is such a record is said to nobody' },
    },
    glass_entry: {
      record: 'x.record_id', wall: 'x.wall_id', at: 'x.entered_at', actors: ['asker_id', 'witness_id', 'ended_by', 'reviewed_by'], texts: ['reason', 'words', 'review_why'],
      give: ['entered_at'], plain: ['keep_permission', 'read_permission', 'verdict'],
    },
    handed_over: {
      key: `x.handover_id || ':' || x.item_id`, record: 'x.record_id', at: 'x.at', actors: ['to_id'], plain: ['kind'],
    },
    handover: {
      about: 'x.person_id = $1', at: 'x.due_at', actors: ['hand_to', 'by_id'], give: ['cause', 'due_at'], plain: ['cause'],
    },
    line: {
      about: 'x.person_id = $1', at: 'x.since', actors: ['manager_id', 'set_by'], give: ['since', 'until'],
    },
    link: {
      about: 'x.person_id = $1', at: 'x.made_at', actors: ['made_by'], texts: ['known_as'], give: ['made_at', 'last_used_at'],
      secret: { subject: 'what the provider calls the person' }, erase: 'delete',
    },
    passkey: {
      about: 'x.person_id = $1', at: 'x.made_at', texts: ['name'], give: ['made_at', 'last_used_at'], plain: ['transports'], erase: 'delete',
    },
    proof: {
      about: 'x.person_id = $1', key: 'x.session_id', at: 'x.confirmed_at', give: ['opened_with'], plain: ['opened_with'], erase: 'delete',
    },
    provider: {
      at: 'x.made_at', actors: ['made_by'], plain: ['name', 'issuer', 'client_id', 'scopes', 'second_factor', 'asked_words'],
    },
    provider_session: {
      about: 'exists (select from access.session s where s.id = x.session_id and s.person_id = $1)', key: 'x.session_id',
      secret: { subject: 'what the provider calls the person', sid: 'of a session' }, erase: 'delete',
    },
    recovery_code: {
      about: 'x.person_id = $1', key: `encode(x.hash, 'hex')`, at: 'x.made_at', erase: 'delete',
    },
    reset_link: {
      about: 'x.person_id = $1', at: 'x.made_at', actors: ['made_by'], give: ['made_at', 'used_at'], erase: 'delete',
    },
    role_rule: {
      key: 'x.role_id', at: 'x.set_at', actors: ['set_by'],
    },
    suspension: {
      about: 'x.person_id = $1', key: `x.wall_id || ':' || x.person_id`, wall: 'x.wall_id', at: 'x.at', actors: ['by_id'],
    },
    totp: {
      about: 'x.person_id = $1', at: 'x.made_at', give: ['made_at'], erase: 'delete',
    },
    turn: {
      about: 'x.person_id = $1', key: 'x.person_id', at: 'x.at', actors: ['by_id'], clear: ['reason'], give: ['state', 'reason', 'at'], plain: ['state'], erase: 'clear',
    },
    wall_event: {
      wall: 'x.wall_id', at: 'x.at', actors: ['person_id', 'other_id', 'by_id'], plain: ['verb'],
    },
  },
  apart: {
    organisation: 'the organisation',
  },
};
