import type { Concerns } from './port.ts';

export const concerns: Concerns = {
  tables: {
    request: {
      about: 'x.person_id = $1', at: 'x.received_at', actors: ['identity_by', 'assigned_to', 'received_by', 'approved_by', 'ended_by'], texts: ['name', 'also_known', 'channel', 'identity_how', 'extended_why', 'outcome'],
      give: ['number', 'kind', 'asked_on', 'state'], plain: ['number', 'kind', 'state', 'overrules'],
    },
    ask: { at: 'x.asked_at', wall: 'x.wall_id', actors: ['decided_by'], texts: ['name', 'ground'], plain: ['kind', 'state'] },
    erased: { about: 'x.person_id = $1', key: 'x.n', at: 'x.at', give: ['n', 'at'] },
  },
  apart: {
    concern: 'what the program declares', item: 'what was found, in a request; it is forgotten with its end', behind: 'the same, behind a wall', finding: 'counts', package: 'sealed, for a time',
  },
};
