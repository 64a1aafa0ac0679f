import { useState } from 'react';
import { useNow } from './clock.ts';
import { Field } from './field.tsx';
import css from './field.module.css';
import { t } from './messages.en.ts';
import { type Meaning, readMoment } from './moment.ts';
import { TwoTimes } from './time.tsx';
import { timeWords } from './times.ts';
import { wallAt } from './zone.ts';

type MomentFieldProps = {
  label: string;
  /** ISO 8601 in UTC; `null` while nothing readable stands in the field. */
  value: string | null;
  onValue: (value: string | null) => void;
  /** The site's zone (IANA), in which the time is typed. */
  timeZone: string;
  meaning?: Meaning;
  error?: string | undefined;
  isOptional?: boolean;
  /** What it means where nothing stands in it. */
  empty?: string;
};

const written = (iso: string, timeZone: string, today: Date): string => {
  const wall = wallAt(new Date(iso), timeZone);
  const now = wallAt(today, timeZone);
  const isToday = wall.year === now.year && wall.month === now.month && wall.day === now.day;
  const date = `${wall.year}-${String(wall.month).padStart(2, '0')}-${String(wall.day).padStart(2, '0')}`;
  return `${isToday ? '' : `${date} `}${timeWords(wall, wall.second > 0)}`;
};

/** A time as people type it (`0412`, `-20m`, `yesterday 1800`), repeated back in both zones. */
export function MomentField({ label, value, onValue, timeZone, meaning = 'past', error, isOptional = false, empty = '\u00a0' }: MomentFieldProps) {
  const now = useNow();
  const [typed, setTyped] = useState(() => (value === null ? '' : written(value, timeZone, now)));
  // What is written has no fraction of a second: who only passes through changes nothing.
  const [settled, setSettled] = useState(typed);
  const [fault, setFault] = useState<string>();
  const [isTwice, setTwice] = useState(false);
  const leave = (): void => {
    if (typed === settled) return;
    setSettled(typed);
    if (typed.trim() === '') {
      setFault(undefined);
      onValue(null);
      return;
    }
    const found = readMoment(typed, { now, timeZone, meaning });
    setFault(found.ok ? undefined : t(`ui.moment.${found.refused}`));
    setTwice(found.ok && found.isTwice);
    onValue(found.ok ? found.at.toISOString() : null);
    if (!found.ok) return;
    const words = written(found.at.toISOString(), timeZone, now);
    setTyped(words);
    setSettled(words);
  };
  const note = value !== null && !fault && (
    <>
      <TwoTimes at={value} siteZone={timeZone} /> {isTwice && t('ui.moment.twice')}
    </>
  );
  return (
    <Field label={label} help={t('ui.moment.hint')} error={fault ?? error} isOptional={isOptional} note={note || empty}>
      {({ id, describedBy, isInvalid }) => <input id={id} className={css.input} aria-describedby={describedBy} aria-invalid={isInvalid} autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={leave} />}
    </Field>
  );
}
