import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { StoredFile } from '../contract.ts';
import css from './files.module.css';
import { t } from './messages.en.ts';
import { bytesWords } from './sizes.ts';

type FileLineProps = { file: StoredFile; siteZone: string | undefined; onLook: (file: StoredFile) => void; onStrike?: (file: StoredFile) => void };

const UNKNOWN = 'application/octet-stream';

/** One attached file: its picture, its name as a download, what proves it, who brought it, and what became of it. */
export function FileLine({ file, siteZone, onLook, onStrike }: FileLineProps) {
  const { id, name, size, sha256, addedBy, addedAt } = file;
  const isStruck = file.struckAt !== null;
  return (
    <li>
      <Picture file={file} onLook={onLook} />
      <div className={css.words}>
        {file.removedAt === null ? <a className={cx('strong', isStruck && css.struck)} href={`/api/files/${id}/content`} download={name} aria-label={t('files.download.of', { name })}>{name}</a> : <b className={css.struck}>{name}</b>}
        <span className="row small t2">
          {bytesWords(size)} <span className="t3">{file.mediaType === UNKNOWN ? t('files.kind.unknown') : file.mediaType}</span>
          {file.isDamaged && <Tag look="p1" icon="warning">{t('files.damaged')}</Tag>}
          {file.removedAt !== null && <Tag look="line">{t('files.let-go')}</Tag>}
        </span>
        <span className="mono small t3" title={t('files.hash.title', { hash: sha256 })}>{t('files.hash', { hash: `${sha256.slice(0, 16)}…${sha256.slice(-8)}` })}</span>
        <span className="small t2"><TwoTimes at={addedAt} siteZone={siteZone} /> {t('files.by', { name: addedBy })}</span>
        {isStruck && <span className="small t2">{t('files.struck', { who: file.struckBy ?? '', why: file.struckReason ?? '' })}</span>}
      </div>
      {onStrike && !isStruck && <div className={css.actions}><Button look="quiet" aria-label={t('files.strike.of', { name })} onClick={() => onStrike(file)}>{t('files.strike')}</Button></div>}
    </li>
  );
}

const Picture = ({ file, onLook }: Pick<FileLineProps, 'file' | 'onLook'>) =>
  file.preview === 'ready' && file.removedAt === null ? (
    <button type="button" className={css.picture} aria-label={t('files.preview.of', { name: file.name })} onClick={() => onLook(file)}><img src={`/api/files/${file.id}/thumbnail`} alt="" loading="lazy" /></button>
  ) : <span className={css.picture}><Icon name="file" size={20} /></span>;
