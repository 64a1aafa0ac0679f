import { createHash, randomBytes } from 'node:crypto';
import type { Credentials } from './soap.ts';

/** A challenge of HTTP Digest (RFC 7616 §3.3) that we can answer. */
export type Challenge = { realm: string; nonce: string; opaque: string | null; algorithm: 'MD5' | 'SHA-256'; isSession: boolean; hasQop: boolean; saysAlgorithm: boolean };

const PARAMETER = /([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
const MOST_CHARACTERS = 4_000;
const HASHES = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

/** The best challenge in `WWW-Authenticate`: SHA-256 before MD5; null where there is none that we can answer. */
export function readChallenge(header: string): Challenge | null {
  const found = header.slice(0, MOST_CHARACTERS).split(/(?:^|,)\s*(?=Digest\s)/i).filter((part) => /^Digest\s/i.test(part)).map(challengeIn).filter((challenge) => challenge !== null);
  return found.find(({ algorithm }) => algorithm === 'SHA-256') ?? found[0] ?? null;
}

function challengeIn(text: string): Challenge | null {
  const values = new Map([...text.matchAll(PARAMETER)].map(([, name = '', quoted, plain]) => [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '']));
  const named = (values.get('algorithm') ?? 'MD5').toUpperCase();
  const algorithm = named.replace(/-SESS$/, '');
  const [realm, nonce, qop] = [values.get('realm'), values.get('nonce'), values.get('qop')];
  if ((algorithm !== 'MD5' && algorithm !== 'SHA-256') || realm === undefined || nonce === undefined) return null;
  if (qop !== undefined && !qop.split(',').some((one) => one.trim().toLowerCase() === 'auth')) return null;
  return { realm, nonce, opaque: values.get('opaque') ?? null, algorithm, isSession: named.endsWith('-SESS'), hasQop: qop !== undefined, saysAlgorithm: values.has('algorithm') };
}

type Request = { method: string; uri: string; /** How often this nonce was used, from 1. */ count: number; cnonce?: string };

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The `Authorization` header for one request (RFC 7616 §3.4; without qop as RFC 2069 has it). */
export function answerChallenge(challenge: Challenge, { user, password }: Credentials, { method, uri, count, cnonce = randomBytes(8).toString('hex') }: Request): string {
  const { realm, nonce, opaque, algorithm, isSession, hasQop, saysAlgorithm } = challenge;
  const h = (text: string): string => createHash(HASHES[algorithm]).update(text).digest('hex');
  const nc = count.toString(16).padStart(8, '0');
  const a1 = h(`${user}:${realm}:${password}`);
  const secret = isSession ? h(`${a1}:${nonce}:${cnonce}`) : a1;
  const response = h([secret, nonce, ...(hasQop ? [nc, cnonce, 'auth'] : []), h(`${method}:${uri}`)].join(':'));
  const parts = [
    `username=${quote(user)}`, `realm=${quote(realm)}`, `nonce=${quote(nonce)}`, `uri=${quote(uri)}`, `response="${response}"`,
    ...(saysAlgorithm ? [`algorithm=${algorithm}${isSession ? '-sess' : ''}`] : []), ...(opaque === null ? [] : [`opaque=${quote(opaque)}`]), ...(hasQop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : isSession ? [`cnonce="${cnonce}"`] : []),
  ];
  return `Digest ${parts.join(', ')}`;
}
