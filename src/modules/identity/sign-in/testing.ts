import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { SESSION_COOKIE } from '#platform/kernel/http.ts';
import { hotp, stepAt } from '../factors/totp.ts';

/** A data folder of its own, so that keys of a test stay out of everybody else's. */
export function aDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-sign-in-'));
  process.env['PARAPET_DATA'] = folder;
  return folder;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of a secret as an authenticator app types it in. */
export function bytesOf(secret: string): Buffer {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** What an app with this secret shows at this time; `steps` of 30 s earlier or later. */
export const shownBy = (secret: string, at: Date, steps = 0): string => hotp(bytesOf(secret), stepAt(at) + steps);

type Sent = { method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; payload?: object; headers?: Record<string, string> };

/** A browser: it keeps cookies between its requests, as one does. */
export function aBrowser(app: FastifyInstance, address = '192.0.2.1') {
  const cookies = new Map<string, string>();
  const send = async (path: string, { method = 'GET', payload, headers = {} }: Sent = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await app.inject({ method, url: path.startsWith('/api/') ? path : `/api/identity${path}`, headers: { ...(cookie ? { cookie } : {}), ...headers }, remoteAddress: address, ...(payload && { payload }) });
    for (const { name, value } of reply.cookies) {
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return reply;
  };
  return {
    cookies, send,
    get: (path: string) => send(path),
    post: (path: string, payload?: object, headers?: Record<string, string>) => send(path, { method: 'POST', ...(payload && { payload }), ...(headers && { headers }) }),
    put: (path: string, payload: object) => send(path, { method: 'PUT', payload }),
    remove: (path: string) => send(path, { method: 'DELETE' }),
    isSignedIn: async () => cookies.has(SESSION_COOKIE) && (await send('/me')).statusCode === 200,
  };
}
export type Browser = ReturnType<typeof aBrowser>;
