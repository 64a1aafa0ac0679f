import type { Concerns } from './port.ts';

/** What the kernel's own tables have to do with people; by their whole names. */
export const KERNEL: Concerns = {
  tables: {
    'access.barred': {
      about: 'x.person_id = $1', key: `x.wall_id || ':' || x.person_id`, wall: 'x.wall_id',
    },
    'access.grant': {
      about: 'x.person_id = $1', at: 'x.since', actors: ['granted_by', 'approved_by'], texts: ['reason'],
      give: ['role=(select r.title from access.role r where r.id = x.role_id)', 'since', 'until'],
    },
    'access.lens': {
      about: 'x.viewer_id = $1 or x.as_person = $1', at: 'x.begun_at', give: ['begun_at', 'until'], plain: ['title', 'place', 'db_role'],
    },
    'access.person': {
      about: 'x.id = $1', record: 'x.id', at: 'x.created_at', knownBy: ['name'], texts: ['name'], give: ['state', 'created_at'], plain: ['kind', 'state', 'db_role'],
      erase: 'clear',
    },
    'access.session': {
      about: 'x.person_id = $1', at: 'x.created_at', texts: ['label'], give: ['created_at', 'last_seen_at', 'expires_at', 'address', 'agent'],
      plain: ['kind', 'address', 'agent'], erase: 'delete',
    },
    'access.wall': {
      wall: 'x.id', at: 'x.opened_at', actors: ['opened_by'],
    },
    'access.wall_member': {
      about: 'x.person_id = $1', key: `x.wall_id || ':' || x.person_id`, wall: 'x.wall_id', at: 'x.since', give: ['since', 'until'],
    },
    'ledger.entry': {
      key: `x.xid || ':' || x.id`, record: 'x.record_id', wall: 'x.wall_id', at: 'x.at', actors: ['actor'], give: ['verb', 'at'], plain: ['verb'],
      secret: { body: 'it is hashed; what names people stands in it as a salted hash' },
    },
    'ledger.erasable': {
      about: 'exists (select from ledger.entry e where e.xid = x.xid and e.id = x.entry_id and e.record_id = $1)', key: `x.xid || ':' || x.entry_id || ':' || x.field`,
      record: '(select e.record_id from ledger.entry e where e.xid = x.xid and e.id = x.entry_id)',
      wall: '(select e.wall_id from ledger.entry e where e.xid = x.xid and e.id = x.entry_id)', at: '(select e.at from ledger.entry e where e.xid = x.xid and e.id = x.entry_id)',
      texts: ['text'], give: ['field'], plain: ['field'], erase: 'delete', named: 'delete',
    },
    'platform.command': {
      about: 'x.actor = $1', key: `x.actor || ':' || x.key`, at: 'x.at', texts: ['reply'], give: ['at'], plain: ['key', 'request'], erase: 'delete', named: 'delete',
    },
    'platform.link': {
      key: `x.from_id || ':' || x.to_id || ':' || x.kind`, record: 'x.from_id', at: 'x.at', actors: ['actor'], give: ['kind', 'at'], plain: ['kind'],
    },
    'platform.outbox': {
      about: 'x.person_id = $1', key: `x.xid || ':' || x.seq`, record: 'x.record_id', wall: 'x.wall_id', at: 'x.at', give: ['topic', 'at'], plain: ['topic', 'read_permission'],
      erase: 'delete',
    },
    'platform.record': {
      about: 'x.id = $1', record: 'x.id', wall: 'x.wall_id', at: 'x.at', texts: ['title'], give: ['kind', 'number'], plain: ['kind', 'number', 'state', 'read_permission'],
      erase: 'clear',
    },
    'platform.search': {
      about: 'x.record_id = $1', key: 'x.record_id', record: 'x.record_id', texts: ['words'], clear: ['words'], erase: 'clear',
    },
  },
  apart: {
    'access.lens_grant': 'rights of the moment, with their lens', 'access.role': 'roles', 'access.role_permission': 'roles', 'access.sight': 'computed from grants and sites',
    'access.site': 'ids of sites', 'ledger.cursor': 'how far this server has sealed', 'ledger.head': 'signed hashes', 'ledger.leaf': 'an index over the entries',
    'ledger.mention': 'an index over the entries', 'ledger.tile': 'hashes', 'ledger.walled': 'an index over the records', 'platform.migration': 'of this program',
  },
};
