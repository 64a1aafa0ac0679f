import { useState } from 'react';
import { CopyBox } from '#modules/identity/web/public.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, NumberField, SelectField, TextField } from '#ui/field.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { addGateway, endGateway, type Gateway, listGateways } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';

const KINDS = ['sms', 'teams', 'slack'] as const;

/** By what notifications reach telephones and rooms. */
export default function ChannelsPage() {
  const reading = useRead('notices', listGateways, {});
  const [isAdding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Gateway | null>(null);
  useWhere({ title: t('notices.channels') });
  return (
    <div className={css.page}>
      <h1 className="title">{t('notices.channels')}</h1>
      <p className="t2">{t('notices.channels.why')}</p>
      <Panel title={t('notices.channels')} actions={<Button onClick={() => setAdding(true)}>{t('notices.gateway.add')}</Button>}>
        <div className={css.pad}><Asked reading={reading}>{({ items }) => (items.length === 0 ? <Empty>{t('notices.channels.none')}</Empty> : (
          <ul className={css.list}>{items.map((one) => <li key={one.id}><span className={css.words}><b className="strong">{one.name}</b> <span className="t2">{t(`notices.gateway.${one.kind}`)}</span></span><span className="mono t2">{one.origin}</span><Button aria-label={`${t('notices.gateway.end')}: ${one.name}`} onClick={() => setEnding(one)}>{t('notices.gateway.end')}</Button></li>)}</ul>
        ))}</Asked></div>
      </Panel>
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
      {ending && <EndDialog gateway={ending} onClose={() => setEnding(null)} />}
    </div>
  );
}

const NEW = { kind: 'sms' as Gateway['kind'], name: '', address: '', token: '', sender: '', perMinute: '60', price: '', currency: 'EUR' };

function AddDialog({ onClose }: { onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notices', addGateway);
  const [draft, setDraft] = useState(NEW);
  const [isTried, setTried] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const set = (change: Partial<typeof NEW>): void => setDraft((before) => ({ ...before, ...change }));
  const { kind, name, address, token, sender, perMinute, price, currency } = draft;
  const isSms = kind === 'sms';
  const isAddress = URL.canParse(address) && /^https?:/.test(address);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '' || !isAddress) return;
    const made = await send({ kind, name, address, token: isSms ? token : '', sender: isSms ? sender : '', perMinute: Math.max(1, Math.round(Number(perMinute)) || 60), priceMinor: isSms && price.trim() !== '' ? Math.round(Number(price)) : null, currency: isSms && price.trim() !== '' ? currency : null });
    announce(t('notices.gateway.added', { name: made.name }));
    if (made.receiptKey === null) onClose();
    else setKey(made.receiptKey);
  };
  if (key !== null) return <Dialog title={t('notices.gateway.key')} onClose={onClose} actions={<Button look="filled" onClick={onClose}>{t('notices.done')}</Button>}><p>{t('notices.gateway.key.why')}</p><CopyBox label={t('notices.gateway.key')} text={key} /></Dialog>;
  return (
    <Dialog title={t('notices.gateway.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('notices.gateway.add')}</Button><Button onClick={onClose}>{t('notices.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <SelectField label={t('notices.gateway.kind')} value={kind} onValue={(value) => set({ kind: KINDS.find((one) => one === value) ?? 'sms' })} choices={KINDS.map((value) => ({ value, title: t(`notices.gateway.${value}`) }))} />
      <TextField label={t('notices.gateway.name')} value={name} onValue={(value) => set({ name: value })} error={problem?.of('/name') ?? (isTried && name.trim() === '' ? t('notices.gateway.name.missing') : undefined)} />
      <TextField label={t('notices.gateway.address')} help={t('notices.gateway.address.help')} value={address} onValue={(value) => set({ address: value })} error={problem?.of('/address') ?? (isTried && !isAddress ? t('notices.gateway.address.missing') : undefined)} />
      {isSms && <>
        <TextField label={t('notices.gateway.token')} isOptional type="password" autoComplete="off" value={token} onValue={(value) => set({ token: value })} />
        <div className={css.half}><TextField label={t('notices.gateway.sender')} isOptional value={sender} onValue={(value) => set({ sender: value })} /><NumberField label={t('notices.gateway.pace')} value={perMinute} onValue={(value) => set({ perMinute: value })} error={problem?.of('/perMinute')} /></div>
        <div className={css.half}><NumberField label={t('notices.gateway.price')} isOptional value={price} onValue={(value) => set({ price: value })} error={problem?.of('/priceMinor')} /><TextField label={t('notices.gateway.currency')} value={currency} onValue={(value) => set({ currency: value })} error={problem?.of('/currency')} /></div>
      </>}
    </Dialog>
  );
}

function EndDialog({ gateway, onClose }: { gateway: Gateway; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notices', endGateway);
  const submit = async (): Promise<void> => {
    await send({ id: gateway.id });
    announce(t('notices.gateway.ended', { name: gateway.name }));
    onClose();
  };
  return (
    <Dialog title={`${t('notices.gateway.end')}: ${gateway.name}`} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('notices.gateway.end')}</Button><Button onClick={onClose}>{t('notices.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('notices.gateway.end.what')}</p>
    </Dialog>
  );
}
