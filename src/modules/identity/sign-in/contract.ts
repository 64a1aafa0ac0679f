import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

/** With what somebody shows who they are. */
export const Factor = z.enum(['password', 'single', 'passkey', 'totp', 'recovery']);
export type Factor = z.infer<typeof Factor>;
/** With what somebody can prove again who they are, without leaving. */
export const Provable = z.enum(['password', 'passkey', 'totp', 'recovery']);
export type Provable = z.infer<typeof Provable>;

const Code = z.string().trim().min(1, 'Write the code').max(20);
const RecoveryCode = z.string().trim().min(1, 'Write a recovery code').max(40);

export const SignedIn = z.object({
  next: z.enum(['second-factor', 'enrol']).nullable().describe('null: signed in. second-factor: show one of `factors`. enrol: a role requires a second factor, and there is none yet: set one up'),
  factors: z.array(Factor).optional(),
  codesLeft: z.number().int().optional().describe('Recovery codes left, after one was used'),
});
export type SignedIn = z.infer<typeof SignedIn>;

export const signInWays = endpoint({ method: 'GET', path: '/sign-in/ways', summary: 'How people can sign in here beside a password', permission: 'public', reply: z.object({ passkeys: z.boolean(), providers: z.array(z.object({ id: z.uuid(), name: z.string() })).describe('Single sign-on') }) });
export const signIn = endpoint({
  method: 'POST', path: '/sign-in', summary: 'Sign in with e-mail and password; sets the session cookie, or says that a second factor is due', permission: 'public',
  body: z.object({ email: z.string().min(1).max(200), password: z.string().min(1, 'Write your password').max(200) }),
  reply: SignedIn,
});
export const signInByTotp = endpoint({ method: 'POST', path: '/sign-in/totp', summary: 'Go on with a sign-in: the code of an authenticator app', permission: 'public', body: z.object({ code: Code }), reply: SignedIn });
export const signInByRecoveryCode = endpoint({ method: 'POST', path: '/sign-in/recovery-code', summary: 'Go on with a sign-in: one of the recovery codes, which is spent', permission: 'public', body: z.object({ code: RecoveryCode }), reply: SignedIn });

const Qr = z.object({ size: z.number().int(), path: z.string() }).describe('An SVG path over size by size squares');
export const TotpBegun = z.object({ secret: z.string(), uri: z.string(), qr: Qr });
export type TotpBegun = z.infer<typeof TotpBegun>;
export const Enrolled = z.object({ recoveryCodes: z.array(z.string()).nullable().describe('Shown once, with the first factor; null where there are some already') });
export type Enrolled = z.infer<typeof Enrolled>;

export const beginTotpAtSignIn = endpoint({ method: 'POST', path: '/sign-in/enrol/totp', summary: 'Go on with a sign-in: set up an authenticator app, since a role requires a second factor', permission: 'public', reply: TotpBegun });
export const confirmTotpAtSignIn = endpoint({ method: 'POST', path: '/sign-in/enrol/totp/confirm', summary: 'Go on with a sign-in: the first code of the app that was set up', permission: 'public', body: z.object({ code: Code }), reply: Enrolled });

export const Confirming = z.object({ until: z.string().nullable().describe('Until when what was last proven is fresh'), by: z.array(Provable).describe('With what it can be proven again') });
export const confirm = endpoint({
  method: 'POST', path: '/confirm', summary: 'Prove again who sits there, for ten minutes, before credentials are changed', permission: 'signed-in',
  body: z.object({ by: z.enum(['password', 'totp', 'recovery']), secret: z.string().min(1).max(200) }), reply: z.object({ until: z.string() }),
});

export const Passkey = z.object({
  id: z.uuid(), name: z.string(), madeAt: z.string(), lastUsedAt: z.string().nullable(), isSynced: z.boolean().describe('Kept by a password manager on several devices'),
  suspectAt: z.string().nullable().describe('Since then it lets in no more: its counter went back, so that there may be a copy of it'),
});
export type Passkey = z.infer<typeof Passkey>;
export const Link = z.object({ id: z.uuid(), providerId: z.uuid(), provider: z.string(), knownAs: z.string(), madeAt: z.string(), madeBy: z.string(), lastUsedAt: z.string().nullable() });
export type Link = z.infer<typeof Link>;
export const Factors = z.object({
  hasPassword: z.boolean(),
  isRequired: z.boolean().describe('A role of mine requires a second factor'),
  totp: z.object({ since: z.string() }).nullable(),
  passkeys: z.array(Passkey),
  links: z.array(Link).describe('Providers of single sign-on that know me'),
  canHavePasskeys: z.boolean().describe('The address of this installation has a name'),
  recoveryCodes: z.object({ left: z.number().int(), madeAt: z.string() }).nullable(),
  confirming: Confirming,
});
export type Factors = z.infer<typeof Factors>;
export const myFactors = endpoint({ method: 'GET', path: '/factors', summary: 'With what I sign in', permission: 'signed-in', reply: Factors });
export const beginTotp = endpoint({ method: 'POST', path: '/factors/totp', summary: 'Set up an authenticator app; the one in force stays until the new one is confirmed', permission: 'signed-in', reply: TotpBegun });
export const confirmTotp = endpoint({ method: 'POST', path: '/factors/totp/confirm', summary: 'The first code of the app that was set up: from now on it is asked for', permission: 'signed-in', body: z.object({ code: Code }), reply: Enrolled });
export const removeTotp = endpoint({ method: 'DELETE', path: '/factors/totp', summary: 'Sign in without an authenticator app', permission: 'signed-in', reply: z.object({ removed: z.boolean() }) });
export const renewRecoveryCodes = endpoint({ method: 'POST', path: '/factors/recovery-codes', summary: 'Ten new recovery codes, shown once; the old ones end', permission: 'signed-in', reply: z.object({ recoveryCodes: z.array(z.string()) }) });

export const RoleRule = z.object({
  key: z.string(), title: z.string(), isAdministrative: z.boolean().describe('It administers sign-ins or the system'), secondFactor: z.boolean(),
  holders: z.number().int(), without: z.number().int().describe('Of them, without a second factor yet'),
});
export type RoleRule = z.infer<typeof RoleRule>;
export const signInPolicy = endpoint({ method: 'GET', path: '/sign-in-policy', summary: 'For which roles a second factor is required', permission: 'identity:sessions', reply: z.object({ roles: z.array(RoleRule) }) });
export const requireSecondFactor = endpoint({
  method: 'PUT', path: '/sign-in-policy', summary: 'Require a second factor of a role, or no more', permission: 'identity:sessions',
  body: z.object({ roleKey: z.string().max(60), secondFactor: z.boolean() }), reply: z.object({ roleKey: z.string(), secondFactor: z.boolean() }),
});
