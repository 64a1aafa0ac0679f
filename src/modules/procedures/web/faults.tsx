import { Tag } from '#ui/tag.tsx';
import type { Fault } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './procedure.module.css';

/** What the checker says, what is to be mended first. */
export const Faults = ({ faults }: { faults: readonly Fault[] }) => (
  <div role="status">
    <ul className={css.faults} aria-label={t('procedures.faults')}>
      {faults.length === 0 && <li>{t('procedures.faults.none')}</li>}
      {faults.toSorted((a, b) => a.weight.localeCompare(b.weight)).map(({ stepId, weight, words }) => (
        <li key={`${stepId ?? ''}${words}`}><Tag look={weight === 'error' ? 'p1' : 'p2'}>{t(`procedures.fault.${weight}`)}</Tag>{stepId !== null && <b>{t('procedures.fault.step', { id: stepId })}</b>}<span>{words}</span></li>
      ))}
    </ul>
  </div>
);
