import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Assertion, NewPasskey, PasskeyOffer, PasskeyQuestion } from './contract.ts';

/** CBOR (RFC 8949), as far as an authenticator speaks it. */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (major: number, n: number): Buffer => {
    if (n < 24) return Buffer.from([(major << 5) | n]);
    if (n < 256) return Buffer.from([(major << 5) | 24, n]);
    return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  };
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item as number)])]);
}

const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();
const FLAG = { present: 1, verified: 4, hasKey: 0x40 } as const;

type Told = { origin?: string; rpId?: string; isVerified?: boolean; counter?: number; challenge?: string; type?: string; crossOrigin?: boolean };

/** An authenticator in software, with one ES256 key: what a security key does, and every way in which one could lie. */
export class Authenticator {
  readonly id = randomBytes(32);
  readonly #key: KeyObject;
  readonly #public: Buffer;
  counter = 0;
  #handle: string | null = null;
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    // COSE_Key (RFC 9053): EC2, ES256, P-256.
    this.#public = cbor(new Map<number, unknown>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')]]));
  }

  #clientData(challenge: string, type: string, { origin = this.#origin, crossOrigin = false }: Told): string {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin })).toString('base64url');
  }

  #authenticatorData(rpId: string, { isVerified = true, counter = this.counter }: Told, attested = Buffer.alloc(0)): Buffer {
    const flags = FLAG.present | (isVerified ? FLAG.verified : 0) | (attested.length > 0 ? FLAG.hasKey : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested]);
  }

  /** Makes the passkey that was offered. */
  make(offer: PasskeyOffer, name: string, told: Told = {}): NewPasskey {
    this.#handle = offer.user.id;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.#public]);
    const authData = this.#authenticatorData(told.rpId ?? offer.rpId, told, attested);
    const attestationObject = cbor(new Map<string, unknown>([['fmt', 'none'], ['attStmt', new Map()], ['authData', authData]]));
    return { name, id: this.id.toString('base64url'), clientDataJson: this.#clientData(told.challenge ?? offer.challenge, told.type ?? 'webauthn.create', told), attestationObject: attestationObject.toString('base64url'), transports: ['usb'] };
  }

  /** Answers a question, and counts. */
  answer(question: PasskeyQuestion, told: Told = {}): Assertion {
    this.counter += 1;
    const authenticatorData = this.#authenticatorData(told.rpId ?? question.rpId, told);
    const clientDataJson = this.#clientData(told.challenge ?? question.challenge, told.type ?? 'webauthn.get', told);
    const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJson, 'base64url'))]), this.#key);
    return { id: this.id.toString('base64url'), clientDataJson, authenticatorData: authenticatorData.toString('base64url'), signature: signature.toString('base64url'), userHandle: this.#handle };
  }
}
