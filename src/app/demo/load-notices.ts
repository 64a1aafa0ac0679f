import { answerMine } from '#modules/notices/answers.service.ts';
import { endNotices } from '#modules/notices/end.service.ts';
import { handOver } from '#modules/notices/hand-over.ts';
import { closeMuster, openMuster } from '#modules/notices/muster/muster.service.ts';
import { sendNotice } from '#modules/notices/send.service.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { demo } from './content.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const NOTICE_ID = '01930000-0000-7000-8000-0000000de001';
const MUSTER_ID = '01930000-0000-7000-8000-0000000de002';
const DAYS_AGO = 6;
const MINUTE_MS = 60_000;
const TOLD = 7;
const ANSWERS = [['safe', ''], ['unaffected', ''], ['safe', 'Waited in the canteen'], ['help', 'Two of us were stuck in the lift, out again at ten past']] as const;

/** A notification of last week, with what people answered and its roll call: invented, as everything here. Nobody with whom one signs in was sent it. */
export async function loadNotices(db: Database, url: string, { plan, cast: { people }, once }: { plan: DemoPlan; cast: Cast; once: Once }): Promise<void> {
  const chief = people.get(plan.people.find(({ grants }) => grants.some(({ role }) => role === 'cso'))?.key ?? '');
  const shown = new Set(demo.signIns.map(({ person }) => person));
  const told = plan.people.filter(({ key }) => !shown.has(key)).flatMap(({ key }) => people.get(key) ?? []).filter(({ personId }) => personId !== chief?.personId).slice(0, TOLD);
  const at = Date.parse(plan.now) - DAYS_AGO * 1440 * MINUTE_MS;
  const moment = (minutes: number): string => new Date(at + minutes * MINUTE_MS).toISOString();
  const sent = await once.do('notice', chief, moment(0), (ctx) => sendNotice(ctx, {
    id: NOTICE_ID, title: 'Power failure in the east wing (fictional)', siteId: null, audience: { everyone: false, roles: [], personIds: told.map(({ personId }) => personId) }, channels: ['app'], roomIds: [], pace: 'together', turnS: 120, question: 'safety', templateKey: '', isDanger: false, overQuietWhy: '',
    texts: { en: { short: 'The power is out in the east wing. Do not use the lifts.', long: 'Technicians are on their way. Tell us how you are.' }, de: { short: 'Im Ostflügel ist der Strom ausgefallen. Benutzen Sie keine Aufzüge.', long: 'Techniker sind unterwegs. Sagen Sie uns, wie es Ihnen geht.' } },
  }));
  if (sent === null) return;
  const worker = openDatabase({ url, role: 'parapet_worker', max: 2, name: 'parapet demonstration' });
  try {
    await handOver(worker, new Date(moment(1)));
    for (const [i, [answer, note]] of ANSWERS.entries()) await once.do(`notice answer ${i}`, told[i], moment(3 + 4 * i), (ctx) => answerMine(ctx, { id: NOTICE_ID, answer, note }));
    await once.do('muster', chief, moment(10), (ctx) => openMuster(ctx, { id: MUSTER_ID, title: 'East wing (fictional)', siteId: null, everyone: false, noticeId: NOTICE_ID, personIds: [], guests: ['Lift engineer (fictional)'] }));
    await once.do('muster closed', chief, moment(55), (ctx) => closeMuster(ctx, { id: MUSTER_ID, report: 'All who did not answer were found at their desks by the floor wardens; power was back within the hour (fictional).' }));
    await endNotices({ ...(await actAs(db, SERVICE.correlator, undefined, 'demonstration')), now: () => new Date(moment(2)) }, worker);
  } finally {
    await worker.close();
  }
}
