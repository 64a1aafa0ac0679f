import { useList } from '#platform/web/query.ts';
import { IconButton } from '#ui/button.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import { listTasks } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './tasks.module.css';

type WaitsFieldProps = { recordId: string; ownId: string | null; chosen: readonly Option[]; onChosen: (chosen: readonly Option[]) => void };

/** For which open tasks of the same record this one waits. */
export function WaitsField({ recordId, ownId, chosen, onChosen }: WaitsFieldProps) {
  const list = useList('tasks', listTasks, { recordId, state: 'open', limit: 200 });
  const options = (list.data ?? []).filter(({ id }) => id !== ownId && !chosen.some(({ value }) => value === id)).map(({ id, title }) => ({ value: id, title }));
  if (options.length === 0 && chosen.length === 0) return null;
  return (
    <div className={css.waitsField}>
      {options.length > 0 && <Picker label={t('tasks.waits.add')} help={t('tasks.waits.help')} isOptional value={null} onValue={(one) => one && onChosen([...chosen, one])} options={options} />}
      {chosen.length > 0 && (
        <ul aria-label={t('tasks.waits')} className={css.chosen}>
          {chosen.map((one) => <li key={one.value}><span>{one.title}</span><IconButton icon="close" label={t('tasks.waits.remove', { title: one.title })} onClick={() => onChosen(chosen.filter(({ value }) => value !== one.value))} /></li>)}
        </ul>
      )}
    </div>
  );
}
