import { RecordLink } from '#platform/web/navigation.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Standing } from '../../shift-contract.ts';
import { siteWords } from '../words.ts';
import { t } from './messages.en.ts';
import css from './shifts.module.css';

type Row = { id: string; number: string; title: string; priority: number; site: string | null; since: string; until?: string | null; why?: string | null };

/** What stands open at a hand-over, list by list. */
export function StandingView({ standing }: { standing: Standing }) {
  const lists = (['held', 'waiting', 'shelved', 'silent'] as const).filter((key) => standing[key].length > 0);
  const onTest = standing.onTest ?? [];
  if (lists.length === 0 && onTest.length === 0 && standing.heldElsewhere === 0) return <p className="t2">{t('duty.stands.none')}</p>;
  return (
    <div className={css.stands}>
      {lists.map((key) => (
        <div key={key} role="group" aria-label={t(`duty.stands.${key}`)}>
          <p className="label">{t(`duty.stands.${key}`)} <span className="t3">{standing[key].length}</span></p>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
          <ul className={css.list} tabIndex={0} aria-label={t(`duty.stands.${key}`)}>{(standing[key] as readonly Row[]).map((row) => <Stood key={row.id} row={row} />)}</ul>
        </div>
      ))}
      {onTest.length > 0 && (
        <div role="group" aria-label={t('duty.stands.on-test')}>
          <p className="label">{t('duty.stands.on-test')} <span className="t3">{onTest.length}</span></p>
          <ul className={css.people}>{onTest.map(({ id, name, until, why }) => <li key={id}><span>{name}</span><span className="t2 small">{t('duty.stands.until')} <TwoTimes at={until} siteZone={undefined} /> · {why}</span></li>)}</ul>
        </div>
      )}
      {standing.heldElsewhere > 0 && <p className="t2">{t('duty.stands.elsewhere', { n: standing.heldElsewhere })}</p>}
      {standing.isCut && <p className="t2">{t('duty.stands.cut')}</p>}
    </div>
  );
}

const Stood = ({ row }: { row: Row }) => (
  <li>
    <PriorityShape priority={row.priority as Priority} size={14} label={`${row.priority}`} />
    <RecordLink kind="alarms.alarm" id={row.id}>{row.number}</RecordLink>
    <span className="cut">{row.title}</span>
    <span className="t2 small">{siteWords(row.site)}{row.site && ' · '}{t(row.until ? 'duty.stands.until' : 'duty.stands.since')} <TwoTimes at={row.until ?? row.since} siteZone={undefined} />{row.why && <> · {row.why}</>}</span>
  </li>
);
