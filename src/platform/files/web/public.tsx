import { type DragEvent, useRef, useState, useSyncExternalStore } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useRead } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listFiles, listUploads, MOST_BYTES, type StoredFile } from '../contract.ts';
import css from './files.module.css';
import { t } from './messages.en.ts';
import { PreviewDialog, StrikeDialog } from './file-dialogs.tsx';
import { FileLine } from './file-line.tsx';
import { onSendings, sendFile, sendingsNow } from './sending.ts';
import { SendingLine, UnfinishedLine } from './sending-line.tsx';
import { bytesWords } from './sizes.ts';

export { FilePicture } from './file-picture.tsx';
export { sendWhole } from './sending.ts';

type FilesPartProps = { recordId: string; siteZone?: string | undefined; /** False where the reader may not write on this record. */ mayAdd: boolean; /** False where the page has another use for the key `U`. */ hasKey?: boolean };

const COMING_EVERY_MS = 3_000;

/** The files of a record: what is attached, what is on its way and what was not finished; adding by drop or by the key `U`. */
export function FilesPart({ recordId, siteZone, mayAdd, hasKey = true }: FilesPartProps) {
  const mayRead = useMay('files:read');
  const mayWrite = useMay('files:write') && mayAdd;
  const [isComing, setComing] = useState(false);
  const reading = useRead('files', listFiles, { recordId }, { isOn: mayRead, ...(isComing && { everyMs: COMING_EVERY_MS }) });
  const coming = reading.data?.items.some((file) => file.preview === 'coming') ?? false;
  if (coming !== isComing) setComing(coming);
  const [striking, setStriking] = useState<StoredFile | null>(null);
  const [looking, setLooking] = useState<StoredFile | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const choose = (): void => input.current?.click();
  const key = hasKey ? 'U' : undefined;
  useCommands(mayWrite ? [{ ...(key && { key }), title: t('files.add'), run: choose }] : []);
  if (!mayRead) return null;
  return (
    <Panel title={t('files.title')} actions={mayWrite && <Button look="quiet" icon="add" {...(key && { keyCap: key })} onClick={choose}>{t('files.add')}</Button>}>
      {mayWrite && <input ref={input} type="file" multiple hidden aria-label={t('files.add')} onChange={(event) => { sendAll(recordId, event.target.files); event.target.value = ''; }} />}
      {mayWrite && <DropZone recordId={recordId} />}
      {mayWrite && <OnTheWay recordId={recordId} />}
      <Asked reading={reading}>
        {({ items }) => (items.length === 0 ? <Empty>{t('files.none')}</Empty> : (
          <ul className={css.files} aria-label={t('files.list')}>
            {items.map((file) => <FileLine key={file.id} file={file} siteZone={siteZone} onLook={setLooking} {...(mayWrite && { onStrike: setStriking })} />)}
          </ul>
        ))}
      </Asked>
      {striking && <StrikeDialog file={striking} onClose={() => setStriking(null)} />}
      {looking && <PreviewDialog file={looking} onClose={() => setLooking(null)} />}
    </Panel>
  );
}

function sendAll(recordId: string, chosen: FileList | null): void {
  for (const file of chosen ?? []) {
    if (file.size === 0) announce(t('files.empty', { name: file.name }));
    else if (file.size > MOST_BYTES) announce(t('files.too-large', { name: file.name, size: bytesWords(file.size) }));
    else sendFile(recordId, file);
  }
}

function DropZone({ recordId }: { recordId: string }) {
  const [isOver, setOver] = useState(false);
  const take = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    sendAll(recordId, event.dataTransfer.files);
  };
  return (
    <p className={cx(css.drop, isOver && css.over)} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={take}>
      {t(isOver ? 'files.drop.now' : 'files.drop')}
    </p>
  );
}

/** What this page sends, and what the same person began earlier or elsewhere and did not finish. */
function OnTheWay({ recordId }: { recordId: string }) {
  const all = useSyncExternalStore(onSendings, sendingsNow);
  const sendings = all.filter((one) => one.recordId === recordId);
  const begun = useRead('files', listUploads, { recordId });
  const unfinished = (begun.data?.items ?? []).filter((upload) => !all.some(({ id }) => id === upload.id));
  return (
    <>
      {sendings.length > 0 && (
        <section aria-label={t('files.under-way')}>
          <h3 className={cx('label', css.part)}>{t('files.under-way')}</h3>
          <ul className={css.files}>{sendings.map((sending) => <SendingLine key={sending.id} sending={sending} />)}</ul>
        </section>
      )}
      {unfinished.length > 0 && (
        <section aria-label={t('files.unfinished')}>
          <h3 className={cx('label', css.part)}>{t('files.unfinished')}</h3>
          <ul className={css.files}>{unfinished.map((upload) => <UnfinishedLine key={upload.id} upload={upload} />)}</ul>
        </section>
      )}
    </>
  );
}
