import type { Work } from '#platform/kernel/http.ts';

const EVERY_MS = 10 * 60_000;
const STATEMENTS = [`delete from platform.outbox where at < now() - interval '1 day'`, `delete from platform.command where at < now() - interval '2 days'`];

/** Lets go of messages that every screen has had a day to hear, and of answers to commands that nobody sends again. */
export const trimOutbox: Work = async ({ worker, log }) => {
  const trim = () => void worker.send(STATEMENTS.map((text) => ({ text, values: [] }))).catch((error: unknown) => log.warn({ err: error }, 'the outbox was not trimmed'));
  const timer = setInterval(trim, EVERY_MS);
  return { failed: new Promise<never>(() => undefined), stop: async () => clearInterval(timer) };
};
