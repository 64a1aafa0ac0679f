import css from './incidents.module.css';
import { t } from './messages.en.ts';

const NAMES = { 1: 'incidents.severity.1', 2: 'incidents.severity.2', 3: 'incidents.severity.3', 4: 'incidents.severity.4', 5: 'incidents.severity.5' } as const;

export const severityName = (severity: number): string => (severity in NAMES ? t(NAMES[severity as keyof typeof NAMES]) : String(severity));

/** Severity by the number of steps, its figure and its name; the steps of 4 and 5 are of the colour of danger. */
export function SeverityMark({ severity, hasName = true }: { severity: number; hasName?: boolean }) {
  const words = t('incidents.severity.said', { n: severity, name: severityName(severity) });
  return (
    <span className={css.severity} data-severity={severity} {...(!hasName && { role: 'img', 'aria-label': words, title: words })}>
      <span className={css.steps} aria-hidden="true">{[1, 2, 3, 4, 5].map((step) => <i key={step} data-on={step <= severity} />)}</span>
      <b aria-hidden={!hasName}>{severity}</b>
      {hasName && <span>{severityName(severity)}</span>}
    </span>
  );
}
