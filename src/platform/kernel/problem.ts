const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  unsupported_media: 415,
  refused: 422,
  limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

const TITLE: Record<ProblemKind, string> = {
  invalid: 'The request is malformed',
  unauthenticated: 'Sign in first',
  forbidden: 'You may not do this',
  not_found: 'Not found',
  conflict: 'Already done or changed',
  stale: 'Changed since you read it',
  too_large: 'Too large',
  unsupported_media: 'Unsupported media type',
  refused: 'Refused',
  limited: 'Too many attempts',
  internal: 'Something broke on our side',
  unavailable: 'Not available right now',
};

/** The kinds of failure that surface.md names; each has one HTTP status. */
export type ProblemKind = keyof typeof STATUS;

/** One field's fault, as RFC 9457 suggests: a JSON pointer and what to do. */
export type FieldFault = { pointer: string; detail: string };

/** Extra members of the problem body. `errors` lists fields; `retryAfterS` becomes the Retry-After header. */
export type ProblemExtra = { errors?: FieldFault[]; retryAfterS?: number } & Record<string, unknown>;

/**
 * The one error thrown on purpose. `code` is public API, `<module>.<reason>`; `detail` tells a person what to do.
 * What is internal goes to `cause`, which only the log sees.
 */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly extra: ProblemExtra;

  constructor(kind: ProblemKind, code: string, detail: string, extra: ProblemExtra = {}, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'Problem';
    this.kind = kind;
    this.code = code;
    this.extra = extra;
  }

  get status(): number {
    return STATUS[this.kind];
  }

  /** The RFC 9457 body; `instance` is the request id. */
  toBody(instance: string): Record<string, unknown> {
    return { type: `urn:problem:${this.code}`, title: TITLE[this.kind], status: this.status, detail: this.message, instance, ...this.extra };
  }
}

/** 404: the same words for what is hidden and for what is not there, so that neither can be told from the other. */
export const notFound = (): Problem =>
  new Problem('not_found', 'platform.not_found', 'There is nothing here, or it is not for you to see. Check the address, or ask who sent you.');
