import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { nowMs } from '#platform/kernel/clock.ts';
import { OutgoingFault } from './fault.ts';

/** One request to one checked address. `body` is whole; times are milliseconds since 1970. */
export type Exchange = { url: URL; address: string; method: string; headers: Readonly<Record<string, string>>; body: Buffer | null; until: number; maxBytes: number; ca?: string };

export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

const MOST_HEADER_BYTES = 16 * 1024;

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** The host of a URL without brackets. */
export const hostOf = (url: URL): string => bare(url.hostname);

/** The port that a URL leads to. */
export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

/**
 * Connects to the address and to no other, asks, and reads the answer up to its limits. The name of the URL is only what
 * the certificate must be for and what `Host` says; nothing is resolved here. Throws OutgoingFault.
 */
export function exchange({ url, address, method, headers, body, until, maxBytes, ca }: Exchange): Promise<Answer> {
  const isTls = url.protocol === 'https:';
  const host = hostOf(url);
  // An agent of its own has no proxy of the environment and no connection of another request.
  const options: RequestOptions = {
    host: address, port: portOf(url), method, path: `${url.pathname}${url.search}`, setHost: false, maxHeaderSize: MOST_HEADER_BYTES, insecureHTTPParser: false,
    headers: { ...headers, host: url.host, 'accept-encoding': 'identity', connection: 'close', ...(body ? { 'content-length': String(body.length) } : {}) },
  };
  return new Promise((resolve, reject) => {
    const request = isTls
      ? httpsRequest({ ...options, agent: new HttpsAgent({ keepAlive: false }), rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(isIP(host) ? {} : { servername: host }), ...(ca === undefined ? {} : { ca }) })
      : httpRequest({ ...options, agent: new HttpAgent({ keepAlive: false }) });
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
      request.destroy();
    };
    const fail = (error: unknown): void => settle(() => reject(faultOf(error, host)));
    const timer = setTimeout(() => fail(new OutgoingFault('timeout', `${host} did not answer in time.`)), Math.max(0, until - nowMs()));
    request.on('error', fail);
    request.on('upgrade', () => fail(new OutgoingFault('protocol', `${host} wants to speak another protocol than HTTP.`)));
    request.on('response', (response) => read(response, maxBytes, host).then((answer) => settle(() => resolve(answer)), fail));
    request.end(body ?? undefined);
  });
}

async function read(response: IncomingMessage, maxBytes: number, host: string): Promise<Answer> {
  const coding = response.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') throw new OutgoingFault('protocol', `${host} answered packed (${coding.slice(0, 20)}), which was not asked for.`);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new OutgoingFault('too-large', `${host} answered more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new OutgoingFault('connect', `${host} broke off its answer.`);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|EPROTO)/;

function faultOf(error: unknown, host: string): OutgoingFault {
  if (error instanceof OutgoingFault) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (TLS_CODE.test(code)) return new OutgoingFault('tls', `The certificate of ${host} does not hold (${code}).`, error);
  if (code.startsWith('HPE_')) return new OutgoingFault('protocol', `${host} does not speak HTTP as it should (${code}).`, error);
  return new OutgoingFault('connect', `${host} cannot be reached (${code || (error as Error).message}).`, error);
}
