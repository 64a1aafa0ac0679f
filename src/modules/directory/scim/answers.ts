import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { ERROR_SCHEMA, LIST_SCHEMA } from '#engines/scim/schema.ts';
import type { Json } from '#engines/scim/json.ts';
import { isRefusal, type ScimRefusal } from '#engines/scim/read.ts';
import { Problem } from '#platform/kernel/problem.ts';

/** What is sent back. */
export type Answer = { status: number; body?: Json; headers?: Record<string, string> };

export const MEDIA_TYPE = 'application/scim+json; charset=utf-8';

export const send = (reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply => {
  const answer = reply.code(status).headers(headers);
  return body === undefined ? answer.send() : answer.type(MEDIA_TYPE).serializer(JSON.stringify as (payload: unknown) => string).send(body);
};

/** A refusal of the standard's own sort, thrown. */
export const scimProblem = ({ scimType, detail }: Omit<ScimRefusal, 'ok'>): Problem => new Problem(scimType === 'uniqueness' ? 'conflict' : 'invalid', 'directory.scim', detail, { scimType });

/** The value, or its refusal thrown. */
export function required<T>(result: { ok: true; value: T } | ScimRefusal): T {
  if (isRefusal(result)) throw scimProblem(result);
  return result.value;
}

const TAKEN = /_taken$|linked_already|already_linked/;

const typeOf = ({ kind, code, extra }: Problem): string | undefined => {
  if (typeof extra['scimType'] === 'string') return extra['scimType'];
  if (kind === 'conflict') return TAKEN.test(code) ? 'uniqueness' : undefined;
  return kind === 'refused' ? 'invalidValue' : kind === 'invalid' ? 'invalidSyntax' : undefined;
};

/** The status that a provider is told: what we call 422 is its 400 (RFC 7644 §3.12, Table 8). */
export const statusOf = ({ kind, status }: Problem): number => (kind === 'refused' ? 400 : status);

/** An error as RFC 7644 §3.12 has it. */
export function errorBody(problem: Problem): Json {
  const scimType = typeOf(problem);
  const faults = (problem.extra.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`).filter((fault) => !fault.endsWith(problem.message));
  return { schemas: [ERROR_SCHEMA], status: String(statusOf(problem)), ...(scimType && { scimType }), detail: [problem.message, ...faults].join(' ') };
}

/** A page of a list (RFC 7644 §3.4.2); `startIndex` counts from 1. */
export const listBody = (resources: readonly Json[], totalResults: number, startIndex: number): Json => ({ schemas: [LIST_SCHEMA], totalResults, startIndex, itemsPerPage: resources.length, Resources: resources });

/** The entity tag of a resource: weak, since it is of what it says and not of its bytes (RFC 7644 §3.14). */
export const tagOf = (resource: Json): string => `W/"${createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22)}"`;

/** Throws 412 where `If-Match` names another version. */
export function checkTag(ifMatch: string | undefined, tag: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*' || ifMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === tag.replace(/^W\//, ''))) return;
  throw new Problem('stale', 'directory.changed_meanwhile', 'This was changed since you read it. Read it again.');
}
