import { useRef, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useList, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useNow } from '#ui/clock.ts';
import { Icon } from '#ui/icon.tsx';
import { KeyCap } from '#ui/key-cap.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Disc } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { addComment, type Comment, editComment, listComments } from '../contract.ts';
import { piecesOf } from '../rules.ts';
import { type Draft, MentionArea, namedIn, NO_WORDS } from './mention-area.tsx';
import { t } from './messages.en.ts';
import { type Strikable, StrikeDialog } from './strike-dialog.tsx';
import css from './thread.module.css';

export type PartProps = { recordId: string; siteZone?: string | undefined; /** False where the record takes nothing new. */ mayAdd?: boolean };

/** What people said about a record, newest first, with the line to write at its head: `W` goes there, Enter sends. */
export function CommentsPart({ recordId, siteZone, mayAdd = true }: PartProps) {
  const mayRead = useMay('thread:read');
  const mayWrite = useMay('thread:write');
  const list = useList('thread', listComments, { recordId }, { isOn: mayRead });
  const [striking, setStriking] = useState<Strikable | null>(null);
  if (!mayRead) return null;
  return (
    <Panel title={t('thread.comments')}>
      {mayWrite && mayAdd && <Composer recordId={recordId} />}
      <Asked reading={list}>
        {(comments) => comments.length === 0 ? <Empty>{t('thread.comments.none')}</Empty> : (
          <>
            <ol className={css.comments} aria-label={t('thread.comments.list')}>
              {comments.map((comment) => <One key={comment.id} comment={comment} siteZone={siteZone} {...(mayWrite && { onStrike: () => setStriking({ kind: 'comment', id: comment.id, words: comment.text }) })} />)}
            </ol>
            {list.more && <Button look="quiet" isBusy={list.isReadingMore} onClick={list.more}>{t('thread.comments.older')}</Button>}
          </>
        )}
      </Asked>
      {striking && <StrikeDialog what={striking} onClose={() => setStriking(null)} />}
    </Panel>
  );
}

const Told = ({ draft }: { draft: Draft }) => {
  const names = namedIn(draft).map(({ name }) => name);
  return names.length === 0 ? null : <span className="small t2">{t('thread.told', { names: names.join(', ') })}</span>;
};

const Fault = ({ detail }: { detail: string | undefined }) => (detail === undefined ? null : <p className={css.fault} role="alert"><Icon name="warning" size={13} />{detail}</p>);

function Composer({ recordId }: { recordId: string }) {
  const adding = useSend('thread', addComment);
  const area = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState<Draft>(NO_WORDS);
  useCommands([{ key: 'W', title: t('thread.comment.write'), run: () => area.current?.focus() }]);
  const write = async (): Promise<void> => {
    if (draft.text.trim() === '' || adding.isBusy) return;
    try {
      await adding.send({ recordId, text: draft.text.trim(), mentions: namedIn(draft).map(({ id }) => id) });
      setDraft(NO_WORDS);
      say(t('thread.comment.added'));
    } catch {
      area.current?.focus();
    }
  };
  return (
    <form className={css.composer} onSubmit={(event) => { event.preventDefault(); void write(); }}>
      <Fault detail={adding.problem?.detail} />
      <div className={css.box}>
        <MentionArea ref={area} label={t('thread.comment.write')} placeholder={t('thread.comment.placeholder')} recordId={recordId} draft={draft} onDraft={setDraft} onSend={() => void write()} onGiveUp={() => area.current?.blur()} />
        {draft.text === '' && <span className={cx(css.key, 'desk-only')}><KeyCap k="W" /></span>}
      </div>
      <div className={css.foot}>
        <Told draft={draft} />
        <span className="space" />
        <Button type="submit" isBusy={adding.isBusy} disabled={draft.text.trim() === ''} keyCap="Enter">{t('thread.comment.add')}</Button>
      </div>
    </form>
  );
}

type OneProps = { comment: Comment; siteZone: string | undefined; onStrike?: () => void };

function One({ comment, siteZone, onStrike }: OneProps) {
  const [isChanging, setChanging] = useState(false);
  const now = useNow();
  const { author, at, text, editedAt, editableUntil, struckAt, struckBy, struckReason } = comment;
  const isStruck = struckAt !== null;
  const mayChange = onStrike !== undefined && editableUntil !== null && now.getTime() < Date.parse(editableUntil);
  const words = text.slice(0, 60);
  return (
    <li className={css.comment}>
      <Disc name={author.name} size={22} />
      <div className={css.words}>
        <div className={css.head}><b className="strong">{author.name}</b><TwoTimes at={at} siteZone={siteZone} />{editedAt !== null && <span className="t3" title={editedAt}>{t('thread.comment.edited')}</span>}</div>
        {isChanging ? <Changing comment={comment} onClose={() => setChanging(false)} /> : <p className={cx(css.text, isStruck && css.struck)}><Said comment={comment} /></p>}
        {isStruck && <p className="small t2">{t('thread.struck', { who: struckBy ?? '', why: struckReason ?? '' })}</p>}
        {onStrike && !isStruck && !isChanging && (
          <div className={css.deeds}>
            {mayChange && <Button look="quiet" className={css.do} aria-label={t('thread.comment.change.of', { words })} onClick={() => setChanging(true)}>{t('thread.comment.change')}</Button>}
            <Button look="quiet" className={css.do} aria-label={t('thread.strike.of', { words })} onClick={onStrike}>{t('thread.strike')}</Button>
          </div>
        )}
      </div>
    </li>
  );
}

const Said = ({ comment: { text, mentions } }: { comment: Comment }) =>
  piecesOf(text, mentions.map(({ name }) => name)).map(({ words, isName }, at) => (isName ? <b key={at} className={css.name}>{words}</b> : words));

function Changing({ comment, onClose }: { comment: Comment; onClose: () => void }) {
  const changing = useSend('thread', editComment);
  // Of what was read when typing began: a live event reads anew beneath the form.
  const [version] = useState(comment.version);
  const [draft, setDraft] = useState<Draft>({ text: comment.text, chosen: comment.mentions });
  const save = async (): Promise<void> => {
    if (draft.text.trim() === '' || changing.isBusy) return;
    await changing.send({ id: comment.id, text: draft.text.trim(), mentions: namedIn(draft).map(({ id }) => id) }, { ifMatch: version }).then(() => { say(t('thread.comment.saved')); onClose(); }, () => undefined);
  };
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Fault detail={changing.problem?.detail} />
      <MentionArea label={t('thread.comment.text')} recordId={comment.recordId} draft={draft} onDraft={setDraft} onSend={() => void save()} onGiveUp={onClose} rows={3} />
      <div className={css.foot}><Told draft={draft} /><span className="space" /><Button onClick={onClose}>{t('thread.cancel')}</Button><Button type="submit" isBusy={changing.isBusy} disabled={draft.text.trim() === ''}>{t('thread.comment.save')}</Button></div>
    </form>
  );
}
