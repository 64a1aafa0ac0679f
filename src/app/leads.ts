import type { Connection } from '#platform/kernel/db/connection.ts';
import type { WorkTools } from '#platform/kernel/http.ts';

const LEADS = 7_204_300;

/** Leads by advisory locks of one connection, which end with it; and being woken by its notifications. */
export function openLeads(connection: Connection): Pick<WorkTools, 'lead' | 'wakeOn'> {
  const waiting = new Map<string, Set<() => void>>();
  return {
    lead: async (name) => {
      const [answer] = await connection.send([{ text: 'select pg_try_advisory_lock($1::int, hashtext($2::text)) as mine', values: [LEADS, name] }]);
      return answer?.rows[0]?.['mine'] === true;
    },
    wakeOn: async (channel) => {
      const sleepers = waiting.get(channel) ?? new Set();
      if (!waiting.has(channel)) {
        waiting.set(channel, sleepers);
        await connection.listen(channel, () => sleepers.forEach((wake) => wake()));
      }
      let rang = false;
      let wake: () => void = () => (rang = true);
      sleepers.add(() => {
        rang = true;
        wake();
      });
      return {
        now: () => wake(),
        within: async (ms) => {
          if (!rang) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, ms);
              wake = () => (clearTimeout(timer), resolve());
            });
          }
          rang = false;
        },
      };
    },
  };
}
