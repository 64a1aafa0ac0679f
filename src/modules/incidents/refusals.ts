import { Problem } from '#platform/kernel/problem.ts';
import { faultsOf } from './facts.ts';
import type { IncidentRefusal } from './rules.ts';

/** The database decides who may; the rules are asked as if everybody might. */
export const EVERYTHING = { personId: '', mayDeclare: true, mayWrite: true, mayClose: true } as const;

/** 422 about one field: where it is and what to do. */
export const refuseField = (pointer: string, code: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

/** What the pure rules refuse, as a problem; what is missing is named field by field. */
export function allowed<T extends { readonly ok: true }>(step: T | IncidentRefusal, typeKey: string | null = null): T {
  if (step.ok) return step;
  throw new Problem(step.kind, step.code, step.reason, step.missing ? { errors: faultsOf(step.missing, typeKey) } : {});
}
