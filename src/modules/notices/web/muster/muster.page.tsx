import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Thread } from '#platform/thread/web/public.tsx';
import { useCommands } from '#platform/web/commands.ts';
import { useRead, useSend } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { useWhere } from '#platform/web/where.ts';
import { announce, say } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { FaultSummary, TextArea } from '#ui/field.tsx';
import { Figure, Panel, RecordPage } from '#ui/record-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { AskedRecord } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { addExpected, closeMuster, type Expected, type ExpectedState, markExpected, type MusterDetail, readMuster } from '../../muster-contract.ts';
import { LinkTo } from '../link-to.tsx';
import css from '../notices.module.css';
import { t } from './messages.en.ts';
import { MusterState } from './words.tsx';

const EVERY_MS = 3000;
const MARKS: readonly ExpectedState[] = ['safe', 'help', 'away'];

/** One roll call, live: who needs help and who is missing stand first, each to be marked with one touch. */
export default function MusterPage() {
  const { id = '' } = useParams({ strict: false });
  const [isOpen, setOpen] = useState(true);
  const reading = useRead('notices', readMuster, { id }, isOpen ? { everyMs: EVERY_MS } : {});
  const isNow = reading.data?.state !== 'closed';
  if (isNow !== isOpen) setOpen(isNow);
  return <AskedRecord title={t('musters.one')} reading={reading}>{(muster) => <TheMuster key={muster.id} muster={muster} />}</AskedRecord>;
}

function TheMuster({ muster }: { muster: MusterDetail }) {
  const [q, setQ] = useState<string | undefined>(undefined);
  const [asks, setAsks] = useState<'close' | 'add' | null>(null);
  const marking = useSend('notices', markExpected);
  const mayMark = useMay('notices:muster') && muster.state === 'open';
  useWhere({ title: muster.number });
  const csv = (): void => void window.open(`/api/notices/musters/${muster.id}/missing.csv`, '_blank', 'noopener');
  useCommands([{ title: t('musters.csv'), run: csv }, { title: t('musters.print'), run: () => window.print() }, ...(mayMark ? [{ key: 'X', title: t('musters.close'), run: () => setAsks('close') }] : [])]);
  const mark = (one: Expected, state: ExpectedState): void => void marking.send({ id: muster.id, expectedIds: [one.id], state, place: one.place }).then(() => announce(t('musters.marked', { name: one.name, state: t(`musters.is.${state}`) }))).catch((error: unknown) => say((error as Error).message));
  const shown = muster.people.filter(({ name }) => q === undefined || name.toLocaleLowerCase().includes(q.toLocaleLowerCase()));
  return (
    <RecordPage
      number={muster.number} title={muster.title} state={<MusterState {...muster} />}
      figures={<><Figure figure={muster.missing} word={t('musters.is.missing')} /><Figure figure={muster.help} word={t('musters.is.help')} /><Figure figure={muster.safe} word={t('musters.is.safe')} /><Figure figure={muster.away} word={t('musters.is.away')} /></>}
      actions={<><Button onClick={csv}>{t('musters.csv')}</Button><Button onClick={() => window.print()}>{t('musters.print')}</Button>{mayMark && <><Button onClick={() => setAsks('add')}>{t('musters.add')}</Button><Button look="filled" keyCap="X" onClick={() => setAsks('close')}>{t('musters.close')}</Button></>}</>}
    >
      {muster.report && <Panel title={t('musters.report')}><div className={css.pad}><p className={css.said}>{muster.report}</p>{muster.closedAt && <p className="t2">{muster.closedBy} <TwoTimes at={muster.closedAt} /></p>}</div></Panel>}
      {muster.about.map((one) => <p key={one.id}>{t('musters.about')} <LinkTo {...one} /></p>)}
      <Panel title={t('musters.people', { n: muster.expected })} actions={<SearchBox label={t('musters.find')} value={q} onValue={setQ} />}>
        <div className={css.pad}><ul className={css.list}>{shown.map((one) => <One key={one.id} one={one} onMark={mayMark ? (state) => mark(one, state) : null} isBusy={marking.isBusy} />)}</ul></div>
      </Panel>
      <Thread topic="notices" recordId={muster.id} files={false} />
      {asks === 'close' && <Closing muster={muster} onClose={() => setAsks(null)} />}
      {asks === 'add' && <Adding muster={muster} onClose={() => setAsks(null)} />}
    </RecordPage>
  );
}

function One({ one, onMark, isBusy }: { one: Expected; onMark: ((state: ExpectedState) => void) | null; isBusy: boolean }) {
  const { name, isGuest, state, place, saidAt, saidBy, way } = one;
  return (
    <li>
      <span className={css.words}><b className="strong">{name}</b>{isGuest && <span className="t2"> {t('musters.guest')}</span>}{place && <span className="t2"> {place}</span>}</span>
      {state === 'help' || state === 'missing' ? <Tag look={state === 'help' ? 'p1' : 'p2'}>{t(`musters.is.${state}`)}</Tag> : <span>{t(`musters.is.${state}`)}</span>}
      {saidAt && way && <span className="t2 small">{t(`musters.way.${way}`, { name: saidBy ?? '' })} <TwoTimes at={saidAt} /></span>}
      {onMark && <span className="row">{MARKS.filter((each) => each !== state).map((each) => <Button key={each} aria-label={`${t(`musters.mark.${each as 'safe'}`)}: ${name}`} isBusy={isBusy} onClick={() => onMark(each)}>{t(`musters.mark.${each as 'safe'}`)}</Button>)}</span>}
    </li>
  );
}

function Closing({ muster, onClose }: { muster: MusterDetail; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notices', closeMuster);
  const [report, setReport] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = report.trim().length < 3;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort) return;
    await send({ id: muster.id, report: report.trim() });
    announce(t('musters.closed.said', { number: muster.number }));
    onClose();
  };
  return (
    <Dialog title={t('musters.close.of', { number: muster.number })} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('musters.close')}</Button><Button onClick={onClose}>{t('musters.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      {muster.missing + muster.help > 0 && <p role="alert"><b>{t('musters.close.missing', { missing: muster.missing, help: muster.help })}</b></p>}
      <TextArea label={t('musters.report')} rows={4} value={report} onValue={setReport} error={isTried && isShort ? t('musters.report.missing') : undefined} />
    </Dialog>
  );
}

function Adding({ muster, onClose }: { muster: MusterDetail; onClose: () => void }) {
  const { send, isBusy, problem } = useSend('notices', addExpected);
  const [guests, setGuests] = useState('');
  const submit = async (): Promise<void> => {
    await send({ id: muster.id, guests: guests.split('\n').map((name) => name.trim()).filter(Boolean) });
    onClose();
  };
  return (
    <Dialog title={t('musters.add')} onClose={onClose} onSubmit={() => void submit().catch(() => undefined)} actions={<><Button type="submit" look="filled" isBusy={isBusy}>{t('musters.add')}</Button><Button onClick={onClose}>{t('musters.cancel')}</Button></>}>
      <FaultSummary faults={[]} detail={problem?.detail} />
      <TextArea label={t('musters.field.guests')} help={t('musters.field.guests.help')} rows={3} value={guests} onValue={setGuests} />
    </Dialog>
  );
}
