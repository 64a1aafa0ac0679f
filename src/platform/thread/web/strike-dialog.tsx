import { useState } from 'react';
import { useSend } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextField } from '#ui/field.tsx';
import { strikeComment, strikeLink } from '../contract.ts';
import { t } from './messages.en.ts';
import css from './thread.module.css';

/** What is to be struck, with the words that say which. */
export type Strikable = { kind: 'comment' | 'link'; id: string; words: string };

/** Strikes a comment or a link, with the reason. */
export function StrikeDialog({ what, onClose }: { what: Strikable; onClose: () => void }) {
  const verbs = { comment: useSend('thread', strikeComment), link: useSend('thread', strikeLink) };
  const { send, isBusy, problem } = verbs[what.kind];
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const lacks = reason.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (lacks) return;
    await send({ id: what.id, reason: reason.trim() }).then(onClose, () => undefined);
  };
  return (
    <Dialog title={t(what.kind === 'link' ? 'thread.link.strike.title' : 'thread.comment.strike.title')} onClose={onClose} onSubmit={() => void submit()} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('thread.strike')}</Button><Button onClick={onClose}>{t('thread.cancel')}</Button></>}>
      <div className={css.form}>
        <FaultSummary faults={[]} detail={problem?.detail} />
        <blockquote className={css.quote}>{what.words}</blockquote>
        <p className="t2">{t(what.kind === 'link' ? 'thread.link.strike.help' : 'thread.strike.help')}</p>
        <TextField label={t('thread.strike.reason')} value={reason} onValue={setReason} maxLength={1_000} error={problem?.of('/reason') ?? (isTried && lacks ? t('thread.strike.reason.missing') : undefined)} />
      </div>
    </Dialog>
  );
}
