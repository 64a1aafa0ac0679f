import { useRef, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { Icon } from '#ui/icon.tsx';
import type { Upload } from '../contract.ts';
import css from './files.module.css';
import { t } from './messages.en.ts';
import { giveUpSending, goOnSending, pauseSending, sendFile, type Sending } from './sending.ts';
import { bytesWords } from './sizes.ts';

type BarProps = { name: string; sent: number; size: number; phase: string };

const Bar = ({ name, sent, size, phase }: BarProps) => {
  const percent = Math.floor((100 * sent) / size);
  return <div className={css.bar} data-phase={phase} role="progressbar" aria-label={t('files.progress', { name })} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}><i style={{ width: `${percent}%` }} /></div>;
};

/** A file that this page sends: how far it is, and what can be done with it. */
export function SendingLine({ sending }: { sending: Sending }) {
  const { id, name, sent, size, phase, problem } = sending;
  const isHeld = phase === 'paused' || phase === 'failed';
  return (
    <li>
      <div className={css.words}>
        <b className="strong">{name}</b>
        <Bar name={name} sent={sent} size={size} phase={phase} />
        <span className="small t2">{t(`files.phase.${phase}`, { sent: bytesWords(sent), size: bytesWords(size) })}</span>
        {problem && <p className={css.problem} role="alert"><Icon name="warning" size={13} />{problem}</p>}
      </div>
      <div className={css.actions}>
        {isHeld && <Button look="quiet" icon="play" aria-label={t('files.go-on.of', { name })} onClick={() => goOnSending(id)}>{t('files.go-on')}</Button>}
        {!isHeld && phase !== 'checking' && <Button look="quiet" aria-label={t('files.pause.of', { name })} onClick={() => pauseSending(id)}>{t('files.pause')}</Button>}
        {phase !== 'checking' && <Button look="quiet" aria-label={t('files.give-up.of', { name })} onClick={() => void giveUpSending(id)}>{t('files.give-up')}</Button>}
      </div>
    </li>
  );
}

/** A file of which a part is on the server, from before a reload, a new sign-in or another machine: the browser must be given it again. */
export function UnfinishedLine({ upload }: { upload: Upload }) {
  const { id, recordId, name, stored, size } = upload;
  const [isAnother, setAnother] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined): void => {
    if (!file) return;
    setAnother(file.size !== size || file.name.trim() !== name);
    if (file.size === size && file.name.trim() === name) sendFile(recordId, file, upload);
  };
  return (
    <li>
      <div className={css.words}>
        <b className="strong">{name}</b>
        <Bar name={name} sent={stored} size={size} phase="paused" />
        <span className="small t2">{t('files.unfinished.said', { sent: bytesWords(stored), size: bytesWords(size) })}</span>
        {isAnother && <p className={css.problem} role="alert"><Icon name="warning" size={13} />{t('files.another', { name, size: bytesWords(size) })}</p>}
      </div>
      <div className={css.actions}>
        <input ref={input} type="file" hidden aria-label={t('files.choose.of', { name })} onChange={(event) => { take(event.target.files?.[0]); event.target.value = ''; }} />
        <Button look="quiet" icon="file" aria-label={t('files.choose.of', { name })} onClick={() => input.current?.click()}>{t('files.choose')}</Button>
        <Button look="quiet" aria-label={t('files.give-up.of', { name })} onClick={() => void giveUpSending(id)}>{t('files.give-up')}</Button>
      </div>
    </li>
  );
}
