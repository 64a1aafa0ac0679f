import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import { type Breach, BreachRisk, writeBreach } from '../../breach-contract.ts';
import css from '../incidents.module.css';
import { t } from './messages.en.ts';

type Typed = { least: string; most: string };
const typedOf = (range: Breach['persons'] | undefined): Typed => ({ least: range ? String(range.least) : '', most: range ? String(range.most) : '' });

/** Two whole numbers as people type them; null where none is given, undefined where they cannot be read. One alone stands for both. */
function rangeOf({ least, most }: Typed): Breach['persons'] | undefined {
  const [a, b] = [least.trim() || most.trim(), most.trim() || least.trim()].map((text) => text.replaceAll(/[\s.,'’]/g, ''));
  if (!a || !b) return null;
  const range = { least: Number(a), most: Number(b) };
  return /^\d+$/.test(a) && /^\d+$/.test(b) && range.least <= range.most ? range : undefined;
}

/** What GDPR Art. 33(3) and (5) ask to be said of a breach; saved as far as it is known. */
export function BreachDialog({ incidentId, breach, onClose }: { incidentId: string; breach: Breach | null; onClose: () => void }) {
  const saving = useSend('incidents', writeBreach);
  const [words, setWords] = useState({ nature: breach?.nature ?? '', personCategories: breach?.personCategories ?? '', recordCategories: breach?.recordCategories ?? '', consequences: breach?.consequences ?? '', measures: breach?.measures ?? '', contact: breach?.contact ?? '', riskWhy: breach?.riskWhy ?? '', personsToldWords: breach?.personsToldWords ?? '' });
  const [persons, setPersons] = useState(typedOf(breach?.persons));
  const [records, setRecords] = useState(typedOf(breach?.records));
  const [risk, setRisk] = useState<string>(breach?.risk ?? '');
  const [told, setTold] = useState(breach?.personsTold === true ? 'yes' : breach?.personsTold === false ? 'no' : '');
  const [isChecked, setChecked] = useState(false);
  const set = (key: keyof typeof words) => (value: string): void => setWords({ ...words, [key]: value });
  const [ofPersons, ofRecords] = [rangeOf(persons), rangeOf(records)];
  const save = async (): Promise<void> => {
    setChecked(true);
    if (ofPersons === undefined || ofRecords === undefined) return;
    await saving.send({ id: incidentId, ...words, persons: ofPersons, records: ofRecords, risk: BreachRisk.options.find((one) => one === risk) ?? null, personsTold: told === '' ? null : told === 'yes' }, breach ? { ifMatch: breach.version } : {}).then(onClose, () => undefined);
  };
  return (
    <Dialog size="wide" title={t('breach')} onClose={onClose} onSubmit={() => void save()} actions={<><Button onClick={onClose}>{t('breach.cancel')}</Button><Button type="submit" look="filled" isBusy={saving.isBusy}>{t('breach.save')}</Button></>}>
      <div className={css.form}>
        {saving.problem && <FaultSummary faults={saving.problem.errors} detail={saving.problem.detail} />}
        <TextArea label={t('breach.nature')} rows={3} maxLength={8_000} value={words.nature} onValue={set('nature')} autoFocus />
        <TextArea label={t('breach.person-categories')} rows={2} maxLength={8_000} value={words.personCategories} onValue={set('personCategories')} />
        <Range label={t('breach.persons')} value={persons} onValue={setPersons} isWrong={isChecked && ofPersons === undefined} />
        <TextArea label={t('breach.record-categories')} rows={2} maxLength={8_000} value={words.recordCategories} onValue={set('recordCategories')} />
        <Range label={t('breach.records')} value={records} onValue={setRecords} isWrong={isChecked && ofRecords === undefined} />
        <TextArea label={t('breach.consequences')} rows={3} maxLength={8_000} value={words.consequences} onValue={set('consequences')} />
        <TextArea label={t('breach.measures')} rows={3} maxLength={8_000} value={words.measures} onValue={set('measures')} />
        <TextField label={t('breach.contact')} maxLength={300} value={words.contact} onValue={set('contact')} autoComplete="off" />
        <SelectField label={t('breach.risk')} value={risk} onValue={setRisk} choices={[{ value: '', title: t('breach.risk.none') }, ...BreachRisk.options.map((value) => ({ value, title: t(`breach.risk.${value}`) }))]} />
        <TextArea label={t('breach.risk-why')} rows={2} maxLength={8_000} value={words.riskWhy} onValue={set('riskWhy')} />
        <SelectField label={t('breach.told')} value={told} onValue={setTold} choices={[{ value: '', title: t('breach.told.none') }, { value: 'yes', title: t('breach.told.yes') }, { value: 'no', title: t('breach.told.no') }]} />
        <TextArea label={t('breach.told-words')} rows={2} maxLength={8_000} value={words.personsToldWords} onValue={set('personsToldWords')} />
      </div>
    </Dialog>
  );
}

const Range = ({ label, value, onValue, isWrong }: { label: string; value: Typed; onValue: (value: Typed) => void; isWrong: boolean }) => (
  <div className={css.money}>
    <TextField label={`${label}: ${t('breach.least')}`} inputMode="numeric" autoComplete="off" value={value.least} onValue={(least) => onValue({ ...value, least })} error={isWrong ? t('breach.number.unreadable') : undefined} />
    <TextField label={t('breach.most')} inputMode="numeric" autoComplete="off" value={value.most} onValue={(most) => onValue({ ...value, most })} />
  </div>
);
