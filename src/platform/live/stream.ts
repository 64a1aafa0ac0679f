import { timeNow } from '#platform/kernel/clock.ts';
import { readersFor } from '#platform/kernel/context.ts';
import { type Exchange, guardHeaders } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { openMark, sealMark } from './mark.ts';
import type { Pump, Told } from './pump.ts';

const PING_MS = 4000;
const MOST_UNREAD_BYTES = 256 * 1024;
const MOST_A_PERSON = 20;

let pump: Pump | null = null;
const openOf = new Map<string, number>();

/** The web process gives its pump here before it serves. */
export const usePump = (made: Pump | null): void => void (pump = made);

const line = (event: string, data: object, id?: string): string => `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const change = (key: Buffer, told: Told): string => line('change', { topic: told.topic, id: told.id }, sealMark(key, told, timeNow()));

/** The event stream of one browser: what changed of what its person may see, resumable, ended within 5 s of the session's end. While it is open its person is not away. */
export async function followLive(ctx: Ctx, _input: unknown, { request, reply, seen }: Exchange): Promise<null> {
  if (!pump) throw new Problem('unavailable', 'live.not_here', 'Live updates are not served by this process.', { retryAfterS: 2 });
  const open = openOf.get(ctx.personId) ?? 0;
  if (open >= MOST_A_PERSON) throw new Problem('limited', 'live.too_many', 'Too many live connections of this person. Close some windows.', { retryAfterS: 10 });
  openOf.set(ctx.personId, open + 1);
  const { key } = pump;
  const sent = request.headers['last-event-id'];
  const since = typeof sent === 'string' ? openMark(key, sent, timeNow()) : null;
  reply.hijack();
  const raw = reply.raw;
  raw.writeHead(200, { ...guardHeaders(request), 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
  const write = (text: string): void => {
    if (raw.writableLength > MOST_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  };
  const remove = pump.add({ personId: ctx.personId, tell: (events) => write(events.map((told) => change(key, told)).join('')) });
  const ping = () => write(line('ping', { at: timeNow().toISOString() }));
  const beat = setInterval(() => {
    const readers = readersFor(ctx.db);
    readers.forget(ctx.actor);
    // Whoever began or ceased to see as another is told what that one may be told, on a new stream.
    const go = ({ personId }: { personId: string }): void => void (personId === ctx.personId ? (seen?.(), ping()) : raw.end());
    readers.resolve(ctx.actor).then(go, (error: unknown) => {
      if (error instanceof Problem && error.kind === 'unauthenticated') raw.end();
    });
  }, PING_MS);
  raw.on('close', () => {
    clearInterval(beat);
    remove();
    openOf.set(ctx.personId, (openOf.get(ctx.personId) ?? 1) - 1);
  });
  ping();
  if (sent !== undefined) {
    const missed = since && (await pump.missed(ctx.personId, since).catch(() => null));
    write(missed ? missed.map((told) => change(key, told)).join('') : line('gap', {}));
  }
  return null;
}
