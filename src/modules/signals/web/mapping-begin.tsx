import { SelectField } from '#ui/field.tsx';
import type { Mapping, MappingVersion, ShippedMapping } from '../mapping-contract.ts';
import css from './mapping.module.css';
import { t } from './messages.en.ts';

type BeginWithProps = { shipped: readonly ShippedMapping[]; versions: readonly MappingVersion[]; onChoose: (mapping: Mapping, madeFrom: string | null) => void };

/** Fills the draft from a mapping that ships or from an earlier version. */
export function BeginWith({ shipped, versions, onChoose }: BeginWithProps) {
  if (shipped.length + versions.length === 0) return null;
  const choose = (value: string): void => {
    const one = shipped.find(({ key }) => key === value);
    if (one) return onChoose(one.mapping, one.key);
    const version = versions.find(({ id }) => id === value);
    if (version) onChoose(version.mapping, version.madeFrom);
  };
  return (
    <div className={css.begin}>
      <SelectField
        label={t('signals.mapping.begin')} help={t('signals.mapping.begin.help')} value="" onValue={choose} placeholder={t('signals.mapping.begin.choose')}
        choices={[...versions.map(({ id, number, note }) => ({ value: id, title: t('signals.mapping.version.of', { n: number, note }) })), ...shipped.map(({ key, title }) => ({ value: key, title }))]}
      />
    </div>
  );
}
