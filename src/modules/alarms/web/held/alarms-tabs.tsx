import { type ReactNode, useState } from 'react';
import { serverNow } from '#platform/web/live.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList, useSend } from '#platform/web/query.ts';
import { readersZone, useMay } from '#platform/web/session.tsx';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { MomentField } from '#ui/moment-field.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { placeWords, useSite, useSites } from '#modules/signals/web/public.tsx';
import { type Alarm, listAlarms, unshelve } from '../../contract.ts';
import { extendShelf } from '../../held-contract.ts';
import { t as watch } from '../messages.en.ts';
import { siteWords } from '../words.ts';
import css from './held.module.css';
import { t } from './messages.en.ts';
import { ReasonDialog } from './reason-dialog.tsx';

const LONGEST_MS = 8 * 3_600_000;

/** Alarms that are silenced until an end, with who and why; each is given another end or brought back. */
export function Shelved() {
  const list = useList('alarms', listAlarms, { state: 'open', handling: 'shelved', limit: 50 });
  const [extending, setExtending] = useState<Alarm | null>(null);
  const bringing = useSend('alarms', unshelve);
  const maySupervise = useMay('alarms:supervise');
  const back = async (alarm: Alarm): Promise<void> => {
    await bringing.send({ id: alarm.id });
    announce(t('held.unshelve.done', { name: alarm.number }));
  };
  const steps = (alarm: Alarm) => maySupervise && <span className={css.acts}><Button onClick={() => setExtending(alarm)}>{t('held.extend')}</Button><Button isBusy={bringing.isBusy} onClick={() => void back(alarm).catch(() => undefined)}>{t('held.unshelve')}</Button></span>;
  return (
    <>
      <div className={css.head}><span className="t2 small">{t('held.note.shelved')}</span></div>
      <Asked reading={list}>
        {(alarms) => alarms.length === 0 ? <Empty>{t('held.none.shelved')}</Empty> : <Table label={t('held.list.shelved')} alarms={alarms} more={list.more} isReadingMore={list.isReadingMore} ends={(alarm) => alarm.shelvedUntil} columns={[
          { key: 'reason', title: t('held.reason'), cell: ({ shelvedWhy }) => shelvedWhy },
          { key: 'shelver', title: t('held.shelver'), width: 160, cell: ({ shelver }) => shelver },
        ]} steps={steps} />}
      </Asked>
      {extending && <ExtendShelf alarm={extending} onClose={() => setExtending(null)} />}
    </>
  );
}

/** Alarms of what stands behind a device that is down. */
export function Folded() {
  const list = useList('alarms', listAlarms, { state: 'open', isFolded: 'true', limit: 50 });
  return (
    <>
      <div className={css.head}><span className="t2 small">{t('held.note.folded')}</span></div>
      <Asked reading={list}>{(alarms) => (alarms.length === 0 ? <Empty>{t('held.none.folded')}</Empty> : <Table label={t('held.list.folded')} alarms={alarms} more={list.more} isReadingMore={list.isReadingMore} columns={[]} ends={() => null} />)}</Asked>
    </>
  );
}

type TableProps = { label: string; alarms: readonly Alarm[]; columns: readonly Column<Alarm>[]; ends: (alarm: Alarm) => string | null; steps?: (alarm: Alarm) => ReactNode; more: (() => void) | null; isReadingMore: boolean };

function Table({ label, alarms, columns, ends, steps, more, isReadingMore }: TableProps) {
  const go = useGo();
  const sites = useSites();
  const shape = (alarm: Alarm) => <PriorityShape priority={alarm.priority as Priority} isOutlined size={16} label={watch('watch.row.priority', { priority: alarm.priority })} />;
  const where = (alarm: Alarm): string => [siteWords(alarm.site), alarm.sourceName, placeWords(alarm.point, alarm.area)].filter(Boolean).join(' · ');
  const time = (alarm: Alarm) => <TwoTimes at={ends(alarm) ?? alarm.raisedAt} siteZone={alarm.siteId === null ? undefined : sites.get(alarm.siteId)?.timeZone} layout="stack" />;
  const all: Column<Alarm>[] = [
    { key: 'priority', title: watch('history.priority'), hidesTitle: true, width: 36, cell: shape },
    { key: 'number', title: watch('history.number'), width: 136, cell: ({ number }) => <span className="mono">{number}</span> },
    { key: 'what', title: t('held.alarm'), cell: ({ title }) => <b>{title}</b> },
    { key: 'where', title: t('held.place'), cell: where },
    ...columns,
    { key: 'ends', title: steps ? t('held.ends') : watch('history.happened'), align: 'end', width: 160, cell: time },
    ...(steps ? [{ key: 'steps', title: t('held.end'), hidesTitle: true, align: 'end' as const, width: 220, cell: steps }] : []),
  ];
  return <DataTable label={label} columns={all} rows={alarms} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/watch/alarms/${id}`)} more={more} isReadingMore={isReadingMore} phone={(alarm) => ({ left: shape(alarm), title: alarm.title, second: [where(alarm), alarm.shelvedWhy].filter(Boolean).join(' · '), right: time(alarm) })} />;
}

function ExtendShelf({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const sending = useSend('alarms', extendShelf);
  const site = useSite(alarm.siteId);
  const [end, setEnd] = useState<string | null>(alarm.shelvedUntil);
  const [isTried, setTried] = useState(false);
  const ms = end === null ? 0 : Date.parse(end) - serverNow().getTime();
  const fault = ms <= 0 || ms > LONGEST_MS ? t('held.extend.shelf') : undefined;
  const send = (reason: string): Promise<void> | null => {
    setTried(true);
    if (end === null || fault) return null;
    return sending.send({ id: alarm.id, until: end, reason }).then(() => (announce(t('held.extend.done', { name: alarm.number })), onClose()));
  };
  return (
    <ReasonDialog title={t('held.extend.of', { name: alarm.number })} act={t('held.extend')} isBusy={sending.isBusy} problem={sending.problem} onSend={send} onClose={onClose}>
      <p className="t2">{t('held.extend.shelf')}</p>
      <MomentField label={t('held.ends')} value={end} onValue={setEnd} timeZone={site?.timeZone ?? readersZone()} meaning="future" error={sending.problem?.of('/until') ?? (isTried ? fault : undefined)} />
    </ReasonDialog>
  );
}
