import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, NumberField, SelectField } from '#ui/field.tsx';
import { Picker } from '#ui/picker.tsx';
import { changeBackupSetting, type Setting } from '../contract.ts';
import { t } from './messages.en.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), title: `${String(hour).padStart(2, '0')}:00` }));
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
const MOST_ZONES = 30;

const faultOf = (words: string, [least, most]: readonly [number, number]): string | undefined =>
  (/^\d{1,3}$/.test(words.trim()) && Number(words) >= least && Number(words) <= most ? undefined : t('backup.change.wrong', { least, most }));

/** When backups are made, how many are kept, how often one is proven. */
export function SettingDialog({ setting, onClose }: { setting: Setting; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('backup', changeBackupSetting);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(setting.version);
  const [isOn, setOn] = useState(setting.isOn);
  const [hour, setHour] = useState(String(setting.atHour));
  const [zone, setZone] = useState({ value: setting.timeZone, title: setting.timeZone });
  const [asked, setAsked] = useState('');
  const [keep, setKeep] = useState(String(setting.keep));
  const [days, setDays] = useState(String(setting.proveEveryDays));
  const faults = { keep: faultOf(keep, [2, 366]), days: faultOf(days, [1, 7]) };
  const zones = ZONES.filter((name) => name.toLowerCase().includes(asked.trim().toLowerCase().replaceAll(' ', '_'))).slice(0, MOST_ZONES);
  const submit = async (): Promise<void> => {
    if (faults.keep || faults.days) return;
    await send({ isOn, atHour: Number(hour), timeZone: zone.value, keep: Number(keep), proveEveryDays: Number(days) }, { ifMatch: version });
    announce(t('backup.change.saved'));
    onClose();
  };
  return (
    <Dialog title={t('backup.change.title')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('backup.change.save')}</Button><Button onClick={onClose}>{t('backup.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <CheckField label={t('backup.change.on')} isOn={isOn} onValue={setOn} />
      <SelectField label={t('backup.change.hour')} value={hour} onValue={setHour} choices={HOURS} />
      <Picker label={t('backup.change.zone')} value={zone} onValue={(option) => setZone(option ? { value: option.value, title: option.title } : zone)} options={zones.map((name) => ({ value: name, title: name }))} onWords={setAsked} />
      <NumberField label={t('backup.change.keep')} help={t('backup.change.keep.help')} value={keep} onValue={setKeep} error={faults.keep} />
      <NumberField label={t('backup.change.prove')} help={t('backup.change.prove.help')} value={days} onValue={setDays} error={faults.days} />
    </Dialog>
  );
}
