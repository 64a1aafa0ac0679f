import { acceptHandOver, proposeHandOver } from '#modules/alarms/shifts/hand-over.service.ts';
import { writeEntry } from '#modules/alarms/shifts/log.service.ts';
import { beginShift } from '#modules/alarms/shifts/shifts.service.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const MINUTE_MS = 60_000;
/** Operators whose sign-in nobody has, so that no visitor is one of them: Utrecht late and night, Columbus late. */
const [LATE, NIGHT, COLUMBUS] = ['p06', 'p07', 'p09'];
const LOG = [
  { by: LATE, minutesAgo: 660, words: 'Cleaners in the North wing until 22:00, announced by the reception. Badges noted.' },
  { by: LATE, minutesAgo: 540, words: 'Radio 7 does not charge; put aside with a note, radio 9 in use.' },
  { by: NIGHT, minutesAgo: 400, words: 'Camera at the car park shows rain on the lens, gate seen by the patrol instead.' },
  { by: COLUMBUS, minutesAgo: 120, words: 'Contractor of the air conditioning on site in Fremont until the evening, badge 4471.' },
] as const;

/** A shift that was handed over with its log, and who is on duty now. */
export async function loadShifts({ now }: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  const at = (minutesAgo: number): string => new Date(Date.parse(now) - minutesAgo * MINUTE_MS).toISOString();
  const late = await once.do('shift late', people.get(LATE), at(900), (ctx) => beginShift(ctx, { siteId: null, desk: 'Desk 1, Utrecht', reach: 'extension 2201' }));
  const written = (by: string): Promise<unknown>[] => LOG.filter((line) => line.by === by).map(({ minutesAgo, words }) => once.do(`shift log ${minutesAgo}`, people.get(by), at(minutesAgo), (ctx) => writeEntry(ctx, { words, aboutId: null })));
  await Promise.all(written(LATE));
  const handOver = late && (await once.do('shift handed over', people.get(LATE), at(425), (ctx) => proposeHandOver(ctx, { id: late.id, notes: 'Quiet. The two open incidents stand with their commanders; ask for the ladder at the dock before 08:00.', checked: ['open-alarms', 'silent', 'keys-and-radios', 'people-on-site'] })));
  if (handOver) await once.do('shift accepted', people.get(NIGHT), at(420), (ctx) => acceptHandOver(ctx, { id: handOver.id, reach: 'extension 2201' }));
  await once.do('shift columbus', people.get(COLUMBUS), at(180), (ctx) => beginShift(ctx, { siteId: null, desk: 'Desk 1, Columbus', reach: 'extension 3301' }));
  await Promise.all([NIGHT, COLUMBUS].flatMap(written));
}
