import { checkIdentity, receiveRequest } from '#platform/subjects/requests.service.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const DAY_MS = 86_400_000;

/** Two people have asked what is held on them, or that it is erased: one is known by now, one not. */
const ASKED = [
  { kind: 'access', name: 'Marit Holmvik', alsoKnown: ['m.holmvik@courier.example'], channel: 'Letter from a courier', daysAgo: 9, how: 'Passport shown at the reception' },
  { kind: 'erasure', name: 'Tomas Verhagen', alsoKnown: [], channel: 'Mail from a former contractor', daysAgo: 2, how: null },
] as const;

/** Notes requests of people as the chief would, so that nobody who handles them meets an empty room. */
export async function loadRequests(plan: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  const chief = people.get(plan.people.find(({ grants }) => grants.some(({ role }) => role === 'cso'))?.key ?? '');
  for (const [i, { kind, name, alsoKnown, channel, daysAgo, how }] of ASKED.entries()) {
    const at = new Date(Date.parse(plan.now) - daysAgo * DAY_MS).toISOString();
    const request = await once.do(`request ${i}`, chief, at, (ctx) => receiveRequest(ctx, { kind, personId: null, name, alsoKnown: [...alsoKnown], askedOn: at.slice(0, 10), channel }));
    if (request !== null && how !== null) await once.do(`request ${i} identity`, chief, at, (ctx) => checkIdentity(ctx, { id: request.id, how }));
  }
}
