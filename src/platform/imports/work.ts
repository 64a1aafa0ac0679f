import type { Work } from '#platform/kernel/http.ts';

const EVERY_MS = 3_600_000;

/** Lets go of files that nobody touched for a week, each hour. */
export const forgetFiles: Work = async ({ worker, log }) => {
  const forget = (): void => void worker.send([{ text: 'select imports.forget()', values: [] }]).catch((error: unknown) => log.warn({ err: error }, 'files of imports were not let go of'));
  forget();
  const timer = setInterval(forget, EVERY_MS);
  return { failed: new Promise<never>(() => undefined), stop: async () => clearInterval(timer) };
};
