import type { CallInput, Endpoint, Reply } from '#platform/kernel/contract.ts';
import { v7 as uuidv7 } from 'uuid';
import { t } from './messages.en.ts';

/** One field's fault: a JSON pointer and what to do. */
export type FieldFault = { pointer: string; detail: string };

type Body = { type?: string; title?: string; status?: number; detail?: string; instance?: string; errors?: FieldFault[] } & Record<string, unknown>;

/** A refusal by the server (RFC 9457), or `status` 0 where it could not be reached. `message` is the detail. */
export class ProblemError extends Error {
  readonly status: number;
  /** `<module>.<reason>` */
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldFault[];
  /** The request id, to be quoted to whoever runs the server; empty where nothing answered. */
  readonly instance: string;
  /** Members of the problem's own, such as who won a race. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterS: number | null;

  constructor(body: Body, retryAfterS: number | null = null) {
    const { type = '', title = '', status = 0, detail = title, instance = '', errors = [], ...extra } = body;
    super(detail);
    this.name = 'ProblemError';
    this.status = status;
    this.code = type.replace('urn:problem:', '');
    this.detail = detail;
    this.errors = errors;
    this.instance = instance;
    this.extra = extra;
    this.retryAfterS = retryAfterS;
  }

  /** The fault of one field, by JSON pointer (`/email`). */
  of(pointer: string): string | undefined {
    return this.errors.find((fault) => fault.pointer === pointer)?.detail;
  }
}

/** `ifMatch` is the version that was read; `key` repeats an earlier POST; `signal` gives up. */
export type CallOptions = { signal?: AbortSignal; key?: string; ifMatch?: number };

type Listener = () => void;
const listeners = new Set<Listener>();

/** Told when the server says that nobody is signed in. Answers how to stop listening. */
export function onUnauthenticated(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A new Idempotency-Key. */
export const newKey = (): string => uuidv7();

type Request = { url: string; init: RequestInit };

/** The request that an operation's input makes: parameters in the path, query fields after it, the rest as JSON. */
export function requestOf(module: string, endpoint: Endpoint, input: Readonly<Record<string, unknown>>, options: CallOptions = {}): Request {
  const rest: Record<string, unknown> = { ...input };
  const take = (name: string): unknown => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  const path = endpoint.path === '/' ? '' : endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(take(name))));
  const query = new URLSearchParams();
  for (const name of Object.keys(endpoint.query?.shape ?? {})) {
    const value = take(name);
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const headers: Record<string, string> = { accept: 'application/json', ...(typeof document === 'object' && document.documentElement.lang !== '' && { 'accept-language': document.documentElement.lang }) };
  const init: RequestInit = { method: endpoint.method, headers, credentials: 'same-origin' };
  if (endpoint.body) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(takesArray(endpoint) ? rest['items'] : rest);
  }
  if (endpoint.method === 'POST') headers['idempotency-key'] = options.key ?? newKey();
  if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
  if (options.signal) init.signal = options.signal;
  return { url: `/api/${module}${path}${query.size > 0 ? `?${query}` : ''}`, init };
}

const takesArray = (endpoint: Endpoint): boolean => endpoint.body?.def.type === 'array';

const unreachable = (method: string): ProblemError =>
  new ProblemError({ type: 'urn:problem:platform.unreachable', detail: t(method === 'GET' ? 'call.unreachable' : 'call.unreachable.written') });

/** Opens an operation that answers bytes for as long as it lasts. Rejects as `call` does. */
export async function openBytes<const E extends Endpoint>(module: string, endpoint: E, input: CallInput<E>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { url, init } = requestOf(module, endpoint, input as Readonly<Record<string, unknown>>, { signal });
  const response = await answerTo(url, { ...init, headers: {} }, signal);
  return response.body ?? new ReadableStream();
}

/** Calls an operation. Rejects with `ProblemError`, or with the signal's reason where it was given up. */
export async function call<const E extends Endpoint>(module: string, endpoint: E, input: CallInput<E>, options: CallOptions = {}): Promise<Reply<E>> {
  const { url, init } = requestOf(module, endpoint, input as Readonly<Record<string, unknown>>, options);
  const response = await answerTo(url, init, options.signal);
  return (response.status === 204 ? null : await response.json()) as Reply<E>;
}

async function answerTo(url: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(init.method ?? 'GET');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<ProblemError> {
  const isProblem = response.headers.get('content-type')?.includes('problem+json');
  const body = isProblem ? ((await response.json().catch(() => ({}))) as Body) : {};
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  if (response.status === 401) for (const listener of listeners) listener();
  if (!isProblem) return new ProblemError({ type: 'urn:problem:platform.unreachable', status: response.status, detail: t('call.no-reason', { status: String(response.status) }) });
  return new ProblemError({ ...body, status: response.status }, Number.isFinite(retryAfter) ? retryAfter : null);
}
