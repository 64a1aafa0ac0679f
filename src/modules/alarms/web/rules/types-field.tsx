import { Chip } from '#ui/list-page.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import type { EventType } from '#modules/signals/contract.ts';
import css from './rules.module.css';
import { type TitleOf, typeWords } from './words.ts';

type TypesFieldProps = { label: string; help: string; chosen: readonly string[]; onChosen: (types: readonly string[]) => void; types: readonly EventType[]; titleOf: TitleOf; hasEnds: boolean; hasAny: boolean; error?: string | undefined };

/** Types of which any one counts: chosen by typing, each taken off again. */
export function TypesField({ label, help, chosen, onChosen, types, titleOf, hasEnds, hasAny, error }: TypesFieldProps) {
  const keys = [...(hasAny ? ['*'] : []), ...types.map(({ key }) => key), ...(hasEnds ? types.filter(({ raisesAlarm }) => raisesAlarm).map(({ key }) => `${key}#restore`) : [])];
  const options = keys.filter((key) => !chosen.includes(key)).map((value): Option => ({ value, title: typeWords(value, titleOf) }));
  return (
    <div className={css.types}>
      <Picker label={label} help={help} value={null} onValue={(option) => option && onChosen([...chosen, option.value])} options={options} error={error} />
      {chosen.length > 0 && <div className={css.chips}>{chosen.map((type) => <Chip key={type} name="" value={typeWords(type, titleOf)} onRemove={() => onChosen(chosen.filter((one) => one !== type))} />)}</div>}
    </div>
  );
}
