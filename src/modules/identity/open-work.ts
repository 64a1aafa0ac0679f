import type { Ctx } from '#platform/kernel/store.ts';

/** A piece of work that somebody holds, as far as the reader sees it. `recordId` leads to it; a task hangs on a record of another kind. */
export type OpenItem = { kind: string; id: string; recordId: string; recordKind: string; number: string | null; title: string };

/** What became of a piece of work: to whom, or back to where it is taken from. */
export type HandedOver = { id: string; recordId: string; toId: string | null };

/** `onlyLost`: only what the person may not do any more, as after a move. */
export type HandingOver = { personId: string; toId: string | null; onlyLost: boolean };

/** One sort of work that people hold, registered by the module whose it is. */
export type OpenWork = {
  kind: string;
  /** What this person holds, of what the reader of the context sees. */
  list(ctx: Ctx, personId: string): Promise<OpenItem[]>;
  /** Hands it over, wherever it stands, as the steward and in its transaction; whoever may not have it does not get it. */
  handOver(ctx: Ctx, handing: HandingOver): Promise<HandedOver[]>;
};

const kinds = new Map<string, OpenWork>();

/** Registers a sort of work; each kind once. */
export function openWork(work: OpenWork): void {
  if (kinds.has(work.kind)) throw new Error(`Two sorts of work are called ${work.kind}.`);
  kinds.set(work.kind, work);
}

/** Every registered sort of work. */
export const sortsOfWork = (): readonly OpenWork[] => [...kinds.values()];
