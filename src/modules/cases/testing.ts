import type { FastifyInstance } from 'fastify';
import type { Somebody } from '#modules/identity/testing.ts';
import type { Standing } from './contract.ts';

export type Answer = { status: number; body: string; json: <T = Record<string, unknown>>() => T };
export type Calling = (who: Somebody | null, method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, payload?: object) => Promise<Answer>;

/** Asks below `/api/cases` as somebody, or as nobody. */
export const calling = (app: FastifyInstance): Calling => async (who, method, path, payload) => {
  const answer = await app.inject({ method, url: `/api/cases${path}`, ...(who && { headers: who.headers }), ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.body, json: <T>() => answer.json<T>() };
};

/** A case with the least that one has, led by `lead` and kept by `keeper`. */
export async function aCase(call: Calling, lead: Somebody, keeper: Somebody, more: object = {}): Promise<Standing> {
  const answer = await call(lead, 'POST', '', { title: 'Pallets that never arrived', type: 'cargo', custodianId: keeper.id, ...more });
  if (answer.status !== 201) throw new Error(answer.body);
  return answer.json<Standing>();
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** An answer as two systems give it that differ in ids and times only. */
export const withoutIdsAndTimes = (body: string): string => {
  const names = new Map<string, string>();
  const named = (id: string): string => names.get(id) ?? (names.set(id, `id-${names.size + 1}`), names.get(id) ?? '');
  return body.replaceAll(UUID, named).replaceAll(TIME, 'time');
};
