import { addDestination, pauseDestination } from '#modules/convergence/destinations.service.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const DEPUTY = 'p02';

/** One system outside that would be told, at a name that leads nowhere (RFC 2606), and paused: the demonstration sends nothing to anybody. */
export async function loadDestination({ now }: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  const deputy = people.get(DEPUTY);
  const made = await once.do('destination', deputy, now, (ctx) => addDestination(ctx, { name: 'Event store of the cyber team (fictional)', siteId: null, address: 'https://events.halden-works.example/security', format: 'ocsf', events: ['alarms.raised', 'incidents.declared'], downTo: 1, families: [], hasNarrative: false }));
  if (made) await once.do('destination paused', deputy, now, (ctx) => pauseDestination(ctx, { id: made.id, reason: 'A demonstration sends nothing out; there is nobody at this address.' }));
}
