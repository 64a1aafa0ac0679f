import { cx } from './class-names.ts';
import type { Choice } from './field.tsx';
import css from './filter-select.module.css';

type FilterSelectProps = { label: string; value: string; onValue: (value: string) => void; choices: readonly Choice[]; /** The value that filters nothing. */ all?: string };

/** One filter of a list as a chip with the browser's own list; a filter in force is drawn in the text's colour. */
export const FilterSelect = ({ label, value, onValue, choices, all = '' }: FilterSelectProps) => (
  <label className={cx(css.chip, value !== all && css.on)}>
    <span>{label}</span>
    <select value={value} onChange={(event) => onValue(event.target.value)}>
      {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.title}</option>)}
    </select>
  </label>
);
