import { listDecisions } from '#platform/two-person/contract.ts';
import { useList, useRead } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { Asked, CutStrip } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Morning, readMorning } from '../contract.ts';
import { Actions, Changed, Needs, Unknown } from './day-panels.tsx';
import css from './desk.module.css';
import { Chain, Incidents, Quality } from './figure-panels.tsx';
import { useLastVisit } from './last-visit.ts';
import { t } from './messages.en.ts';
import { Posture } from './posture.tsx';

/** The Chief's desk: what changed, what waits, what nobody knows, and how the department does; every figure leads to its records. */
export default function DeskPage() {
  const since = useLastVisit(useMe().personId);
  const reading = useRead('desk', readMorning, since === null ? {} : { since }, { everyMs: 60_000 });
  useWhere({ title: t('desk.title') });
  return (
    <div className={css.page}>
      <CutStrip />
      <Asked reading={reading}>{(morning) => <Desk morning={morning} isFirst={since === null} />}</Asked>
    </div>
  );
}

function Desk({ morning, isFirst }: { morning: Morning; isFirst: boolean }) {
  const decisions = useList('two-person', listDecisions, { view: 'for-me', limit: 5 });
  const mayFigures = useMay('metrics:read');
  const waiting = decisions.data?.length ?? 0;
  const grave = morning.posture.filter(({ worst, urgentAlarms }) => (worst ?? 0) >= 3 || urgentAlarms > 0).length;
  const headline = [grave > 0 ? t('desk.grave', { n: grave }) : t('desk.calm'), ...(waiting > 0 ? [t('desk.decide', { n: waiting })] : [])].join(', ');
  return (
    <>
      <header className={css.head}>
        <h1 className="title">{headline}</h1>
        <span className="t2 small row">{t('desk.figures-to')} <TwoTimes at={morning.cutOffAt} /> {t('desk.own-sight')}</span>
      </header>
      <div className={css.grid}>
        <div className={css.column}>
          <Needs decisions={decisions.data ?? []} late={morning.actions.latest} />
          <Posture sites={morning.posture} of={morning.sites} />
          {mayFigures && <Chain />}
          {mayFigures && <Incidents />}
        </div>
        <div className={css.column}>
          <Changed morning={morning} isFirst={isFirst} />
          <Unknown unknown={morning.unknown} />
          {mayFigures && <Quality places={morning.places} />}
          <Actions actions={morning.actions} />
        </div>
      </div>
    </>
  );
}
