import type { Ctx } from '#platform/kernel/store.ts';
import { AUTHENTICATE, identity } from '../change.ts';

const NOTED_EVERY_MS = 60_000;

/** Notes what came of asking a provider, for the page of providers: a change at once, the same once a minute. */
export async function noteAsked(door: Ctx, id: string, { isWell, words }: { isWell: boolean; words: string }): Promise<void> {
  const now = door.now();
  await identity.writeMany(door, AUTHENTICATE, async (tx) => {
    await tx.updateTable('identity.provider').set({ askedAt: now.toISOString(), askedWell: isWell, askedWords: words.slice(0, 500) }).where('id', '=', id)
      .where((row) => row.or([row('askedWell', 'is distinct from', isWell), row('askedAt', '<', new Date(now.getTime() - NOTED_EVERY_MS).toISOString())])).execute();
    return { changes: [], result: null };
  });
}
