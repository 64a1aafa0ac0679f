import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { LinkTo } from './link-to.tsx';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button, LinkButton } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type NoticeDetail, readNotice, recallNotice } from '../contract.ts';
import { CHANNELS, SEND_STATES } from '../rules.ts';
import { t } from './messages.en.ts';
import css from './notices.module.css';
import { OpenMuster } from './muster/open-dialog.tsx';
import { People } from './people-panel.tsx';
import { NoticeState } from './words.tsx';

const OPEN_EVERY_MS = 2000;
const ENDED_EVERY_MS = 15_000;

/** One notification, with how far it is. No event tells of each message, so the page looks again by itself. */
export default function NoticePage() {
  const { id = '' } = useParams({ strict: false });
  const [isOpen, setOpen] = useState(true);
  const reading = useRead('notices', readNotice, { id }, { everyMs: isOpen ? OPEN_EVERY_MS : ENDED_EVERY_MS });
  const isNow = reading.data === undefined || reading.data.endedAt === null;
  if (isNow !== isOpen) setOpen(isNow);
  return <AskedRecord title={t('notices.one')} reading={reading}>{(notice) => <TheNotice key={notice.id} notice={notice} />}</AskedRecord>;
}

function TheNotice({ notice }: { notice: NoticeDetail }) {
  const [isRecalling, setRecalling] = useState(false);
  const [isCalling, setCalling] = useState(false);
  const mayMuster = useMay('notices:muster') && notice.releasedAt !== null && notice.question === 'safety';
  const mayRecall = useMay('notices:send') && (notice.state === 'waiting' || notice.state === 'sending');
  useWhere({ title: notice.number });
  useCommands(mayRecall ? [{ key: 'X', title: t('notices.recall'), run: () => setRecalling(true) }] : []);
  return (
    <RecordPage
      number={notice.number} title={notice.title} state={<NoticeState {...notice} />}
      figures={<><Figure figure={t('notices.of', { n: notice.reached, total: notice.size })} word={t('notices.reached')} />{notice.question !== 'none' && <Figure figure={t('notices.of', { n: notice.answered, total: notice.size })} word={t('notices.answered')} />}{notice.help > 0 && <Figure figure={notice.help} word={t('notices.help')} />}</>}
      actions={<>{notice.state === 'waiting' && notice.decisionId !== null && <LinkButton to={`/decisions/${notice.decisionId}`}>{t('notices.approval')}</LinkButton>}{mayMuster && <Button onClick={() => setCalling(true)}>{t('notices.roll-call')}</Button>}{mayRecall && <Button look="danger" keyCap="X" onClick={() => setRecalling(true)}>{t('notices.recall')}</Button>}</>}
    >
      <div className={css.two}>
        <Panel title={t('notices.progress')}><div className={css.pad}><Progress notice={notice} /></div></Panel>
        <Panel title={t('notices.facts')}><div className={css.pad}><Facts notice={notice} /></div></Panel>
      </div>
      <People notice={notice} />
      <Thread topic="notices" recordId={notice.id} files={false} />
      {isCalling && <OpenMuster from={{ notice }} onClose={() => setCalling(false)} />}
      {isRecalling && <Recall notice={notice} onClose={() => setRecalling(false)} />}
    </RecordPage>
  );
}

function Progress({ notice: { counts, rooms, channels, question, answers } }: { notice: NoticeDetail }) {
  const shown = SEND_STATES.filter((state) => counts.some((one) => one.state === state));
  return (
    <>
      <table className={css.counts}>
        <thead><tr><th scope="col">{t('notices.channel')}</th>{shown.map((state) => <th key={state} scope="col">{t(`notices.send.${state}`)}</th>)}</tr></thead>
        <tbody>{CHANNELS.filter((channel) => channels.includes(channel)).map((channel) => <tr key={channel}><th scope="row">{t(`notices.channel.${channel}`)}</th>{shown.map((state) => <td key={state}>{counts.find((one) => one.channel === channel && one.state === state)?.n ?? 0}</td>)}</tr>)}</tbody>
      </table>
      {counts.some(({ state }) => state === 'unknown') && <p className="t2 small">{t('notices.unknown.why')}</p>}
      {rooms.length > 0 && <ul className={css.list}>{rooms.map((room) => <li key={room.name}><span className={css.words}>{room.name}</span><span>{t(`notices.send.${room.state}`)}</span>{room.reason && <span className="t2 small">{room.reason}</span>}</li>)}</ul>}
      {question !== 'none' && <p>{t('notices.answers')}: {answers.length === 0 ? t('notices.answers.none') : answers.map(({ answer, n }) => `${n} ${t(`notices.answer.${answer}`)}`).join(', ')}</p>}
    </>
  );
}

function Facts({ notice }: { notice: NoticeDetail }) {
  const { texts, about, overQuietWhy, isLifeSafety, recallWhy, recalledBy, recalledAt } = notice;
  return (
    <>
      <p className={css.said}>{[texts.en.short, texts.en.long].filter(Boolean).join('\n\n')}</p>
      {texts.de && <p className={css.said} lang="de">{[texts.de.short, texts.de.long].filter(Boolean).join('\n\n')}</p>}
      <p className="t2">{t('notices.made')} {t('notices.by', { name: notice.madeBy })} <TwoTimes at={notice.madeAt} /></p>
      {notice.releasedAt && <p className="t2">{t('notices.released')} <TwoTimes at={notice.releasedAt} /></p>}
      {notice.question !== 'none' && <p className="t2">{t('notices.until')} <TwoTimes at={notice.answersUntil} /></p>}
      {about.map((one) => <p key={one.id}>{t('notices.about')} <LinkTo {...one} /></p>)}
      {isLifeSafety && <p>{t('notices.life-safety')}</p>}
      {overQuietWhy && <p>{t('notices.over-quiet')}: {overQuietWhy}</p>}
      {recalledAt && <p>{t('notices.recall.by')} {t('notices.by', { name: recalledBy ?? '' })} <TwoTimes at={recalledAt} />: {recallWhy}</p>}
    </>
  );
}

function Recall({ notice, onClose }: { notice: NoticeDetail; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notices', recallNotice);
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = reason.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort) return;
    await send({ id: notice.id, reason: reason.trim() });
    announce(t('notices.recalled', { number: notice.number }));
    onClose();
  };
  return (
    <Dialog title={t('notices.recall.of', { number: notice.number })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="danger" isBusy={isBusy}>{t('notices.recall')}</Button><Button onClick={onClose}>{t('notices.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <p>{t('notices.recall.what')}</p>
      <TextArea label={t('notices.recall.reason')} rows={2} value={reason} onValue={setReason} error={isTried && isShort ? t('notices.recall.missing') : undefined} />
    </Dialog>
  );
}
