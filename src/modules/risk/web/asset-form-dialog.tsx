import { useState } from 'react';
import { SitePicker } from '#modules/sites/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, SelectField, TextArea, TextField } from '#ui/field.tsx';
import type { Option } from '#ui/picker.tsx';
import { addAsset, type Asset, ASSET_KINDS, changeAsset, retireAsset } from '../contract.ts';
import { t } from './messages.en.ts';

/** An asset in the register; where it stands on a plan is said in the path studio. */
export function AssetFormDialog({ asset, onClose, onDone }: { asset: Asset | null; onClose: () => void; onDone: (asset: Asset) => void }) {
  const adding = useSend('risk', addAsset);
  const changing = useSend('risk', changeAsset);
  const [name, setName] = useState(asset?.name ?? '');
  const [kind, setKind] = useState<Asset['kind']>(asset?.kind ?? 'property');
  const [note, setNote] = useState(asset?.note ?? '');
  const [site, setSite] = useState<Option | null>(null);
  const [isTried, setTried] = useState(false);
  const problem = (asset ? changing : adding).problem;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const fields = { name: name.trim(), kind, note: note.trim() };
    const kept = asset ? await changing.send({ id: asset.id, ...fields }, { ifMatch: asset.version }) : await adding.send({ ...fields, siteId: site?.value ?? null });
    announce(t('risk.asset.saved', { name: kept.name }));
    onDone(kept);
  };
  return (
    <Dialog title={asset?.name ?? t('risk.asset.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={adding.isBusy || changing.isBusy}>{t('risk.save')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('risk.name')} value={name} onValue={setName} maxLength={120} data-autofocus error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('risk.name.missing') : undefined)} />
      <SelectField label={t('risk.asset.kind')} value={kind} onValue={(value) => setKind(value as Asset['kind'])} choices={ASSET_KINDS.map((value) => ({ value, title: t(`risk.kind.${value}`) }))} />
      {asset === null && <SitePicker label={t('risk.site')} help={t('risk.site.none')} isOptional value={site} onValue={setSite} error={problem?.of('/siteId')} />}
      <TextArea label={t('risk.note')} rows={3} isOptional value={note} onValue={setNote} error={problem?.of('/note')} />
    </Dialog>
  );
}

export function RetireDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const retiring = useSend('risk', retireAsset);
  const [reason, setReason] = useState('');
  const submit = async (): Promise<void> => {
    await retiring.send({ id: asset.id, reason: reason.trim() }, { ifMatch: asset.version });
    onClose();
  };
  return (
    <Dialog title={t('risk.retire.one', { name: asset.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={retiring.isBusy}>{t('risk.retire')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={retiring.problem?.detail} />
      <TextArea label={t('risk.why')} rows={2} value={reason} onValue={setReason} error={retiring.problem?.of('/reason')} />
    </Dialog>
  );
}
