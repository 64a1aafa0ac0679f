import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { eachOf } from './crowd.ts';
import { coreOf, defOf, exampleOf, type Given, type Operation, shapeOf, urlOf } from './operations.ts';
import { targetOf } from './policy.ts';
import type { Hidden } from './words.ts';

/** Who asks; without headers nobody who is signed in. */
export type Asker = { name: string; headers: Record<string, string> };
/** One thing to ask. `key` is its operation's. */
export type Ask = { key: string; method: Operation['method']; url: string; payload?: object };

/** What stands behind walls, by the kind that a path's parameter names, and values for fields by their names. */
export type Aims = { of: Readonly<Record<string, readonly string[]>>; values: Given; far: readonly string[] };

const ABSENT = '01890000-0000-7000-8000-00000000dead';

const idsFor = (operation: Operation, { of }: Aims): readonly string[] => {
  const kind = targetOf(operation);
  return kind === null ? [''] : (of[kind] ?? [ABSENT]);
};
const paramsOf = (id: string, values: Given) => ({ id, rowId: id, n: values['n'] });

/** Operations that are walked elsewhere: a stream does not end, and these would end who asks. */
const ELSEWHERE = new Set(['GET /api/live', 'GET /api/identity/sign-in/ways']);

/** Each reading operation on each thing behind a wall, with the least that it asks for. */
export const plainAsks = (operations: readonly Operation[], aims: Aims): Ask[] =>
  operations.filter(({ method, key }) => method === 'GET' && !ELSEWHERE.has(key)).flatMap((operation) => {
    const { key, method, endpoint: { query } } = operation;
    const records = query && 'recordId' in shapeOf(query) ? (aims.of['incident'] ?? []) : [''];
    return idsFor(operation, aims).flatMap((id) => records.map((recordId) => ({
      key, method, url: urlOf(operation, paramsOf(id, aims.values), query ? (exampleOf(query, { ...aims.values, ...(recordId && { recordId }) }, key) as Record<string, unknown>) : {}),
    })));
  });

/** Values that a filter, a sort or a size of a page may take. */
function valuesOf(schema: z.ZodType, name: string, { values, far }: Aims): readonly unknown[] {
  const core = coreOf(schema);
  const { type, format, entries, element, options } = defOf(core);
  if (type === 'enum') return Object.values(entries ?? {});
  if (type === 'boolean') return [true, false];
  if (type === 'array') return valuesOf(element as z.ZodType, name, { values, far, of: {} });
  if (type === 'union') return (options ?? []).flatMap((option) => valuesOf(option, name, { values, far, of: {} }));
  if (type === 'number') return name === 'limit' ? [1, 50] : [0, 1, 3];
  if (format === 'datetime') return ['2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];
  if (format === 'uuid' || format === 'guid') return far;
  return name in values ? [values[name]] : [];
}

/** The reading operations again, each filter with each of its values. */
export const variedAsks = (operations: readonly Operation[], aims: Aims): Ask[] =>
  operations.filter(({ method, key, endpoint }) => method === 'GET' && endpoint.query && !ELSEWHERE.has(key)).flatMap((operation) => {
    const { key, method, endpoint: { query } } = operation;
    const [id = ''] = idsFor(operation, aims);
    const least = exampleOf(query as z.ZodType, aims.values, key) as Record<string, unknown>;
    return Object.entries(shapeOf(query)).filter(([field]) => field !== 'q' && field !== 'after').flatMap(([field, schema]) =>
      valuesOf(schema, field, aims).filter((value) => schema.safeParse(value).success || schema.safeParse(String(value)).success).map((value) => ({ key, method, url: urlOf(operation, paramsOf(id, aims.values), { ...least, [field]: value }) })));
  });

/** Operations that search, each for each of these words. */
export const searchAsks = (operations: readonly Operation[], aims: Aims, words: readonly string[]): Ask[] =>
  operations.filter(({ method, endpoint }) => method === 'GET' && 'q' in shapeOf(endpoint.query)).flatMap((operation) => words.map((q) => {
    const { key, method, endpoint: { query } } = operation;
    return { key, method, url: urlOf(operation, {}, { ...(exampleOf(query as z.ZodType, aims.values, key) as Record<string, unknown>), q }) };
  }));

/** Operations that change something, each on each thing behind a wall, and with its id in each field that takes one. */
export const changeAsks = (operations: readonly Operation[], aims: Aims): Ask[] =>
  operations.filter(({ method, endpoint }) => method !== 'GET' && !endpoint.bytes && endpoint.permission !== 'public').flatMap((operation) => {
    const { key, method, endpoint: { body } } = operation;
    const fields = Object.entries(shapeOf(body)).filter(([, schema]) => isId(schema)).map(([field]) => field);
    const ids = idsFor(operation, aims);
    if (fields.length === 0 && ids[0] === '') return [];
    const record = aims.of['incident']?.[0];
    return ids.flatMap((id) => [null, ...fields].map((field) => ({
      key, method, url: urlOf(operation, paramsOf(id, aims.values)),
      ...(body && { payload: exampleOf(body, { ...aims.values, ...(field !== null && { [field]: listed(shapeOf(body)[field] as z.ZodType) ? [record] : record }) }, key) as object }),
    })));
  });

const listed = (schema: z.ZodType): boolean => defOf(coreOf(schema)).type === 'array';
function isId(schema: z.ZodType): boolean {
  const { format, type, element } = defOf(coreOf(schema));
  return format === 'uuid' || format === 'guid' || (type === 'array' && isId(element as z.ZodType));
}

export type Walked = { asked: number; found: string[] };

const NEXT = /"next":"([^"]{1,200})"/;
const MOST_PAGES = 3;

/** Asks all of it as each of these; every body, header and error is looked through, and pages are followed. */
export async function walk(app: FastifyInstance, hidden: Hidden, people: readonly Asker[], asks: readonly Ask[]): Promise<Walked> {
  const walked: Walked = { asked: 0, found: [] };
  await eachOf(people.flatMap((who) => asks.map((ask) => ({ who, ask }))), async ({ who, ask }) => {
    let url: string | null = ask.url;
    const said = JSON.stringify(ask.payload ?? null);
    for (let page = 0; url !== null && page < MOST_PAGES; page++) {
      const answer: Awaited<ReturnType<FastifyInstance['inject']>> = await app.inject({ method: ask.method, url, headers: { ...who.headers, ...(walked.asked % 7 === 0 && { 'accept-encoding': 'gzip' }) }, ...(ask.payload && { payload: ask.payload }) });
      walked.asked += 1;
      for (const where of hidden.inAnswer(answer, said)) walked.found.push(`${who.name}: ${ask.method} ${url} shows ${where}`);
      if (answer.statusCode >= 500) walked.found.push(`${who.name}: ${ask.method} ${url} breaks: ${answer.body.slice(0, 300)}`);
      const next = ask.method === 'GET' && answer.statusCode === 200 && answer.headers['content-encoding'] === undefined ? NEXT.exec(answer.body)?.[1] : undefined;
      url = next === undefined ? null : `${ask.url}${ask.url.includes('?') ? '&' : '?'}after=${encodeURIComponent(next)}`;
    }
  });
  return walked;
}
