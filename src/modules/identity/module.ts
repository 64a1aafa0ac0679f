import { type Module, serve } from '#platform/kernel/http.ts';
import * as accounts from './accounts.service.ts';
import * as contract from './contract.ts';
import { glassRoutes } from './glass/routes.ts';
import * as grants from './grants.service.ts';
import * as keys from './keys/keys.service.ts';
import { mountBackChannel } from './oidc/back-channel.ts';
import * as rights from './rights-contract.ts';
import * as roles from './roles.service.ts';
import * as seeAs from './see-as/see-as.service.ts';
import { seed } from './seed.ts';
import * as sessions from './sessions.service.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { leadSteward } from './steward.ts';
import { SeenTokens } from './tokens/token-watch.ts';

export default {
  name: 'identity',
  permissions: {
    'identity:read': 'See roles, grants and who may sign in',
    'identity:grant': 'Grant and end roles',
    'identity:invite': 'Make, suspend and end sign-ins',
    'identity:sessions': 'Make and revoke API keys',
    'identity:authenticate': 'Check passwords and open sessions (the front door only)',
    'identity:found': 'Make the first administrator (the front door only)',
    'identity:break-glass': 'Enter a walled record in an emergency, with a reason and a witness',
    'identity:see-as': 'See what a role or a person sees, read only, as far as one may oneself',
    'identity:simulate': 'Play scenarios of the simulator, over the real ports',
    'identity:settle': 'Hand over the work of who left or moved (the steward only)',
  },
  seed,
  work: leadSteward,
  mount: mountBackChannel,
  watch: (db, now) => new SeenTokens(db, now),
  routes: [
    serve(contract.setupState, accounts.setupState),
    serve(contract.setup, accounts.setup),
    ...signInRoutes,
    serve(contract.signOut, sessions.signOut),
    serve(contract.me, accounts.me),
    serve(contract.changePassword, sessions.changePassword),
    serve(contract.listSessions, sessions.listSessions),
    serve(contract.endSession, sessions.endSession),
    serve(contract.listRoles, roles.listRoles),
    serve(rights.listOffers, roles.listOffers),
    serve(contract.listGrants, grants.listGrants),
    serve(contract.grantRole, grants.grantRole),
    serve(contract.endGrant, grants.endGrant),
    ...glassRoutes,
    serve(contract.beginSeeAs, seeAs.beginSeeAs),
    serve(contract.endSeeAs, seeAs.endSeeAs),
    serve(contract.createKey, keys.createKey),
    serve(contract.listKeys, keys.listKeys),
    serve(contract.revokeKey, keys.revokeKey),
  ],
} satisfies Module;
