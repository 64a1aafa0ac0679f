import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { type StoredFile, strikeFile } from '../contract.ts';
import css from './files.module.css';
import { t } from './messages.en.ts';

type FileDialogProps = { file: StoredFile; onClose: () => void };

/** Strikes a file with a reason. */
export function StrikeDialog({ file, onClose }: FileDialogProps) {
  const striking = useSend('files', strikeFile);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const fault = reason.trim().length < 3 ? t('files.strike.reason.missing') : undefined;
  const strike = async (): Promise<void> => {
    setTried(true);
    if (fault) return;
    await striking.send({ id: file.id, reason: reason.trim() });
    announce(t('files.struck.done', { name: file.name }));
    onClose();
  };
  return (
    <Dialog title={t('files.strike.of', { name: file.name })} onClose={onClose} onSubmit={() => void strike().catch(() => undefined)} actions={<><Button onClick={onClose}>{t('files.cancel')}</Button><Button type="submit" look="filled" isBusy={striking.isBusy}>{t('files.strike')}</Button></>}>
      <FaultSummary faults={[]} detail={striking.problem?.detail} />
      <p className="t2">{t('files.strike.help')}</p>
      <TextField label={t('files.strike.reason')} value={reason} onValue={setReason} maxLength={1_000} error={isTried ? fault : undefined} />
    </Dialog>
  );
}

/** The picture that was drawn of an image. */
export function PreviewDialog({ file, onClose }: FileDialogProps) {
  const [hasFailed, setFailed] = useState(false);
  return (
    <Dialog title={file.name} size="wide" onClose={onClose} actions={<Button onClick={onClose}>{t('files.close')}</Button>}>
      <div className={css.large}>
        {hasFailed ? <p role="alert">{t('files.preview.failed')}</p> : <img src={`/api/files/${file.id}/preview`} alt={file.name} onError={() => setFailed(true)} />}
        <p className="small t2">{t('files.preview.note')}</p>
      </div>
    </Dialog>
  );
}
