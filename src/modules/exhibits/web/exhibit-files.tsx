import { useRef, useState } from 'react';
import { sendWhole } from '#platform/files/web/public.tsx';
import { useSend } from '#platform/web/query.ts';
import { announce, say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { type ExhibitDetail, type ExhibitFile, fileExhibit } from '../contract.ts';
import { mayFrom } from '../rules.ts';
import css from './exhibits.module.css';
import { t } from './messages.en.ts';

const sizeWords = new Intl.NumberFormat('en-GB', { notation: 'compact', style: 'unit', unit: 'byte', unitDisplay: 'narrow', maximumFractionDigits: 1 });

/** Sends a file, its SHA-256 computed here and compared at the server, and enters it into the custody. */
function useEntering(exhibit: ExhibitDetail) {
  const sending = useSend('exhibits', fileExhibit);
  const [isBusy, setBusy] = useState(false);
  const enter = (fileId: string): Promise<void> => sending.send({ id: exhibit.id, fileId }).then(() => announce(t('exhibits.saved', { number: exhibit.number })));
  const send = async (files: FileList | null): Promise<void> => {
    setBusy(true);
    try {
      for (const file of files ?? []) await enter(await sendWhole(exhibit.id, file));
    } catch (error) {
      say((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, send, enter: (fileId: string): void => void enter(fileId).catch((error: unknown) => say((error as Error).message)) };
}

/** The files of an exhibit: originals, what was made from them, and what waits to be entered. */
export function FilesOfExhibit({ exhibit }: { exhibit: ExhibitDetail }) {
  const [shown, setShown] = useState<ExhibitFile | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const entering = useEntering(exhibit);
  const mayFile = exhibit.mine.includes('exhibits:add') && exhibit.mine.includes('files:write') && mayFrom('file', exhibit.state);
  return (
    <Panel title={t('exhibits.files')} actions={mayFile && <Button icon="add" isBusy={entering.isBusy} onClick={() => input.current?.click()}>{t('exhibits.file.add')}</Button>}>
      {mayFile && <input ref={input} type="file" multiple hidden aria-label={t('exhibits.file.add')} onChange={(event) => { void entering.send(event.target.files).then(() => { if (input.current) input.current.value = ''; }); }} />}
      {exhibit.files.length === 0 ? <Empty>{t('exhibits.files.none')}</Empty> : (
        <ul className={css.items} aria-label={t('exhibits.files')}>
          {exhibit.files.map((file) => (
            <li key={file.id} className={css.item}>
              <div className={css.words}>
                <span><b>{file.name}</b> <span className="t2">{sizeWords.format(file.size)}</span> {file.isDamaged && <Tag look="p1">{t('exhibits.file.damaged')}</Tag>} {file.enteredAt === null && <Tag look="act">{t('exhibits.file.waits')}</Tag>}</span>
                {file.derivedFrom !== null && <span className="t2">{t('exhibits.file.from', { name: exhibit.files.find(({ id }) => id === file.derivedFrom)?.name ?? '', how: file.how })}</span>}
                <span className={`mono t3 small ${css.hash}`}>{file.sha256}</span>
              </div>
              {file.enteredAt === null && mayFile && <Button onClick={() => entering.enter(file.id)}>{t('exhibits.file.enter')}</Button>}
              {file.enteredAt !== null && file.preview === 'ready' && <Button look="quiet" onClick={() => setShown(file)}>{t('exhibits.file.show')}<span className="unseen"> {file.name}</span></Button>}
              {file.enteredAt !== null && !file.isDamaged && <a className="strong" href={`/api/exhibits/${exhibit.id}/files/${file.id}/content`} download={file.name}>{t('exhibits.file.download')}<span className="unseen"> {file.name}</span></a>}
            </li>
          ))}
        </ul>
      )}
      {mayFile && <p className={`t2 small ${css.pad}`}>{t('exhibits.files.said')}</p>}
      {shown && <Dialog size="wide" title={shown.name} onClose={() => setShown(null)} actions={<Button onClick={() => setShown(null)}>{t('exhibits.cancel')}</Button>}><img className={css.picture} alt={shown.name} src={`/api/exhibits/${exhibit.id}/files/${shown.id}/preview`} /></Dialog>}
    </Panel>
  );
}
