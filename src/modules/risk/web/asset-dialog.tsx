import { useState } from 'react';
import { centreOf } from '#engines/floor/polygon.ts';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, NumberField, SelectField, TextField } from '#ui/field.tsx';
import { addAsset, type Asset, ASSET_KINDS, changeAsset, type RiskFloor } from '../contract.ts';
import { type Floor, STRATEGIES, type Tool, TOOLS } from '../path-rules.ts';
import { DelayRows, delaysOf, typedOf } from './figure-dialogs.tsx';
import { t } from './messages.en.ts';
import css from './studio.module.css';
import { fieldOf, numberOf } from './words.ts';

type AssetProps = { risk: RiskFloor; floor: Floor; asset: Asset | null; onClose: () => void; onDone: (id: string) => void };

/** An asset on this floor's plan: what it is, in which room, what is done to it, and how good is good enough. */
export function AssetDialog({ risk, floor, asset, onClose, onDone }: AssetProps) {
  const adding = useSend('risk', addAsset);
  const changing = useSend('risk', changeAsset);
  const [name, setName] = useState(asset?.name ?? '');
  const [kind, setKind] = useState<Asset['kind']>(asset?.kind ?? 'property');
  const [zoneId, setZoneId] = useState(asset?.place?.zoneId ?? floor.zones[0]?.id ?? '');
  const [typed, setTyped] = useState(() => typedOf(asset?.delays ?? []));
  const [strategy, setStrategy] = useState<Asset['strategy']>(asset?.strategy ?? 'mixed');
  const [tools, setTools] = useState<readonly Tool[]>(asset?.tools ?? ['none', 'hand']);
  const [least, setLeast] = useState(fieldOf(asset?.leastInterruption ?? null));
  const [isTried, setTried] = useState(false);
  const problem = (asset ? changing : adding).problem;
  const leastRead = least.trim() === '' ? null : numberOf(least);
  const isLeastWrong = least.trim() !== '' && (leastRead === null || leastRead < 0.01 || leastRead > 0.99);
  const submit = async (): Promise<void> => {
    setTried(true);
    const delays = delaysOf(typed);
    if (name.trim() === '' || delays === null || isLeastWrong) return;
    const zone = floor.zones.find(({ id }) => id === zoneId);
    const at: [number, number] = asset?.place && asset.place.zoneId === zoneId ? asset.place.at : zone ? [...centreOf(zone.ring as [number, number][])] : [0, 0];
    const fields = { name: name.trim(), kind, place: zone ? { zoneId, at } : null, delays, strategy, tools: [...new Set<Tool>(['none', ...tools])], leastInterruption: leastRead };
    const kept = asset ? await changing.send({ id: asset.id, ...fields }, { ifMatch: asset.version }) : await adding.send({ ...fields, note: '', siteId: risk.floorId });
    announce(t('risk.asset.saved', { name: kept.name }));
    onClose();
    onDone(kept.id);
  };
  return (
    <Dialog title={asset?.name ?? t('risk.asset.add')} size="wide" onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={adding.isBusy || changing.isBusy}>{t('risk.save')}</Button><Button onClick={onClose}>{t('risk.cancel')}</Button></>}>
      <FaultSummary faults={problem?.errors ?? []} detail={problem?.detail} />
      <TextField label={t('risk.name')} value={name} onValue={setName} maxLength={120} data-autofocus error={isTried && name.trim() === '' ? t('risk.name.missing') : undefined} />
      <div className={css.two}>
        <SelectField label={t('risk.asset.kind')} value={kind} onValue={(value) => setKind(value as Asset['kind'])} choices={ASSET_KINDS.map((value) => ({ value, title: t(`risk.kind.${value}`) }))} />
        <SelectField label={t('risk.asset.room')} value={zoneId} onValue={setZoneId} choices={floor.zones.map(({ id, name: zone }) => ({ value: id, title: zone }))} />
      </div>
      <div className={css.two}>
        <SelectField label={t('risk.strategy')} value={strategy} onValue={(value) => setStrategy(value as Asset['strategy'])} choices={STRATEGIES.map((value) => ({ value, title: t(`risk.strategy.${value}`) }))} />
        <NumberField label={t('risk.asset.least')} isOptional value={least} onValue={setLeast} error={isTried && isLeastWrong ? t('risk.wrong.chance') : undefined} />
      </div>
      <fieldset><legend className="label">{t('risk.tools')}</legend><div className={css.tools}>{TOOLS.filter((tool) => tool !== 'none').map((tool) => <CheckField key={tool} label={t(`risk.by.${tool}`)} isOn={tools.includes(tool)} onValue={(isOn) => setTools(isOn ? [...tools, tool] : tools.filter((one) => one !== tool))} />)}</div></fieldset>
      <DelayRows typed={typed} onTyped={setTyped} isTried={isTried} />
    </Dialog>
  );
}
