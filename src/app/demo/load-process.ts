import { loadDemonstration } from './load.ts';

/** What the parent asks of the process that loads: the database as the plain login, and where sign-ins are written. */
export type LoadOrder = { url: string; dataDir: string };

/** What it answers: how it ended, in numbers, or why it failed. */
export type LoadAnswer = { loaded: Awaited<ReturnType<typeof loadDemonstration>> } | { failed: string };

process.once('disconnect', () => process.exit(1));
process.once('message', (order: LoadOrder) => {
  const answer = (message: LoadAnswer): void => void process.send?.(message, undefined, undefined, () => process.exit('failed' in message ? 1 : 0));
  loadDemonstration(order).then(
    (loaded) => answer({ loaded }),
    (error: unknown) => answer({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
