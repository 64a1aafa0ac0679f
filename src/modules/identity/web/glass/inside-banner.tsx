import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { TwoTimes } from '#ui/time.tsx';
import { Icon } from '#ui/icon.tsx';
import { listInside } from '../../contract.ts';
import css from './glass.module.css';
import { t } from './messages.en.ts';

const EVERY_MS = 30_000;

/** While I am behind a wall by having broken its glass: whose witness, until when. */
export default function InsideBanner() {
  const inside = useRead('identity', listInside, {}, { everyMs: EVERY_MS });
  return (
    <>
      {(inside.data?.items ?? []).map((entry) => (
        <section key={entry.id} className={css.banner} aria-label={t('glass.inside')}>
          <Icon name="lock" size={13} />
          <b>{t('glass.inside')}</b>
          <span>{t('glass.inside.more', { number: entry.number ?? '', witness: entry.witness })}</span>
          <span>{t('glass.until')} <TwoTimes at={entry.until} /></span>
          <RecordLink kind={entry.kind} id={entry.recordId}>{t('glass.open')}</RecordLink>
        </section>
      ))}
    </>
  );
}
