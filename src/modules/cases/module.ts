import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import { findingRoutes } from './finding-routes.ts';
import { admitMember, removeMember } from './members.service.ts';
import * as opening from './open.service.ts';
import * as read from './read.service.ts';
import { reportRoutes } from './report-routes.ts';

export default {
  name: 'cases',
  permissions: {
    'cases:read': 'Read cases whose room one stands in',
    'cases:open': 'Open a case',
    'cases:write': 'Record on a case in whose room one stands',
    'cases:findings': 'Write findings, and how a case ended',
    'cases:approve': 'Review what was found',
    'cases:close': 'Close and reopen cases, with another member',
    'cases:triage': 'Triage reports of the front door, and answer reporters',
    'cases:report': 'Take reports of the front door (the front door only)',
    'cases:wall': 'Say who stands in the room of a case',
  },
  routes: [
    serve(contract.listCases, read.listCases),
    serve(contract.openCase, opening.openCase),
    serve(contract.readCase, read.readCase),
    serve(contract.changeCase, opening.changeCase),
    serve(contract.admitMember, admitMember),
    serve(contract.removeMember, removeMember),
    serve(contract.readTimeline, read.readTimeline),
    ...reportRoutes,
    ...findingRoutes,
  ],
} satisfies Module;
