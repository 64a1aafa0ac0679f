import { useState } from 'react';
import { useRead } from '#platform/web/query.ts';
import { readFile } from '../contract.ts';
import css from './files.module.css';
import { t } from './messages.en.ts';

const COMING_EVERY_MS = 2_000;

/** The picture that was drawn of an image on a record, where it stands among other things; says so while it is drawn, and where it cannot be shown. */
export function FilePicture({ fileId, alt }: { fileId: string; alt: string }) {
  const [isComing, setComing] = useState(true);
  const [hasFailed, setFailed] = useState(false);
  const reading = useRead('files', readFile, { id: fileId }, { ...(isComing && { everyMs: COMING_EVERY_MS }) });
  const state = reading.data?.preview ?? (reading.problem ? 'none' : 'coming');
  if ((state === 'coming') !== isComing) setComing(state === 'coming');
  if (state === 'coming') return <p className="t2" role="status">{t('files.preview.coming')}</p>;
  if (state === 'none' || hasFailed) return <p className="t2">{t('files.preview.failed')}</p>;
  return <img className={css.shown} src={`/api/files/${fileId}/preview`} alt={alt} onError={() => setFailed(true)} />;
}
