import { putOnTest } from '#modules/alarms/on-test.service.ts';
import { listSites } from '#modules/sites/sites.service.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';

const LEAD = 'p03';
const HOUR_MS = 3_600_000;

/** Maintenance that is planned for tomorrow, so that the page of what is held back shows one. */
export async function loadOnTest(now: string, { people }: Pick<Cast, 'people'>, once: Once): Promise<void> {
  const begins = Date.parse(now) + 20 * HOUR_MS;
  await once.do('maintenance planned', people.get(LEAD), now, async (ctx) => {
    const { items } = await listSites(ctx, { kind: 'site', sort: 'name', limit: 1 });
    const siteId = items[0]?.id;
    if (siteId === undefined) throw new Error('The watch lead sees no site.');
    return putOnTest(ctx, { mode: 'maintenance', place: { scope: 'site', siteId }, beginsAt: new Date(begins).toISOString(), endsAt: new Date(begins + 4 * HOUR_MS).toISOString(), ownerId: null, reason: 'Firmware of the panels; two fitters of the maker are on site' });
  });
}
