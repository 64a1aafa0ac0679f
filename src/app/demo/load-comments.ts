import { addComment } from '#platform/thread/comments.service.ts';
import type { Cast } from './load-cast.ts';
import { idOfIncident } from './load-history.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const DAY_MS = 86_400_000;

type Said = { by: string; daysAgo: number; text: string; names?: readonly string[] };

/** What the department said of two incidents of the year, beside their logs. */
const SAID: Readonly<Record<number, readonly Said[]>> = {
  2: [
    { by: 'p02', daysAgo: 6.1, text: 'The seal numbers of the papers came by mail only the next morning. @Mireille Fontaigne, who at the gate knew that?', names: ['p03'] },
    { by: 'p03', daysAgo: 5.8, text: 'Nobody. The relief officer had the old sheet, without the column for the seal. The new one hangs there since Tuesday.' },
    { by: 'p01', daysAgo: 5.2, text: 'Good. Then the sheet is the finding, not the officer.' },
  ],
  7: [
    { by: 'p02', daysAgo: 4.4, text: 'The contractor’s own report calls the escort a recommendation. It is a condition of the permit; their account manager has it in writing now.' },
    { by: 'p01', daysAgo: 4.1, text: '@Tomas Brandt-Okello, please keep their answer with the incident.', names: ['p02'] },
  ],
};

/** Says it as those people would. */
export async function loadComments(plan: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  for (const [story, comments] of Object.entries(SAID)) {
    const past = plan.history.incidents.find(({ key }) => key === `story-${story}`);
    if (!past) throw new RangeError(`The demonstration has no story ${story} to speak of.`);
    const recordId = idOfIncident(plan, past);
    for (const [i, { by, daysAgo, text, names = [] }] of comments.entries())
      await once.do(`comment ${story} ${i}`, people.get(by), new Date(Date.parse(plan.now) - daysAgo * DAY_MS).toISOString(), (ctx) => addComment(ctx, { recordId, text, mentions: names.flatMap((key) => people.get(key)?.personId ?? []) }));
  }
}
