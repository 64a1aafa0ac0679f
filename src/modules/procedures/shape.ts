import type { CallList, Procedure, Step } from './procedure.ts';

export type { CallList, Procedure, Step };

/** What a step asks of a person. An end closes the procedure with one of its dispositions. */
export const STEP_KINDS = ['instruction', 'question', 'check', 'call', 'document', 'action', 'end'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** Where a step leads by itself or by its answers. */
export const exitsOf = (step: Step): readonly string[] => [...(step.next === null ? [] : [step.next]), ...step.answers.map(({ next }) => next)];

export const stepsOf = (procedure: Procedure): ReadonlyMap<string, Step> => new Map(procedure.steps.map((step) => [step.id, step]));
