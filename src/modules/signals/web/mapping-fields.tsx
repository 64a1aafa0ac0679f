import { useMemo } from 'react';
import { useRead } from '#platform/web/query.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { CheckField, SelectField, TextField } from '#ui/field.tsx';
import { Picker } from '#ui/picker.tsx';
import { Empty } from '#ui/states.tsx';
import { listTypes } from '../contract.ts';
import type { Mapping } from '../mapping-contract.ts';
import css from './mapping.module.css';
import { t } from './messages.en.ts';

type FaultAt = (at: string) => string | undefined;
type Row = Mapping['rows'][number];

const EFFECTS = ['raise', 'restore', 'restore-point', 'cancel', 'note'] as const;
const PLACES = ['device', 'zone', 'message', 'severity', 'occurredAt', 'externalId'] as const;
/** CEL, in every language the same. */
const EXAMPLES = {
  field: 'fields.door.name', list: 'fields.tags.exists(x, x == "night")', has: 'has(fields.door) && fields.level >= 4', like: 'like(fields.text, "door*forced*")',
  between: 'between(fields.text, "from ", " port")', table: '{"1": "North", "2": "South"}[fields.area]', header: 'header.query.site',
} as const;
const EXAMPLE_KEYS = Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[];
const NEW_ROW: Row = { title: '', when: '', type: '', effect: 'raise', isUnverified: false };

type RowsProps = { rows: readonly Row[]; faultAt: FaultAt; onRows: (rows: Row[]) => void };

/** The lines of a draft; the first that fits decides, so their order can be changed. */
export function Rows({ rows, faultAt, onRows }: RowsProps) {
  const set = (at: number, change: Partial<Row>): void => onRows(rows.map((row, i) => (i === at ? { ...row, ...change } : row)));
  const swap = (at: number, other: number): void => {
    const next = [...rows];
    const [one, two] = [next[at], next[other]];
    if (!one || !two) return;
    next[at] = two;
    next[other] = one;
    onRows(next);
  };
  return (
    <>
      {rows.length === 0 && <Empty>{t('signals.mapping.lines.none')}</Empty>}
      <ol className={css.rows}>
        {rows.map((row, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- a line has no name but its place
          <li key={at} aria-label={t('signals.mapping.line', { n: at + 1 })}>
            <OneRow row={row} at={at} faultAt={faultAt} onRow={(change) => set(at, change)} />
            <div className="row">
              <CheckField label={t('signals.unverified')} isOn={row.isUnverified} onValue={(isUnverified) => set(at, { isUnverified })} />
              <span className="space" />
              <IconButton icon="up" label={t('signals.mapping.line.up', { n: at + 1 })} disabled={at === 0} onClick={() => swap(at, at - 1)} />
              <IconButton icon="down" label={t('signals.mapping.line.down', { n: at + 1 })} disabled={at === rows.length - 1} onClick={() => swap(at, at + 1)} />
              <Button look="quiet" aria-label={t('signals.mapping.line.remove.of', { n: at + 1 })} onClick={() => onRows(rows.filter((_, i) => i !== at))}>{t('signals.mapping.line.remove')}</Button>
            </div>
          </li>
        ))}
      </ol>
      <div className={css.body}><div><Button icon="add" onClick={() => onRows([...rows, NEW_ROW])}>{t('signals.mapping.line.add')}</Button></div></div>
    </>
  );
}

function OneRow({ row, at, faultAt, onRow }: { row: Row; at: number; faultAt: FaultAt; onRow: (change: Partial<Row>) => void }) {
  const types = useRead('signals', listTypes, {});
  const options = useMemo(() => (types.data?.items ?? []).map(({ key, title }) => ({ value: key, title, note: key })), [types.data]);
  const chosen = options.find(({ value }) => value === row.type) ?? (row.type ? { value: row.type, title: row.type } : null);
  return (
    <div className={css.row}>
      <TextField label={t('signals.mapping.when')} value={row.when} onValue={(when) => onRow({ when })} error={faultAt(`rows[${at}].when`)} placeholder={'fields.event == "door_forced"'} spellCheck={false} autoComplete="off" autoCapitalize="off" />
      <Picker label={t('signals.type')} value={chosen} onValue={(option) => onRow({ type: option?.value ?? '' })} options={options} error={faultAt(`rows[${at}].type`)} />
      <SelectField label={t('signals.mapping.effect')} value={row.effect} onValue={(effect) => onRow({ effect: EFFECTS.find((one) => one === effect) ?? 'raise' })} choices={EFFECTS.map((value) => ({ value, title: t(`signals.effect.${value}`) }))} />
      <TextField label={t('signals.mapping.title')} isOptional value={row.title} onValue={(title) => onRow({ title })} autoComplete="off" />
    </div>
  );
}

/** Which list holds the events, and where each thing stands in a message. */
export function EachAndPlaces({ draft, faultAt, onDraft }: { draft: Mapping; faultAt: FaultAt; onDraft: (draft: Mapping) => void }) {
  return (
    <div className={css.body}>
      <TextField label={t('signals.mapping.each')} help={t('signals.mapping.each.help')} isOptional value={draft.each} onValue={(each) => onDraft({ ...draft, each })} error={faultAt('each')} spellCheck={false} autoComplete="off" autoCapitalize="off" />
      {PLACES.map((name) => (
        <TextField key={name} label={t(`signals.mapping.place.${name}`)} help={t(`signals.mapping.place.${name}.help`)} isOptional value={draft.places[name]} onValue={(text) => onDraft({ ...draft, places: { ...draft.places, [name]: text } })} error={faultAt(`places.${name}`)} spellCheck={false} autoComplete="off" autoCapitalize="off" />
      ))}
      <details className={css.help}>
        <summary>{t('signals.mapping.language')}</summary>
        <dl className="facts">
          {EXAMPLE_KEYS.map((one) => [
            <dt key={one} className="mono">{EXAMPLES[one]}</dt>, <dd key={`${one}d`}>{t(`signals.mapping.language.${one}.what`)}</dd>,
          ])}
        </dl>
      </details>
    </div>
  );
}
