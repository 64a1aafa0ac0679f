import type { Work, WorkTools } from './http.ts';

const ASKED_EVERY_MS = 1_000;

/** What led work asks while it runs: whether it is to end, and to be woken by its channel, or after so many milliseconds. */
export type Led = { isOver(): boolean; within(ms: number): Promise<void> };

/** Work of one node at a time, by the name of its lead: waits for it, then runs until it is told to stop. Where `run` rejects, the process ends and is started anew. */
export const leading = (name: string, channel: string, run: (tools: WorkTools, led: Led) => Promise<void>): Work => async (tools) => {
  let isStopped = false;
  const wake = await tools.wakeOn(channel);
  const led: Led = { isOver: () => isStopped, within: (ms) => wake.within(ms) };
  const running = (async () => {
    while (!led.isOver() && !(await tools.lead(name))) await wake.within(ASKED_EVERY_MS);
    if (!led.isOver()) await run(tools, led);
  })();
  return {
    failed: running,
    stop: async () => {
      isStopped = true;
      wake.now();
      await running.catch(() => undefined);
    },
  };
};
