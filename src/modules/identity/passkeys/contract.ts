import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Enrolled, SignedIn } from '../sign-in/contract.ts';

const ById = z.object({ id: z.uuid() });
const bytes = (most: number) => z.base64url().min(1).max(most);
const Name = z.string().trim().min(1, 'Give it a name').max(80);
const Known = z.object({ id: z.string(), transports: z.array(z.string()) });

/** What the browser needs to ask for a passkey. */
export const PasskeyQuestion = z.object({ challenge: z.string(), rpId: z.string(), timeoutMs: z.number().int(), allow: z.array(Known).describe('Empty: whichever the person has for this address') });
export type PasskeyQuestion = z.infer<typeof PasskeyQuestion>;
/** What it answers. */
const Assertion = z.object({ id: bytes(1400), clientDataJson: bytes(4000), authenticatorData: bytes(4000), signature: bytes(2000), userHandle: bytes(200).nullable().default(null) });
export type Assertion = z.infer<typeof Assertion>;

/** What the browser needs to make one. */
export const PasskeyOffer = z.object({
  challenge: z.string(), rpId: z.string(), rpName: z.string(), timeoutMs: z.number().int(), algorithms: z.array(z.number().int()), exclude: z.array(Known),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
});
export type PasskeyOffer = z.infer<typeof PasskeyOffer>;
const NewPasskey = z.object({ name: Name, id: bytes(1400), clientDataJson: bytes(4000), attestationObject: bytes(40_000), transports: z.array(z.string().max(20)).max(10) });
export type NewPasskey = z.infer<typeof NewPasskey>;

export const askPasskeyAtSignIn = endpoint({ method: 'POST', path: '/sign-in/passkey/question', summary: 'Ask for a passkey, in place of a password or after it', permission: 'public', reply: PasskeyQuestion });
export const signInByPasskey = endpoint({ method: 'POST', path: '/sign-in/passkey', summary: 'Sign in with a passkey, which is two factors in one; after a password it is the second', permission: 'public', body: Assertion, reply: SignedIn });
export const offerPasskeyAtSignIn = endpoint({ method: 'POST', path: '/sign-in/enrol/passkey/offer', summary: 'Go on with a sign-in: set up a passkey, since a role requires a second factor', permission: 'public', reply: PasskeyOffer });
export const addPasskeyAtSignIn = endpoint({ method: 'POST', path: '/sign-in/enrol/passkey', summary: 'Go on with a sign-in: the passkey that was made', permission: 'public', body: NewPasskey, reply: Enrolled });

export const askPasskeyToConfirm = endpoint({ method: 'POST', path: '/confirm/passkey/question', summary: 'Ask for one of my passkeys', permission: 'signed-in', reply: PasskeyQuestion });
export const confirmByPasskey = endpoint({ method: 'POST', path: '/confirm/passkey', summary: 'Prove again by a passkey who sits there, for ten minutes', permission: 'signed-in', body: Assertion, reply: z.object({ until: z.string() }) });

export const offerPasskey = endpoint({ method: 'POST', path: '/factors/passkeys/offer', summary: 'Make a passkey for this account', permission: 'signed-in', reply: PasskeyOffer });
export const addPasskey = endpoint({ method: 'POST', path: '/factors/passkeys', summary: 'Keep the passkey that was made; with the first factor come recovery codes', permission: 'signed-in', status: 201, body: NewPasskey, reply: Enrolled.extend({ id: z.uuid() }) });
export const renamePasskey = endpoint({ method: 'PATCH', path: '/factors/passkeys/:id', summary: 'Give a passkey another name', permission: 'signed-in', params: ById, body: z.object({ name: Name }), reply: z.object({ id: z.uuid(), name: z.string() }) });
export const removePasskey = endpoint({ method: 'DELETE', path: '/factors/passkeys/:id', summary: 'A passkey lets in no more', permission: 'signed-in', params: ById, reply: z.object({ removed: z.boolean() }) });
