import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Run, RunEntry } from '../contract.ts';
import { standingEntries } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './panel.module.css';

type LogProps = { run: Run; siteZone: string | undefined; most?: number };

const isLate = ({ what, at, dueAt }: RunEntry): boolean => what === 'done' && dueAt !== null && Date.parse(at) > Date.parse(dueAt);

/** What was done, in its order: the step, what was said, by whom and when. What was taken back stands struck. */
export function Log({ run, siteZone, most = Infinity }: LogProps) {
  const stands = new Set(standingEntries(run.entries).map(({ seq }) => seq));
  const shown = run.entries.slice(Math.max(0, run.entries.length - most));
  const earlier = run.entries.length - shown.length;
  return (
    <>
      {earlier > 0 && <p className="t2 small">{t('procedures.earlier', { n: earlier })}</p>}
      <ol className={css.log}>
        {shown.map((entry) => <Line key={entry.seq} entry={entry} text={run.content.steps.find(({ id }) => id === entry.stepId)?.text ?? entry.stepId} isStruck={(entry.what === 'done' || entry.what === 'skipped') && !stands.has(entry.seq)} siteZone={siteZone} />)}
      </ol>
    </>
  );
}

function saidOf({ what, answer }: RunEntry): string {
  if (what === 'tried') return t('procedures.tried', { contact: answer ?? '' });
  if (what === 'taken-back') return t('procedures.taken-back');
  if (what === 'ended') return answer === null ? t('procedures.run.end.itself') : t('procedures.run.end', { answer });
  return answer ?? (what === 'skipped' ? '' : t('procedures.done'));
}

const Line = ({ entry, text, isStruck, siteZone }: { entry: RunEntry; text: string; isStruck: boolean; siteZone: string | undefined }) => (
  <li className={cx(css.line, isStruck && css.struck)}>
    <span className={css.mark} aria-hidden="true"><Icon name={entry.what === 'skipped' ? 'right' : entry.what === 'taken-back' ? 'undo' : entry.what === 'tried' ? 'call' : 'check'} size={13} /></span>
    <div>
      <span className="t2">{text}</span> <b>{saidOf(entry)}</b>{' '}
      {entry.what === 'skipped' && <Tag look="p2">{t('procedures.skipped')}</Tag>}
      {isLate(entry) && <Tag look="p2">{t('procedures.late')}</Tag>}
      {entry.note && <p className="small">{entry.note}</p>}
    </div>
    <span className="t2 small nowrap">{entry.by}<br /><TwoTimes at={entry.at} siteZone={siteZone} seconds /></span>
  </li>
);
