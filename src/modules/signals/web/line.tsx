import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { CheckField, FaultSummary, FilledIn, TextField } from '#ui/field.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { changeSource, type Source } from '../contract.ts';
import { keyBits } from '../rules.ts';
import { t } from './messages.en.ts';

type KeyFieldProps = { value: string; onValue: (key: string) => void; isOptional?: boolean; onLeave?: () => void; error?: string | undefined };

/** Where a panel's key goes in. It says which AES it would be. */
export const KeyField = ({ value, isOptional = false, ...rest }: KeyFieldProps) => {
  const bits = keyBits(value);
  return <TextField label={t('signals.key')} help={bits ? t('signals.key.would-be', { bits }) : t('signals.key.help')} isOptional={isOptional} value={value} autoComplete="off" spellCheck={false} {...rest} />;
};

/** What is wrong with a key as it stands; nothing where none was given. */
export const keyFault = (key: string): string | undefined => (key === '' || keyBits(key) !== null ? undefined : t('signals.key.wrong'));

/** Gives a source a key, another, or takes it away. */
export function KeyDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const sending = useSend('signals', changeSource);
  const [version] = useState(source.version);
  const [key, setKey] = useState('');
  const [isPlain, setPlain] = useState(false);
  const [isTried, setTried] = useState(false);
  const fault = isPlain ? undefined : key === '' ? t('signals.key.missing') : keyFault(key);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (fault) return;
    await sending.send({ id: source.id, key: isPlain ? null : key }, { ifMatch: version });
    announce(t(isPlain ? 'signals.key.taken' : 'signals.key.set', { name: source.name }));
    onClose();
  };
  return (
    <Dialog title={t('signals.key.title', { name: source.name })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" size="large" look="filled" isBusy={sending.isBusy}>{t('signals.sources.save')}</Button><Button size="large" onClick={onClose}>{t('signals.cancel')}</Button></>}>
      {sending.problem && <FaultSummary faults={sending.problem.errors} detail={sending.problem.detail} />}
      <FilledIn label={t('signals.key.now')} value={keyWords(source)} />
      {!isPlain && <KeyField value={key} onValue={setKey} error={sending.problem?.of('/key') ?? (isTried ? fault : undefined)} />}
      {source.keyBits !== null && <CheckField label={t('signals.key.take-away')} isOn={isPlain} onValue={setPlain} />}
      <p className="t2">{t(isPlain ? 'signals.key.plain' : 'signals.key.what')}</p>
    </Dialog>
  );
}

/** How a source's messages come, in words. */
export const keyWords = ({ keyBits: bits }: Source): string => (bits === null ? t('signals.key.none') : t('signals.key.bits', { bits }));

const REFUSED = { unsigned: 'signals.refused.unsigned', 'wrong-signature': 'signals.refused.wrong-signature', 'old-signature': 'signals.refused.old-signature', 'no-key': 'signals.refused.no-key', 'wrong-key': 'signals.refused.wrong-key', 'not-encrypted': 'signals.refused.not-encrypted', 'wrong-time': 'signals.refused.wrong-time', 'unknown-token': 'signals.refused.unknown-token', 'onvif-unreachable': 'signals.refused.onvif-unreachable', 'onvif-not-allowed': 'signals.refused.onvif-not-allowed', 'onvif-credentials': 'signals.refused.onvif-credentials', 'onvif-unreadable': 'signals.refused.onvif-unreadable', 'onvif-fault': 'signals.refused.onvif-fault' } as const;

/** Whether what a source sent last was refused: nothing readable has come since. */
export const isTurnedAway = ({ refusedAt, heardAt, keyAt }: Source): boolean => refusedAt !== null && (heardAt === null || refusedAt > heardAt) && (keyAt === null || refusedAt > keyAt);

/** Why a source's last message was refused and what to do; nothing where it was taken. */
export function TurnedAway({ source }: { source: Source }) {
  if (!isTurnedAway(source) || source.refusedAt === null) return null;
  const why = REFUSED[source.refusedWhy as keyof typeof REFUSED] ?? 'signals.refused.other';
  return (
    <p role="status"><b>{t(source.protocol === 'onvif' ? 'signals.refused.camera' : 'signals.refused')}</b> {t(why)} <span className="t2"><TwoTimes at={source.refusedAt} seconds />{source.refusedFrom && <span className="mono"> · {source.refusedFrom}</span>}</span></p>
  );
}
