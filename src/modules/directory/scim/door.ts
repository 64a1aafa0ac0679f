import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { sql } from 'kysely';
import { isObject, valueOf } from '#engines/scim/json.ts';
import * as identity from '#modules/identity/public.ts';
import { actAs, type Ctx } from '#platform/kernel/context.ts';
import { asProblem, type Door } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { refuseUnstorable } from '#platform/kernel/storable.ts';
import { about, directory, PROVISION, type Speaking, type Tx } from '../rows.ts';
import { errorBody, send, statusOf } from './answers.ts';
import { type Asked, type Done, queryOf } from './asked.ts';
import { providerConfig, resourceType, resourceTypes, schema, schemas } from './discovery.ts';
import * as groups from './groups.ts';
import { Throttle } from './throttle.ts';
import { isId } from './user-rows.ts';
import * as users from './users.ts';

const BODY_LIMIT = 2 * 1024 * 1024;
const KEPT_ARRIVALS = 1000;

const switchedOff = (): Problem => new Problem('forbidden', 'directory.off', 'This directory is switched off in Parapet, or this is no key of a directory.');

/** The directory that a key speaks for, with its own actor: the key itself may do nothing but this. */
async function speakingWith(ctx: Ctx): Promise<Speaking> {
  const behind = await directory.read(ctx, 'directory:connect').selectFrom(sql<{ id: string; actorId: string }>`directory.behind_key()`.as('b')).select(['id', 'actorId']).executeTakeFirst();
  if (!behind) throw switchedOff();
  const actor = await actAs(ctx.db, behind.actorId, ctx.now, ctx.requestId);
  const found = await directory.read(actor, PROVISION).selectFrom('directory.directory').select(['id', 'providerId', 'subjectFrom']).where('id', '=', behind.id).executeTakeFirst();
  if (!found) throw switchedOff();
  return { ...found, ctx: { ...actor, ...(ctx.remote !== undefined && { remote: ctx.remote }), ...(ctx.agent !== undefined && { agent: ctx.agent }) } };
}

type Arrival = { what: string; about: string; status: number; why: string | null };

async function noteArrival(tx: Tx, { id: directoryId, ctx }: Speaking, arrival: Arrival): Promise<void> {
  await tx.insertInto('directory.arrival').values({ id: uuidv7(), directoryId, at: ctx.now().toISOString(), ...arrival }).execute();
  await sql`delete from directory.arrival a where a.directory_id = ${directoryId}::uuid and a.at < (select k.at from directory.arrival k where k.directory_id = ${directoryId}::uuid order by k.at desc offset ${KEPT_ARRIVALS} limit 1)`.execute(tx);
}

type Work = (asked: Asked) => Promise<Done>;

/** Answers a request in one transaction as the directory's actor, with its entry in the ledger; a refusal is noted by itself. */
async function answer(speaking: Speaking, request: FastifyRequest, what: string, work: Work): Promise<Done> {
  const { id = '' } = request.params as { id?: string };
  const isRead = request.method === 'GET' || what.startsWith('search');
  refuseUnstorable(request.query);
  refuseUnstorable(request.body);
  const sent = what.startsWith('search') ? request.body : request.query;
  return directory.writeMany(speaking.ctx, PROVISION, async (tx) => {
    const done = await work({ speaking, tx, id, query: queryOf(sent), body: request.body, headers: { 'if-match': one(request.headers['if-match']), 'if-none-match': one(request.headers['if-none-match']) } });
    if (!isRead) await noteArrival(tx, speaking, { what, about: done.about.slice(0, 200), status: done.answer.status, why: null });
    const said = { ...about(speaking.id, isRead ? 'asked' : 'said', { what, resourceId: id || null, status: done.answer.status }), ...(isRead && { isQuiet: true as const }) };
    return { changes: [said, ...(done.told ?? [])], result: done };
  });
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(',') : value);

async function noteRefusal(speaking: Speaking, request: FastifyRequest, what: string, problem: Problem): Promise<void> {
  const { id = '' } = request.params as { id?: string };
  const why = problem.status >= 500 ? 'It could not be done now.' : problem.message.slice(0, 500);
  await directory.writeMany(speaking.ctx, PROVISION, async (tx) => {
    await noteArrival(tx, speaking, { what, about: (await nameOf(tx, id, request.body)).slice(0, 200), status: statusOf(problem), why });
    const told = problem.code === 'directory.kept' ? [about(speaking.id, 'kept', { resourceId: id || null })] : [];
    return { changes: [about(speaking.id, 'refused', { what, resourceId: id || null, status: statusOf(problem), why }), ...told], result: undefined };
  });
}

/** Of whom or what a refused request spoke, as far as it can be said. */
async function nameOf(tx: Tx, id: string, body: unknown): Promise<string> {
  const [row] = isId(id) ? (await sql<{ name: string }>`select name from directory.account where id = ${id}::uuid union all select display_name from directory."group" where id = ${id}::uuid`.execute(tx)).rows : [];
  const sent = isObject(body) ? (valueOf(body, 'userName') ?? valueOf(body, 'displayName')) : undefined;
  return row?.name ?? (typeof sent === 'string' ? sent.toWellFormed().replaceAll('\0', '') : id);
}

const NOT_SUPPORTED: readonly [string, string][] = [['/Bulk', 'Bulk requests are not supported: send one resource a request.'], ['/Me', 'There is nobody behind a key of a directory.']];

/** SCIM 2.0 below /scim/v2 (RFC 7644): with its own media type and errors, behind a key of a directory. */
export async function mountScim(app: FastifyInstance, door: Door): Promise<void> {
  const throttle = new Throttle();
  await app.register(async (scim) => {
    scim.addContentTypeParser(['application/scim+json', 'application/json'], { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, text, done) => {
      if (text === '') return done(null, undefined);
      return scim.getDefaultJsonParser('error', 'error')(_request, text as string, done);
    });
    scim.setErrorHandler((error, request, reply) => fail(reply, door.refused(request, error)));
    scim.setNotFoundHandler((_request, reply) => fail(reply, notFound()));
    const speakers = new WeakMap<FastifyRequest, Speaking>();
    scim.addHook('onRequest', async (request) => {
      const speaking = await speakingWith(await door.enter(request, 'directory:connect'));
      throttle.take(speaking.id, speaking.ctx.now());
      speakers.set(request, speaking);
    });
    const route = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, what: string, work: Work): void => {
      scim.route({ method, url, schema: { hide: true }, handler: async (request, reply) => {
        const speaking = speakers.get(request);
        if (!speaking) throw switchedOff();
        const done = await answer(speaking, request, what, work).catch(async (error: unknown) => {
          const problem = asProblem(error);
          await noteRefusal(speaking, request, what, problem).catch(() => undefined);
          throw problem;
        });
        if (done.settles) await identity.settleDue(speaking.ctx.db).catch(() => undefined);
        return send(reply, done.answer);
      } });
    };
    routes(route);
    for (const [url, answered] of Object.entries({ '/ServiceProviderConfig': providerConfig, '/ResourceTypes': resourceTypes, '/Schemas': schemas })) scim.get(url, { schema: { hide: true } }, async (_request, reply) => send(reply, answered()));
    scim.get('/ResourceTypes/:id', { schema: { hide: true } }, async (request, reply) => send(reply, resourceType((request.params as { id: string }).id)));
    scim.get('/Schemas/:id', { schema: { hide: true } }, async (request, reply) => send(reply, schema((request.params as { id: string }).id)));
    for (const [url, detail] of NOT_SUPPORTED) scim.all(url, { schema: { hide: true } }, async (_request, reply) => send(reply, { status: 501, body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '501', detail } }));
    scim.all('/*', { schema: { hide: true } }, async () => {
      throw notFound();
    });
  }, { prefix: '/scim/v2' });
}

function routes(route: (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, what: string, work: Work) => void): void {
  for (const [noun, path, kind] of [['user', '/Users', { list: users.listUsers, read: users.readUser, create: users.createUser, replace: users.replaceUser, patch: users.patchUser, remove: users.removeUser }], ['group', '/Groups', { list: groups.listGroups, read: groups.readGroup, create: groups.createGroup, replace: groups.replaceGroup, patch: groups.patchGroup, remove: groups.removeGroup }]] as const) {
    route('GET', path, `list ${noun}`, kind.list);
    route('POST', `${path}/.search`, `search ${noun}`, kind.list);
    route('GET', `${path}/:id`, `read ${noun}`, kind.read);
    route('POST', path, `create ${noun}`, kind.create);
    route('PUT', `${path}/:id`, `replace ${noun}`, kind.replace);
    route('PATCH', `${path}/:id`, `change ${noun}`, kind.patch);
    route('DELETE', `${path}/:id`, `remove ${noun}`, kind.remove);
  }
}

function fail(reply: FastifyReply, problem: Problem): FastifyReply {
  const { retryAfterS } = problem.extra;
  return send(reply, { status: statusOf(problem), body: errorBody(problem), headers: { ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }), ...(problem.status === 401 && { 'www-authenticate': 'Bearer realm="Parapet SCIM"' }) } });
}
