import { RecordLink } from '#platform/web/navigation.tsx';
import { useRead } from '#platform/web/query.ts';
import { cx } from '#ui/class-names.ts';
import { Icon, type IconName } from '#ui/icon.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { Asked } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Incident, readThread, type ThreadStep } from '../contract.ts';
import css from './incidents.module.css';
import { t } from './messages.en.ts';

const ICONS: Readonly<Record<string, IconName>> = { 'signals.signal': 'signal', 'alarms.alarm': 'bell', 'incidents.incident': 'command', report: 'print' };

const isPriority = (value: number | undefined): value is Priority => value === 1 || value === 2 || value === 3 || value === 4;

/** Down to the bytes on the wire, and up to the report: every step is a link. */
export function ThreadPane({ incident, onPrint }: { incident: Incident; onPrint: (() => void) | null }) {
  const reading = useRead('incidents', readThread, { id: incident.id });
  return (
    <section className={css.thread} aria-label={t('incidents.thread')}>
      <h2>{t('incidents.thread')}</h2>
      <Asked reading={reading}>
        {({ items }) => <ol className={css.threadSteps}>{items.filter(({ kind }) => onPrint || kind !== 'report').map((step) => <Step key={`${step.kind}${step.id}`} step={step} zone={incident.timeZone} onPrint={onPrint} />)}</ol>}
      </Asked>
    </section>
  );
}

function Step({ step, zone, onPrint }: { step: ThreadStep; zone: string | null; onPrint: (() => void) | null }) {
  const kind = step.kind;
  return (
    <li className={cx(css.threadStep, step.isHere && css.here)} aria-current={step.isHere ? 'true' : undefined}>
      <span className={css.threadMark}>{isPriority(step.priority) ? <PriorityShape priority={step.priority} size={16} /> : <Icon name={ICONS[kind] ?? 'file'} />}</span>
      <div className={css.threadWords}>
        {step.isHere && <b>{t('incidents.thread.here')}</b>}
        {!step.isHere && kind === 'report' && onPrint && <button type="button" className={css.linkish} onClick={onPrint}>{t('incidents.thread.report')}</button>}
        {!step.isHere && kind !== 'report' && <RecordLink kind={kind} id={step.id}>{step.title}</RecordLink>}
        <div className="mono small t2">{step.number}</div>
        {step.at && kind !== 'report' && <div className="small t2"><TwoTimes at={step.at} siteZone={zone ?? undefined} seconds /></div>}
        {step.raw !== undefined && (
          <details className={css.bytes}>
            <summary>{t('incidents.thread.bytes')}</summary>
            <pre className="mono">{step.raw}</pre>
            {step.hex && <pre className="mono t2" aria-label={t('incidents.thread.hex')}>{step.hex}</pre>}
          </details>
        )}
      </div>
    </li>
  );
}
