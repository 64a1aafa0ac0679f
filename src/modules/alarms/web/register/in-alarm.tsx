import { useRead } from '#platform/web/query.ts';
import { readRationale } from '../../rationale-contract.ts';
import css from '../detail.module.css';
import { EntryFacts } from './entry-facts.tsx';
import { t } from './messages.en.ts';

/** What the register says of an alarm's type, for who handles it; nothing where it says nothing. */
export function InAlarm({ type, Part }: { type: string; Part: 'h2' | 'h3' }) {
  const entry = useRead('alarms', readRationale, { type }).data?.entry ?? null;
  if (entry === null) return null;
  return (
    <section className={css.part} aria-label={t('register.alarm')}>
      <Part className="label">{t('register.alarm')}</Part>
      <EntryFacts entry={entry} isShort />
    </section>
  );
}
