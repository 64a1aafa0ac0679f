import { NumberField, SelectField } from '#ui/field.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { Task } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './tasks.module.css';

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
type Frequency = (typeof FREQUENCIES)[number];
/** How a form says that a task repeats; `own` keeps a rule that says more than the form does. */
export type Chosen = { frequency: 'never' | Frequency | 'own'; every: string; own: string };

/** A rule that is but a frequency and an interval. */
function plain(rule: string): { frequency: Frequency; every: number } | null {
  const parts = /^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(?:;INTERVAL=(\d+))?$/.exec(rule);
  const frequency = FREQUENCIES.find((one) => one === parts?.[1]);
  return frequency ? { frequency, every: Number(parts?.[2] ?? 1) } : null;
}

export function chosenOf(rule: string | undefined): Chosen {
  const found = rule === undefined ? null : plain(rule);
  if (found) return { frequency: found.frequency, every: String(found.every), own: '' };
  return { frequency: rule === undefined ? 'never' : 'own', every: '1', own: rule ?? '' };
}

export const isWhole = ({ frequency, every }: Chosen): boolean => frequency === 'never' || frequency === 'own' || (/^\d{1,3}$/.test(every.trim()) && Number(every) >= 1 && Number(every) <= 366);

/** The rule to send; null where it does not repeat. One that says the same as before stays as it was written. */
export function ruleOf({ frequency, every, own }: Chosen, before: string | undefined): string | null {
  if (frequency === 'never') return null;
  if (frequency === 'own') return own;
  const was = before === undefined ? null : plain(before);
  if (before !== undefined && was?.frequency === frequency && was.every === Number(every)) return before;
  return Number(every) === 1 ? `FREQ=${frequency}` : `FREQ=${frequency};INTERVAL=${Number(every)}`;
}

/** Whether and how often a task comes again. */
export function RepeatFields({ chosen, onChosen, error, isTried }: { chosen: Chosen; onChosen: (chosen: Chosen) => void; error: string | undefined; isTried: boolean }) {
  const { frequency, every, own } = chosen;
  const choices = [{ value: 'never', title: t('tasks.repeats.never') }, ...FREQUENCIES.map((value) => ({ value, title: t(`tasks.repeats.${value}`) })), ...(own === '' ? [] : [{ value: 'own', title: t('tasks.repeats.own', { rule: own }) }])];
  return (
    <>
      <SelectField label={t('tasks.repeats')} help={frequency === 'never' ? undefined : t('tasks.repeats.help')} value={frequency} onValue={(value) => onChosen({ ...chosen, frequency: value as Chosen['frequency'] })} choices={choices} error={error} />
      {frequency !== 'never' && frequency !== 'own' && <NumberField label={t('tasks.repeats.every')} unit={t(`tasks.repeats.unit.${frequency}`)} value={every} onValue={(value) => onChosen({ ...chosen, every: value })} error={isTried && !isWhole(chosen) ? t('tasks.repeats.every.fault') : undefined} />}
    </>
  );
}

function eachWords(rule: string): string {
  const found = plain(rule);
  return found ? t(`tasks.each.${found.frequency}`, { n: found.every }) : t('tasks.repeats.own', { rule });
}

/** That a task repeats, with when the next is due, and for what it waits. */
export function Comes({ task: { state, repeats, blockedBy }, siteZone }: { task: Task; siteZone?: string | undefined }) {
  const open = blockedBy.filter((one) => one.state === 'open');
  if (state !== 'open') return null;
  return (
    <>
      {repeats && <span className="small t2">{t(repeats.nextDueAt ? 'tasks.each.next' : 'tasks.each.last', { words: eachWords(repeats.rule) })} {repeats.nextDueAt && <TwoTimes at={repeats.nextDueAt} siteZone={siteZone} />}</span>}
      {open.length > 0 && <span className={css.waits}>{t('tasks.waits.of', { titles: open.map(({ title }) => title).join(', ') })}</span>}
    </>
  );
}
