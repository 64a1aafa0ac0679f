/** What was sealed: AES-256 in GCM mode (NIST SP 800-38D) with a nonce of its own. */
export type Sealed = { nonce: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer };

/** A key that the runtime keeps. */
export type Key = Awaited<ReturnType<typeof crypto.subtle.deriveKey>>;

const INFO = new TextEncoder().encode('parapet.offline.1');

/** This device's half of the key of its store: random, and as bytes it leaves the browser's keeping no more. */
export async function newHalf(): Promise<Key> {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const half = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  bytes.fill(0);
  return half;
}

/** The key of both halves (HKDF with SHA-256, RFC 5869); `serversHalf` is base64. It cannot be taken out. */
export function keyFrom(half: Key, serversHalf: string): Promise<Key> {
  const salt = Uint8Array.from(atob(serversHalf), (letter) => letter.charCodeAt(0));
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: INFO }, half, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** Seals a value as JSON; `place` says what it is, so that one sealed thing cannot be put in another's place. */
export async function seal(key: Key, place: string, value: unknown): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(place) }, key, new TextEncoder().encode(JSON.stringify(value)));
  return { nonce, bytes };
}

/** Opens what was sealed. Throws where key or place are others, or a bit has changed. */
export async function open<T>(key: Key, place: string, { nonce, bytes }: Sealed): Promise<T> {
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(place) }, key, bytes);
  return JSON.parse(new TextDecoder().decode(plain)) as T;
}
