import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import swagger from '@fastify/swagger';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { timeNow } from './clock.ts';
import { type Ctx, readersFor } from './context.ts';
import type { Endpoint, Input, Permission, Reply } from './contract.ts';
import type { Database } from './db/pool.ts';
import { toProblem } from './db/pool.ts';
import { type Actor, onlyLooking, type Reader, signInFirst } from './access.ts';
import { replayed } from './idempotency.ts';
import { languageIn } from './language.ts';
import { notFound, Problem } from './problem.ts';
import { refuseUnstorable } from './storable.ts';

/** Cookie of a browser's session. */
export const SESSION_COOKIE = 'parapet_session';

/** Direct access to request and reply, for the few operations that stream or set cookies. `seen` says of a long request that who made it is still there. */
export type Exchange = { request: FastifyRequest; reply: FastifyReply; seen?: () => void };

/** An operation paired with the verb that answers it. */
export type Route = { endpoint: Endpoint; verb: (ctx: Ctx, input: never, exchange: Exchange) => Promise<unknown> };

/** A module's table of contents. */
export type Module = {
  name: string;
  /** What a person may be granted, and what it means. */
  permissions?: Readonly<Record<string, string>>;
  routes?: readonly Route[];
  /** Brings shipped defaults into the database after migrating, as the owner; run at each start, so it must be repeatable. */
  seed?: (ownerUrl: string) => Promise<void>;
  /** Long-lived work of the worker process. */
  work?: Work;
  /** Paths of a protocol with addresses, a media type and errors of its own; `enter` says who asks, as for an operation. */
  mount?: (app: FastifyInstance, door: Door) => Promise<void>;
  /** Hears of the tokens that requests carry. */
  watch?: (db: Database, now: () => Date) => TokenWatch;
};

/** For a mounted protocol: `enter` lets a request in whose sender holds the permission somewhere, and throws 401, 403; `refused` is what was thrown as a problem, and in the log. */
export type Door = { enter: (request: FastifyRequest, permission: Permission) => Promise<Ctx>; refused: (request: FastifyRequest, error: unknown) => Problem };

/** `before` comes before a token is looked up, and may refuse the request; then it held, or it is nobody's. */
export type TokenWatch = { before(request: FastifyRequest, tokenHash: Buffer): void; held(tokenHash: Buffer): void; unknown(request: FastifyRequest, tokenHash: Buffer): void; stop(): Promise<void> };

/** What the worker gives to long-lived work: its pool, the lead among nodes, and being woken by what others committed. */
export type WorkTools = {
  /** For verbs, which act as a person or service. */
  db: Database;
  /** With the rights of the worker itself: partitions, the sequencer, retention. */
  worker: Database;
  log: Log;
  /** True once this process alone, of all nodes, does the work of that name; it keeps it until it ends. */
  lead(name: string): Promise<boolean>;
  /** Listens to a channel of `Doorbell`; `within` waits for a ring, at most so long. */
  wakeOn(channel: string): Promise<{ within(ms: number): Promise<void>; now(): void }>;
};

/** Starts long-lived work. `failed` settles when it ends; where it rejects, the process ends and is started anew. */
export type Work = (tools: WorkTools) => Promise<{ failed: Promise<unknown>; stop(): Promise<void> }>;

export type Log = { info(fields: object, message: string): void; warn(fields: object, message: string): void; error(fields: object, message: string): void };

/** Pairs an endpoint with the verb that answers it; the compiler checks that they fit. */
export const serve = <const E extends Endpoint>(endpoint: E, verb: (ctx: Ctx, input: Input<E>, exchange: Exchange) => Promise<Reply<E>>): Route => ({ endpoint, verb: verb as Route['verb'] });

/** What the server is built from. `https` holds the certificate where Parapet ends TLS itself. */
export type ServerOptions = { db: Database; modules: readonly Module[]; log?: Log; now?: () => Date; trustProxy?: boolean | string; bodyLimit?: number; https?: { cert: Buffer; key: Buffer } };

/** Builds the server: every operation of every module, problems, OpenAPI 3.1. */
export async function buildServer({ db, modules, log, now = timeNow, trustProxy = false, bodyLimit = 2 * 1024 * 1024, https }: ServerOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    ...(https ? { https } : {}), genReqId: () => uuidv7(), trustProxy, bodyLimit, logger: false, routerOptions: { ignoreTrailingSlash: true }, forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void sendProblem(reply, asProblem(error), request.id),
  });
  // A page of another site can send text/plain without asking; nothing here takes it.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Parapet', version: '0.1.0', description: 'Every operation of every module. Errors are application/problem+json (RFC 9457).' },
      components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: `Behind TLS __Host-${SESSION_COOKIE}` }, key: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  });
  const watches = modules.flatMap((module) => module.watch?.(db, now) ?? []);
  app.addHook('onClose', async () => void (await Promise.all(watches.map((watch) => watch.stop()))));
  const addRoutes = (scope: FastifyInstance, isOne: (endpoint: Endpoint) => boolean): void => {
    for (const module of modules) for (const route of module.routes ?? []) if (isOne(route.endpoint)) addRoute(scope, module.name, route, { db, now, watches });
  };
  app.setNotFoundHandler(() => {
    throw notFound();
  });
  const refused: Door['refused'] = (request, error) => {
    const problem = asProblem(error);
    if (problem.status >= 500) log?.error({ requestId: request.id, code: problem.code, cause: problem.cause instanceof Error ? problem.cause.stack : undefined }, 'request failed');
    else log?.info(refusalOf(request, problem), 'refused');
    return problem;
  };
  app.setErrorHandler((error, request, reply) => sendProblem(reply, refused(request, error), request.id));
  app.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(guardHeaders(request))) if (!reply.hasHeader(name)) reply.header(name, value);
  });
  app.addHook('onRequest', async (request) => {
    if (isForgedFromAnotherSite(request)) throw new Problem('forbidden', 'platform.cross_site', 'This request came from another site. Open Parapet itself and do it there.');
  });
  await app.register(async (scope) => addRoutes(scope, (endpoint) => endpoint.bytes !== true));
  await app.register(async (scope) => {
    scope.addContentTypeParser('application/octet-stream', { bodyLimit: Number.MAX_SAFE_INTEGER }, (_request, stream, done) => done(null, stream));
    addRoutes(scope, (endpoint) => endpoint.bytes === true);
  });
  const enter: Door['enter'] = async (request, permission) => {
    if (permission !== 'public') entered.set(request, await enterRequest(request, db, watches, permission));
    return contextOf(request, { method: 'GET', permission }, db, now);
  };
  for (const { mount } of modules) if (mount) await app.register((scope) => mount(scope, { enter, refused }));
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}

/** Goes with every answer that names no other: of what is no page nothing runs, nothing frames it, nothing keeps it; who came by TLS comes by TLS again. */
export const guardHeaders = (request: FastifyRequest): Record<string, string> => ({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  ...(request.protocol === 'https' && { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
});

/** What the log says of a request that was refused: who, from where, what was wanted; nothing of what was sent. */
function refusalOf(request: FastifyRequest, { status, code }: Problem): object {
  const { personId, viewerId } = entered.get(request)?.reader ?? {};
  return { requestId: request.id, status, code, method: request.method, route: request.routeOptions.url ?? '', params: request.params, personId: viewerId ?? personId, ...(!unnamed.has(request) && { remote: request.ip }) };
}

/** Requests of whom nothing is noted. */
const unnamed = new WeakSet<FastifyRequest>();

const NOTHING = z.strictObject({});

type Around = { db: Database; now: () => Date; watches: readonly TokenWatch[] };

function addRoute(app: FastifyInstance, module: string, { endpoint, verb }: Route, { db, now, watches }: Around): void {
  const { method, path, params, query, body, bytes, mostBytes, reply, permission, throughLens, status = 200, summary } = endpoint;
  const strict = <S extends { strict?: () => unknown }>(schema: S | undefined) => (schema && 'strict' in schema && typeof schema.strict === 'function' ? schema.strict() : schema);
  app.route({
    method,
    url: `/api/${module}${path === '/' ? '' : path}`,
    ...(mostBytes !== undefined && { bodyLimit: mostBytes }),
    schema: {
      summary,
      tags: [module],
      ...(permission === 'public' ? {} : { security: [{ session: [] }, { key: [] }] }),
      ...(params && { params: strict(params) }),
      querystring: strict(query) ?? NOTHING,
      ...(body && { body: strict(body as never) }),
      ...(bytes && { consumes: ['application/octet-stream'], body: z.unknown() }),
      ...(reply && { response: { [status]: reply } }),
    },
    // Who asks, and whether they may at all, is known before a byte of the body is read; where, the database says to each statement.
    onRequest: async (request) => {
      if (endpoint.isUnnamed) unnamed.add(request);
      if (permission === 'public') return;
      const who = await enterRequest(request, db, watches, permission === 'signed-in' ? '' : permission);
      entered.set(request, who);
      if (who.reader.viewerId !== undefined && !READS.has(method) && !throughLens) throw onlyLooking();
    },
    preValidation: async (request) => {
      refuseUnstorable(request.query);
      if (bytes && request.body instanceof Readable) return;
      refuseUnstorable(request.body);
      if (!body) refuseBody(request.body);
    },
    handler: async (request, answer) => {
      const ctx = contextOf(request, endpoint, db, now);
      const input = { ...(request.query as object), ...(bytes ? {} : Array.isArray(request.body) ? { items: request.body } : (request.body as object)), ...(request.params as object) };
      const seen = (): void => {
        const who = entered.get(request);
        if (who) for (const watch of watches) watch.held(who.actor.tokenHash);
      };
      const result = await replayed(ctx, () => verb(ctx, input as never, { request, reply: answer, seen }));
      if (reply === null) return answer;
      const version = (result as { version?: unknown } | null)?.version;
      if (typeof version === 'number') answer.header('etag', `"${version}"`);
      answer.code(status);
      return result ?? null;
    },
  });
}

/** An operation that takes no body takes none at all, so that nothing unchecked comes in with it. */
function refuseBody(sent: unknown): void {
  if (sent === undefined || sent === null || (typeof sent === 'object' && Object.keys(sent).length === 0)) return;
  const keys = typeof sent === 'object' && !Array.isArray(sent) ? Object.keys(sent).slice(0, 20) : [''];
  throw new Problem('invalid', 'platform.invalid_input', 'This takes no body. Send it without.', { errors: keys.map((key) => ({ pointer: `/${key}`, detail: 'There is no such field here.' })) });
}

type Entered = { actor: Extract<Actor, { kind: 'token' }>; reader: Reader };

const entered = new WeakMap<FastifyRequest, Entered>();

async function enterRequest(request: FastifyRequest, db: Database, watches: readonly TokenWatch[], permission: string): Promise<Entered> {
  const tokenHash = hashOfToken(request);
  if (!tokenHash) throw signInFirst();
  for (const watch of watches) watch.before(request, tokenHash);
  const actor = { kind: 'token', tokenHash } as const;
  const reader = await readersFor(db).resolve(actor, permission).catch(async (error: unknown) => {
    const problem = toProblem(error);
    if (problem.status === 401) for (const watch of watches) watch.unknown(request, tokenHash);
    // For the log: who may not.
    if (problem.status === 403) await readersFor(db).resolve(actor).then((reader) => entered.set(request, { actor, reader }), () => undefined);
    throw problem;
  });
  for (const watch of watches) watch.held(tokenHash);
  return { actor, reader };
}

function contextOf(request: FastifyRequest, endpoint: Pick<Endpoint, 'method' | 'permission'>, db: Database, now: () => Date): Ctx {
  const agent = request.headers['user-agent'];
  const base = { db, requestId: request.id, now, language: languageIn(request.headers['accept-language']), ...(!unnamed.has(request) && { remote: request.ip, ...(agent ? { agent: agent.slice(0, 200) } : {}) }) };
  if (endpoint.permission === 'public') return { ...base, actor: { kind: 'person', personId: '' }, personId: '', reader: { personId: '', dbRole: 'parapet_person' } };
  const who = entered.get(request);
  if (!who) throw signInFirst();
  const key = endpoint.method === 'POST' ? request.headers['idempotency-key'] : undefined;
  const ifMatch = /^(?:W\/)?"(\d+)"$/.exec(request.headers['if-match'] ?? '');
  return {
    ...base,
    ...who,
    personId: who.reader.personId,
    ...(typeof key === 'string' ? { command: { key: checkedKey(key), request: requestHash(request) } } : {}),
    ...(ifMatch ? { ifMatch: Number(ifMatch[1]) } : {}),
  };
}

const checkedKey = (key: string): string => {
  if (!/^[\w.:-]{8,100}$/.test(key)) throw new Problem('invalid', 'platform.idempotency_key', 'Idempotency-Key must be 8 to 100 letters, digits or . : - _ characters. A UUID does.');
  return key;
};

/** Passwords stay out: their slow hash would be worth nothing beside a fast one. */
const SECRETS = /password|secret|^(?:current|next)$/i;
const withoutSecrets = (name: string, value: unknown): unknown => (SECRETS.test(name) ? null : value);
const requestHash = (request: FastifyRequest): string => createHash('sha256').update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null, withoutSecrets)}`).digest('hex');

/** The SHA-256 of the session's or key's token; the token itself is stored nowhere. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The token that a request carries, by its hash: `Authorization: Bearer` before the cookie. */
export function hashOfToken(request: FastifyRequest): Buffer | null {
  const bearer = /^Bearer ([\w-]{20,200})$/.exec(request.headers.authorization ?? '');
  if (bearer) return hashToken(bearer[1] as string);
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName(request, SESSION_COOKIE)}=([\\w-]{20,200})`).exec(request.headers.cookie ?? '');
  return cookie ? hashToken(cookie[1] as string) : null;
}

/** A cookie's name as this browser knows it: behind TLS one that no other host and no plain HTTP can set (RFC 6265bis, section 4.1.3.2). */
export const cookieName = (request: FastifyRequest, name: string): string => (request.protocol === 'https' ? `__Host-${name}` : name);

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** CSRF: a browser says where a request comes from; one that changes state must come from our own pages. */
function isForgedFromAnotherSite(request: FastifyRequest): boolean {
  if (READS.has(request.method) || !request.headers.cookie) return false;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = request.headers.origin;
  if (origin === undefined) return false;
  return URL.canParse(origin) ? new URL(origin).host !== request.headers.host : true;
}

/** Whatever was thrown, as a problem: what the framework refuses and what the database says among it. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({ pointer: issue.instancePath || '/', detail: issue.message ?? 'is not valid' }));
    return new Problem('invalid', 'platform.invalid_input', 'Some fields are not as they must be; each is listed.', { errors });
  }
  const { statusCode, code = '' } = error as { statusCode?: number; code?: string };
  if (statusCode === 413) return new Problem('too_large', 'platform.too_large', 'The request is too large. Send less at once.');
  if (statusCode === 415) return new Problem('unsupported_media', 'platform.unsupported_media', 'Send JSON, with Content-Type: application/json.');
  if (statusCode !== undefined && statusCode < 500) return new Problem('invalid', 'platform.malformed', code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ? 'The body is empty; send JSON.' : 'The request cannot be read as what it says it is.');
  return toProblem(error);
}

/** Writes a problem as RFC 9457 says. */
export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): FastifyReply {
  const { retryAfterS, ...extra } = problem.extra;
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  const body = new Problem(problem.kind, problem.code, problem.message, extra).toBody(requestId);
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify as (payload: unknown) => string).send(body);
}
