import type { z } from 'zod';
import type { Ctx } from '#platform/kernel/store.ts';

/** What is known of a decision when it takes effect. */
export type Made = { id: string; proposedBy: string; reason: string };

/** One kind of decision, as a module registers it. */
export type DecisionKind<P extends object = object> = {
  /** `<module>.<what>`; its words for people are in the module's web folder. */
  key: `${string}.${string}`;
  /** Both people hold it, at the label of what is decided. */
  permission: string;
  /** How long it waits. */
  expiresMinutes: number;
  payload: z.ZodType<P>;
  /**
   * Does what was decided, in the transaction of the approval and as the approver (alone: as the proposer), so that
   * either both happen or neither. Throws a Problem where it cannot be done any more: then nothing is decided.
   */
  run: (ctx: Ctx, payload: P, made: Made) => Promise<void>;
};

const kinds = new Map<string, DecisionKind>();

/** Registers a kind of decision; each key once. */
export function decisionKind<P extends object>(kind: DecisionKind<P>): DecisionKind<P> {
  if (kinds.has(kind.key)) throw new Error(`Two kinds of decision are called ${kind.key}.`);
  kinds.set(kind.key, kind as unknown as DecisionKind);
  return kind;
}

/** The registered kind of this key, or null where no module here knows it. */
export const kindOf = (key: string): DecisionKind | null => kinds.get(key) ?? null;
