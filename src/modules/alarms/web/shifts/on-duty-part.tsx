import { useRead } from '#platform/web/query.ts';
import { useNow } from '#ui/clock.ts';
import { Disc } from '#ui/tag.tsx';
import { ageWords } from '#ui/times.ts';
import { onDutyFor } from '../../shift-contract.ts';
import { t } from './messages.en.ts';
import css from './shifts.module.css';

/** Who is on duty and may handle this alarm, and how they are reached. */
export function OnDutyPart({ alarmId, Part, className }: { alarmId: string; Part: 'h2' | 'h3'; className: string | undefined }) {
  const { data } = useRead('alarms', onDutyFor, { id: alarmId }, { everyMs: 60_000 });
  const now = useNow();
  if (!data) return null;
  return (
    <section className={className} aria-label={t('duty.here')}>
      <Part className="label">{t('duty.here')}</Part>
      {data.items.length === 0 ? <p className="t2">{t('duty.here.nobody')}</p> : (
        <ul className={css.people}>
          {data.items.map(({ shiftId, name, desk, reach, beganAt }) => (
            <li key={shiftId}>
              <Disc name={name} size={20} />
              <span className="strong">{name}</span>
              <span className="t2 small">{[desk, reach && t('duty.reached', { reach }), t('duty.for', { time: ageWords(now.getTime() - Date.parse(beganAt)) })].filter(Boolean).join(' · ')}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
