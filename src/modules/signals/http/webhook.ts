import type { FastifyInstance, FastifyRequest } from 'fastify';
import { headOf } from '#engines/mapping/read.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Ctx } from '#platform/kernel/context.ts';
import { type Door, sendProblem } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { writeHttpMessage } from '#platform/wire/http-message.ts';
import type { Arrival } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type { HttpIntake, KeyedSource } from './http-intake.ts';
import { receiverOf } from './receiving.ts';
import { sourceOfKey, storeArrivals } from './send.service.ts';
import { signatureFault } from './signature.ts';

const MOST_BYTES = 256 * 1024;
const MOST_A_MINUTE = 6000;
const KEPT_HEADERS = /^(?:content-type|date|user-agent|x-[a-z0-9-]{1,60})$/;
const SECRET = /auth|key|token|secret|sign|hmac|cookie|forward|real-ip|password/;

type Entered = { ctx: Ctx; receiver: HttpIntake; source: KeyedSource };

/** Below /api/signals/webhooks: what head-ends send in a form of their own, kept as it came and read by the mapping of its source. */
export async function mountWebhooks(app: FastifyInstance, door: Door): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, request, reply) => sendProblem(reply, door.refused(request, error), request.id));
    const enteredBy = new WeakMap<FastifyRequest, Entered>();
    // Who sends is known before a byte of the body is read.
    scope.addHook('onRequest', async (request) => void enteredBy.set(request, await enter(request, door)));
    scope.route({ method: ['POST', 'PUT'], url: '/:source', schema: { hide: true }, handler: async (request, reply) => {
      const entered = enteredBy.get(request);
      if (!entered) throw notFound();
      await checkSigned(request, entered);
      return reply.code(202).send(await storeArrivals(entered.receiver, entered.source, [await arrivalOf(request, entered)]));
    } });
  }, { prefix: '/api/signals/webhooks' });
}

/** By the key of the source: as a bearer token, as the password of Basic, in X-Api-Key or, where the source allows it, in the address. */
async function enter(request: FastifyRequest, door: Door): Promise<Entered> {
  const { secret, place } = secretOf(request);
  if (secret !== null) request.headers.authorization = `Bearer ${secret}`;
  delete request.headers.cookie;
  const ctx = await door.enter(request, 'signals:send');
  const source = await sourceOfKey(ctx);
  if (!source || source.id !== (request.params as { source: string }).source) throw notFound();
  if (place === 'address' && source.keyIn !== 'address') throw new Problem('refused', 'signals.key_in_address', 'This source takes its key in a header only: Authorization, or X-Api-Key. Allow the address under Sources where the sender can do nothing else.');
  limit(source);
  return { ctx, receiver: await receiverOf(ctx.db), source };
}

/** What a source must sign and did not, or not so, is refused, counted and told at the source. */
async function checkSigned(request: FastifyRequest, { ctx, receiver, source }: Entered): Promise<void> {
  const signature = await receiver.signatureOf(source);
  if (!signature) return;
  const fault = signatureFault(signature.how, signature.secret, { headers: request.headers, body: bodyOf(request), nowMs: ctx.now().getTime() });
  if (!fault) return;
  receiver.refuse(source, fault, ctx.remote ?? '');
  throw new Problem('unauthenticated', `signals.${fault.replace('-', '_')}`, fault === 'unsigned' ? 'This source takes only what is signed. Switch signatures on at the sender, with the secret that is set here.' : fault === 'old-signature' ? 'It was signed too long ago, or the clocks do not agree.' : 'The signature does not hold. Compare secret and form with the sender.');
}

const bodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

function secretOf({ headers, query }: FastifyRequest): { secret: string | null; place: 'header' | 'address' } {
  const basic = /^Basic ([A-Za-z0-9+/=_-]{1,600})$/i.exec(headers.authorization ?? '')?.[1];
  if (basic !== undefined) return { secret: Buffer.from(basic, 'base64').toString().replace(/^[^:]*:/, ''), place: 'header' };
  if (headers.authorization !== undefined) return { secret: null, place: 'header' };
  const own = headers['x-api-key'];
  if (typeof own === 'string') return { secret: own, place: 'header' };
  const { token } = query as { token?: unknown };
  return typeof token === 'string' ? { secret: token, place: 'address' } : { secret: null, place: 'header' };
}

const minutes = new Map<number, { minute: number; count: number }>();

/** A head-end in a loop is told to wait before it fills the disk. */
function limit({ ref }: KeyedSource): void {
  const minute = Math.floor(nowMs() / 60_000);
  const known = minutes.get(ref);
  const count = known?.minute === minute ? known.count + 1 : 1;
  if (minutes.size > MOST_A_MINUTE) minutes.clear();
  minutes.set(ref, { minute, count });
  if (count > MOST_A_MINUTE) throw new Problem('limited', 'signals.too_many', `This source sent over ${MOST_A_MINUTE} messages in this minute. Send several signals a request to POST /api/signals.`, { retryAfterS: 60 - (Math.floor(nowMs() / 1000) % 60) });
}

async function arrivalOf(request: FastifyRequest, { ctx, receiver, source }: Entered): Promise<Arrival> {
  const body = bodyOf(request);
  const raw = writeHttpMessage({ method: request.method, target: keptTarget(request), header: keptHeaders(request), body });
  const mapping = await receiver.mappingOf(source);
  const subject = mapping ? PROTOCOLS.get('http')?.decode(raw).subject : undefined;
  const head = mapping && subject ? headOf(mapping, subject) : { externalId: null, occurredAt: null };
  return {
    protocol: 'http', account: source.account, token: 'HTTP', sequence: 0, raw, identity: `${keptTarget(request)}\n${body.toString('latin1')}`, sentAt: head.occurredAt, receivedAt: ctx.now().getTime(), remote: ctx.remote ?? '',
    ...(head.externalId !== null && { externalId: head.externalId }),
  };
}

function keptTarget(request: FastifyRequest): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query as Record<string, unknown>)) if (typeof value === 'string' && !SECRET.test(name.toLowerCase())) kept.append(name.slice(0, 60), value.slice(0, 300));
  return kept.size === 0 ? '/' : `/?${kept.toString()}`.slice(0, 1000);
}

const keptHeaders = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (KEPT_HEADERS.test(name) && !SECRET.test(name) && typeof value === 'string' ? [[name, value.slice(0, 300)]] : [])));
