import { useState } from 'react';
import { listSources } from '#modules/signals/contract.ts';
import { useList } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { TextField } from '#ui/field.tsx';
import { type Option, Picker } from '#ui/picker.tsx';
import type { KnownBy } from '../contract.ts';
import css from './device.module.css';
import { t } from './messages.en.ts';

const POINT = /^[\x21-\x7e]{0,80}$/;

type KnownByProps = { value: readonly Pick<KnownBy, 'sourceId' | 'source' | 'point'>[]; onValue: (value: Pick<KnownBy, 'sourceId' | 'source' | 'point'>[]) => void; error: string | undefined };

/** By which signals a device is known: points of sources, added and removed one by one. */
export function KnownByField({ value, onValue, error }: KnownByProps) {
  const [words, setWords] = useState('');
  const [source, setSource] = useState<Option | null>(null);
  const [point, setPoint] = useState('');
  const list = useList('signals', listSources, { q: words || undefined, limit: 30 });
  const options = (list.data ?? []).map((one) => ({ value: one.id, title: one.name, note: one.account }));
  const isWrong = !POINT.test(point.trim());
  const add = (): void => {
    if (source === null || isWrong) return;
    onValue([...value.filter((one) => one.sourceId !== source.value || one.point !== point.trim()), { sourceId: source.value, source: source.title, point: point.trim() }]);
    setPoint('');
  };
  return (
    <fieldset className={css.known}>
      <legend>{t('devices.points')}</legend>
      <p className="t2 small">{t('devices.points.help')}</p>
      {value.length > 0 && (
        <ul className={css.points}>
          {value.map((one) => {
            const name = `${one.source ?? t('devices.source.hidden')} ${one.point || t('devices.point.whole')}`;
            return <li key={`${one.sourceId} ${one.point}`}><span>{name}</span><Button look="quiet" aria-label={t('devices.point.remove', { point: name })} onClick={() => onValue(value.filter((other) => other !== one))}>×</Button></li>;
          })}
        </ul>
      )}
      <div className={css.form}>
        <Picker label={t('devices.source')} isOptional value={source} onValue={setSource} options={options} onWords={setWords} isSearching={list.state === 'waiting'} error={error} />
        <TextField label={t('devices.point')} help={t('devices.point.help')} isOptional value={point} onValue={setPoint} spellCheck={false} error={isWrong ? t('devices.point.wrong') : undefined} />
      </div>
      <div><Button disabled={source === null || isWrong} onClick={add}>{t('devices.point.add')}</Button></div>
    </fieldset>
  );
}
