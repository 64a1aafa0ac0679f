import { type Route, serve } from '#platform/kernel/http.ts';
import { myFactors } from '../factors/factors.service.ts';
import { renewRecoveryCodes } from '../factors/recovery.service.ts';
import { beginTotp, confirmTotp, removeTotp } from '../factors/totp.service.ts';
import * as keys from '../keys/contract.ts';
import { createOwnKey, listOwnKeys, revokeOwnKey } from '../keys/own-keys.service.ts';
import { singleSignOnRoutes } from '../oidc/routes.ts';
import { passkeyRoutes } from '../passkeys/routes.ts';
import * as recovery from '../recovery/contract.ts';
import { changeEmail } from '../recovery/email.service.ts';
import { resetByLink } from '../recovery/reset-link.service.ts';
import * as sessions from '../sessions/contract.ts';
import { listOpenSessions } from '../sessions/open-sessions.service.ts';
import { endOtherSessions } from '../sessions.service.ts';
import { confirm } from './confirm.service.ts';
import * as contract from './contract.ts';
import { beginTotpAtSignIn, confirmTotpAtSignIn } from './enrol.service.ts';
import { signIn, signInWays } from './password.service.ts';
import { requireSecondFactor, signInPolicy } from './policy.service.ts';
import { signInByRecoveryCode, signInByTotp } from './second-factor.service.ts';

/** How people sign in, with what, and what is required of whom. */
export const signInRoutes: readonly Route[] = [
  serve(contract.signInWays, signInWays),
  serve(contract.signIn, signIn),
  serve(contract.signInByTotp, signInByTotp),
  serve(contract.signInByRecoveryCode, signInByRecoveryCode),
  serve(contract.beginTotpAtSignIn, beginTotpAtSignIn),
  serve(contract.confirmTotpAtSignIn, confirmTotpAtSignIn),
  ...passkeyRoutes,
  ...singleSignOnRoutes,
  serve(contract.confirm, confirm),
  serve(contract.myFactors, myFactors),
  serve(contract.beginTotp, beginTotp),
  serve(contract.confirmTotp, confirmTotp),
  serve(contract.removeTotp, removeTotp),
  serve(contract.renewRecoveryCodes, renewRecoveryCodes),
  serve(recovery.resetByLink, resetByLink),
  serve(recovery.changeEmail, changeEmail),
  serve(sessions.endOtherSessions, endOtherSessions),
  serve(sessions.listOpenSessions, listOpenSessions),
  serve(keys.listOwnKeys, listOwnKeys),
  serve(keys.createOwnKey, createOwnKey),
  serve(keys.revokeOwnKey, revokeOwnKey),
  serve(contract.signInPolicy, signInPolicy),
  serve(contract.requireSecondFactor, requireSecondFactor),
];
