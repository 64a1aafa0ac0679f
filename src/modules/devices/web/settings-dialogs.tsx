import { useState } from 'react';
import { useRead, useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, TextArea, TextField } from '#ui/field.tsx';
import { Asked } from '#ui/states.tsx';
import { type DeviceDetail, listModels, type Model, type Reckoning, readReckoning, setModel, setReckoning } from '../contract.ts';
import { t } from './messages.en.ts';

const AMOUNT = /^\d{1,6}([.,]\d{1,2})?$/;

/** What one false alarm costs, for the whole organisation. */
export function ReckoningDialog({ onClose }: { onClose: () => void }) {
  const reading = useRead('devices', readReckoning, {});
  return <Asked reading={reading}>{({ reckoning }) => <TheReckoning reckoning={reckoning} onClose={onClose} />}</Asked>;
}

function TheReckoning({ reckoning, onClose }: { reckoning: Reckoning | null; onClose: () => void }) {
  const sending = useSend('devices', setReckoning);
  const [each, setEach] = useState(reckoning ? (reckoning.falseAlarmMinor / 100).toFixed(2) : '');
  const [currency, setCurrency] = useState(reckoning?.currency ?? 'EUR');
  const [basis, setBasis] = useState(reckoning?.basis ?? '');
  const [isLeft, setLeft] = useState(false);
  const eachWrong = AMOUNT.test(each.trim()) ? undefined : t('devices.cost.each.wrong');
  const currencyWrong = /^[A-Z]{3}$/.test(currency.trim()) ? undefined : t('devices.cost.currency.wrong');
  const submit = async (): Promise<void> => {
    setLeft(true);
    if (eachWrong || currencyWrong) return;
    await sending.send({ falseAlarmMinor: Math.round(Number(each.trim().replace(',', '.')) * 100), currency: currency.trim(), basis: basis.trim() });
    announce(t('devices.cost.saved'));
    onClose();
  };
  return (
    <Dialog title={t('devices.cost.set')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('devices.save')}</Button><Button onClick={onClose}>{t('devices.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={sending.problem?.detail} />
      <NumberField label={t('devices.cost.each')} help={t('devices.cost.each.help')} value={each} onValue={setEach} error={sending.problem?.of('/falseAlarmMinor') ?? (isLeft ? eachWrong : undefined)} />
      <TextField label={t('devices.cost.currency')} value={currency} onValue={setCurrency} maxLength={3} autoCapitalize="characters" error={sending.problem?.of('/currency') ?? (isLeft ? currencyWrong : undefined)} />
      <TextArea label={t('devices.cost.basis')} isOptional value={basis} onValue={setBasis} />
    </Dialog>
  );
}

/** Which firmware a device's model should have. */
export function ModelDialog({ device, onClose }: { device: DeviceDetail; onClose: () => void }) {
  const reading = useRead('devices', listModels, {});
  const isIts = (one: Model): boolean => one.make.toLowerCase() === device.make.toLowerCase() && one.model.toLowerCase() === device.model.toLowerCase();
  return <Asked reading={reading}>{({ items }) => <TheModel device={device} model={items.find(isIts) ?? null} onClose={onClose} />}</Asked>;
}

function TheModel({ device: { make, model: name }, model, onClose }: { device: DeviceDetail; model: Model | null; onClose: () => void }) {
  const sending = useSend('devices', setModel);
  const [wanted, setWanted] = useState(model?.wantedFirmware ?? '');
  const [life, setLife] = useState(model?.endOfLifeOn ?? '');
  const submit = async (): Promise<void> => {
    await sending.send({ make, model: name, wantedFirmware: wanted.trim(), endOfLifeOn: life || null });
    announce(t('devices.model.saved', { model: `${make} ${name}` }));
    onClose();
  };
  return (
    <Dialog title={`${t('devices.model.set')}: ${make} ${name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={sending.isBusy}>{t('devices.save')}</Button><Button onClick={onClose}>{t('devices.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={sending.problem?.detail} />
      <TextField label={t('devices.model.wanted')} isOptional value={wanted} onValue={setWanted} spellCheck={false} error={sending.problem?.of('/wantedFirmware')} />
      <TextField type="date" label={t('devices.model.life')} isOptional value={life} onValue={setLife} error={sending.problem?.of('/endOfLifeOn')} />
    </Dialog>
  );
}
