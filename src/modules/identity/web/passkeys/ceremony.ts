import type { CallInput } from '#platform/kernel/contract.ts';
import type { addPasskey, PasskeyOffer, PasskeyQuestion, signInByPasskey } from '../../contract.ts';
import { t } from './messages.en.ts';

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
const textOf = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const listOf = (known: PasskeyQuestion['allow']): PublicKeyCredentialDescriptor[] => known.map(({ id, transports }) => ({ type: 'public-key', id: bytesOf(id), transports: transports as AuthenticatorTransport[] }));

/** Whether this browser knows passkeys at all. */
export const knowsPasskeys = (): boolean => typeof PublicKeyCredential === 'function';

/** Asks the browser for a passkey: for its person it is one gesture. Rejects as the browser does. */
export async function usePasskey({ challenge, rpId, timeoutMs, allow }: PasskeyQuestion): Promise<CallInput<typeof signInByPasskey>> {
  const found = await navigator.credentials.get({ publicKey: { challenge: bytesOf(challenge), rpId, timeout: timeoutMs, allowCredentials: listOf(allow), userVerification: 'required' } });
  const { rawId, response } = found as PublicKeyCredential;
  const { clientDataJSON, authenticatorData, signature, userHandle } = response as AuthenticatorAssertionResponse;
  return { id: textOf(rawId), clientDataJson: textOf(clientDataJSON), authenticatorData: textOf(authenticatorData), signature: textOf(signature), userHandle: userHandle && userHandle.byteLength > 0 ? textOf(userHandle) : null };
}

/** Has the browser make a passkey. Rejects as the browser does. */
export async function makePasskey({ challenge, rpId, rpName, timeoutMs, algorithms, exclude, user }: PasskeyOffer, name: string): Promise<CallInput<typeof addPasskey>> {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytesOf(challenge), rp: { id: rpId, name: rpName }, timeout: timeoutMs, attestation: 'none', user: { id: bytesOf(user.id), name: user.name, displayName: user.displayName },
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })), excludeCredentials: listOf(exclude), authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    },
  });
  const { rawId, response } = made as PublicKeyCredential;
  const { clientDataJSON, attestationObject, getTransports } = response as AuthenticatorAttestationResponse;
  return { name, id: textOf(rawId), clientDataJson: textOf(clientDataJSON), attestationObject: textOf(attestationObject), transports: getTransports?.call(response) ?? [] };
}

/** What the browser refused, in words; null for what is no refusal of its own. */
export function refusalWords(error: unknown): string | null {
  if (!(error instanceof DOMException)) return null;
  if (error.name === 'InvalidStateError') return t('identity.passkeys.refused.known');
  if (error.name === 'SecurityError') return t('identity.passkeys.refused.address');
  return t('identity.passkeys.refused');
}
