import { type Module, serve } from '#platform/kernel/http.ts';
import * as accounts from './accounts.service.ts';
import * as contract from './contract.ts';
import { seed } from './seed.ts';
import * as sessions from './sessions.service.ts';
import { signInRoutes } from './sign-in/routes.ts';

export default {
  name: 'identity',
  permissions: {
    'identity:read': 'See roles, grants and who may sign in',
    'identity:grant': 'Grant and end roles',
    'identity:invite': 'Make, suspend and end sign-ins',
    'identity:sessions': 'Make and revoke API keys',
    'identity:authenticate': 'Check passwords and open sessions (the front door only)',
    'identity:found': 'Make the first administrator (the front door only)',
  },
  seed,
  routes: [
    serve(contract.setupState, accounts.setupState),
    serve(contract.setup, accounts.setup),
    ...signInRoutes,
    serve(contract.signOut, sessions.signOut),
    serve(contract.me, accounts.me),
    serve(contract.changePassword, sessions.changePassword),
    serve(contract.listSessions, sessions.listSessions),
    serve(contract.endSession, sessions.endSession),
    serve(contract.listRoles, accounts.listRoles),
    serve(contract.listGrants, accounts.listGrants),
    serve(contract.grantRole, accounts.grantRole),
    serve(contract.endGrant, accounts.endGrant),
    serve(contract.createKey, accounts.createKey),
    serve(contract.listKeys, accounts.listKeys),
    serve(contract.revokeKey, accounts.revokeKey),
  ],
} satisfies Module;
