import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea, TextField } from '#ui/field.tsx';
import { addAllowance, type Allowance, endAllowance } from '../contract.ts';
import { t } from './messages.en.ts';

const portFault = (port: string): string | undefined => (port.trim() === '' || (/^\d{1,5}$/.test(port.trim()) && Number(port) >= 1 && Number(port) <= 65_535) ? undefined : t('net.port.wrong'));

/** Lets outgoing connections reach a block inside. */
export function AllowDialog({ onClose }: { onClose: () => void }) {
  const { send, isBusy, problem } = useSend('net', addAllowance);
  const [range, setRange] = useState('');
  const [port, setPort] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const faults = { range: range.trim() === '' ? t('net.range.missing') : undefined, port: portFault(port), reason: reason.trim().length < 3 ? t('net.reason.missing') : undefined };
  const submit = async (): Promise<void> => {
    setTried(true);
    if (faults.range || faults.port || faults.reason) return;
    await send({ range: range.trim(), port: port.trim() === '' ? null : Number(port), reason: reason.trim() });
    announce(t('net.allowed', { range: range.trim() }));
    onClose();
  };
  return (
    <Dialog title={t('net.allow')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('net.allow.do')}</Button><Button onClick={onClose}>{t('net.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextField label={t('net.range')} help={t('net.range.help')} value={range} onValue={setRange} error={problem?.of('/range') ?? (isTried ? faults.range : undefined)} />
      <TextField label={t('net.port')} help={t('net.port.help')} isOptional value={port} onValue={setPort} error={problem?.of('/port') ?? (isTried ? faults.port : undefined)} />
      <TextArea label={t('net.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried ? faults.reason : undefined)} />
    </Dialog>
  );
}

/** Ends an allowance, with the reason. */
export function EndDialog({ allowance: { id, range }, onClose }: { allowance: Allowance; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('net', endAllowance);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length < 3 ? t('net.reason.missing') : undefined;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (fault) return;
    await send({ id, reason: reason.trim() });
    announce(t('net.ended', { range }));
    onClose();
  };
  return (
    <Dialog title={t('net.end.of', { range })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('net.end')}</Button><Button onClick={onClose}>{t('net.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextArea label={t('net.reason')} value={reason} onValue={setReason} error={problem?.of('/reason') ?? (isTried ? fault : undefined)} />
    </Dialog>
  );
}
