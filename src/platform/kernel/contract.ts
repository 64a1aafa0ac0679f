import type { z } from 'zod';

/**
 * Who may call an operation: a permission atom of the module (`alarms:close`), `signed-in` (any active person, about
 * themselves), or `public` (nobody need be signed in). The generated access matrix refuses an operation without one.
 */
export type Permission = `${string}:${string}` | 'signed-in' | 'public';

type Spec = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/<module>`; parameters as `:id`. */
  path: `/${string}`;
  summary: string;
  permission: Permission;
  /** Of who asks neither address nor device is in the log or in the context. For `public` operations of people who may not be known. */
  isUnnamed?: true;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Takes bytes instead of JSON (`application/octet-stream`), which the verb reads as a stream from `exchange.request.body`; there is none where none were sent. */
  bytes?: true;
  /** How large a body may be, where it is more or less than elsewhere. */
  mostBytes?: number;
  /** Also for who sees as another and may change nothing else: ending that. */
  throughLens?: true;
  /** What this does when it comes late from a device that was offline; without it no device keeps it to send later. */
  late?: 'append' | 'last-wins' | 'ask';
  /** What a 200 answers; `null` for operations that write their own reply (streams, files). */
  reply: z.ZodType | null;
  /** Status of success, 200 unless said. */
  status?: 200 | 201 | 202 | 204;
};

type Part<S, K extends keyof S> = S[K] extends z.ZodType ? z.output<S[K]> : unknown;

/** One operation: from it come validation, types, OpenAPI and the browser's `call()`. */
export type Endpoint = Spec;

/** What the verb receives: parameters, query and body in one object (an array body arrives as `items`). */
export type Input<E extends Endpoint> = Part<E, 'params'> &
  Part<E, 'query'> &
  (E['body'] extends z.ZodType ? (z.output<E['body']> extends readonly unknown[] ? { items: z.output<E['body']> } : z.output<E['body']>) : unknown);

/** What a caller writes, before defaults are filled in. */
export type CallInput<E extends Endpoint> = (E['params'] extends z.ZodType ? z.input<E['params']> : unknown) &
  (E['query'] extends z.ZodType ? z.input<E['query']> : unknown) &
  (E['body'] extends z.ZodType ? (z.input<E['body']> extends readonly unknown[] ? { items: z.input<E['body']> } : z.input<E['body']>) : unknown);

/** What the verb answers, which is what goes on the wire. */
export type Reply<E extends Endpoint> = E['reply'] extends z.ZodType ? z.input<E['reply']> : unknown;

/** Declares an operation. */
export const endpoint = <const E extends Spec>(spec: E): E => spec;
