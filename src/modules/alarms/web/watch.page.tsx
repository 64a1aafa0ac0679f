import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useRead } from '#platform/web/query.ts';
import { useMay, useMe } from '#platform/web/session.tsx';
import { text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { say } from '#ui/announcer.tsx';
import { Board } from '#ui/board.tsx';
import { keepFocus } from '#ui/row-focus.ts';
import { Asked, Empty, Failed, Waiting } from '#ui/states.tsx';
import { TryLine, useSite } from '#modules/signals/web/public.tsx';
import { type Alarm, getAlarm } from '../contract.ts';
import { useLatest } from './calm.tsx';
import { Detail } from './detail.tsx';
import { Foot } from './foot.tsx';
import { t } from './messages.en.ts';
import { useOpenAlarms } from './open-alarms.ts';
import { nextToTake, queueOf } from './queue.ts';
import { QueuePane, rowIn } from './queue-pane.tsx';
import { openSecond, tellSelected } from './second/channel.ts';
import { useOffers } from './shifts/offer.tsx';
import { SignalsPane } from './signals-pane.tsx';
import { useAlarmSound, useLater } from './sound-state.tsx';
import { useAlarmKeys, useMuteKey } from './use-alarm-keys.ts';
import { type Handling, useHandling } from './use-handling.ts';
import { useTaken } from './use-taken.ts';
import { useNarrow } from './use-narrow.ts';
import css from './watch.module.css';

const loadDialogs = () => import('./dialogs.tsx');
const Dialogs = lazy(loadDialogs);
const VIEW = viewOf({ alarm: text() });
const COLUMNS = 'minmax(300px, 352px) minmax(0, 1fr) minmax(320px, 384px)';

/** The Watch: what waits, what came, and what to do about it. */
export default function WatchPage() {
  const list = useOpenAlarms();
  const alarms = list.data ?? [];
  const [isMuting, setMuting] = useState(false);
  const { selected, select } = useSelection(alarms);
  const me = useMe().personId;
  const handling = useHandling((verb, alarm) => {
    if (verb === 'close') select(keepFocus(idsOf(alarms, me), idsOf(alarms.filter(({ id }) => id !== alarm.id), me), alarm.id));
  });
  const isNarrow = useNarrow();
  useAlarmSound(alarms);
  useTaken(alarms);
  useLater(loadDialogs);
  const queue = <Asked reading={list} waiting={<Waiting rows={8} rowHeight={44} />}>{() => <QueuePane list={list} alarms={alarms} selected={isNarrow ? null : selected} onSelect={(id, how) => (select(id), how === 'enter' && focusNext())} />}</Asked>;
  return (
    <>
      {isNarrow ? (
        <Alone onMute={() => setMuting(true)}>
          {queue}
          {list.state === 'ready' && alarms.length === 0 && <Nothing />}
        </Alone>
      ) : (
        <Desk queue={queue} alarms={alarms} isReady={list.state === 'ready'} selected={selected} select={select} handling={handling} onMute={() => setMuting(true)} />
      )}
      <Suspense fallback={null}>{(handling.asking || isMuting) && <Dialogs asking={handling.asking} onAnswered={handling.answered} isMuting={isMuting} onMuted={() => setMuting(false)} />}</Suspense>
    </>
  );
}

const idsOf = (alarms: readonly Alarm[], me: string): string[] => queueOf(alarms, me).flatMap((line) => (line.kind === 'alarm' ? [line.alarm.id] : []));
const focusNext = (): void => document.querySelector<HTMLElement>('[data-next] button')?.focus();

/** The selected alarm stands in the URL; without one the first of the queue is taken, and kept whatever comes. */
function useSelection(alarms: readonly Alarm[]): { selected: string | null; select: (id: string | null) => void } {
  const me = useMe().personId;
  const [view, setView] = useView(VIEW);
  const [pinned, setPinned] = useState<string | null>(null);
  const first = idsOf(alarms, me)[0] ?? null;
  const selected = view.alarm ?? pinned;
  if (selected === null && first !== null) setPinned(first);
  return {
    selected,
    select: (id) => {
      setPinned(id);
      setView({ alarm: id ?? undefined });
    },
  };
}

/** The queue alone; an alarm is a page. */
function Alone({ children, onMute }: { children: ReactNode; onMute: () => void }) {
  useMuteKey(onMute);
  useWhere({ title: t('watch.title') });
  return (
    <section className={`panel ${css.alone}`} aria-label={t('watch.queue')}>
      <h1 className="unseen">{t('watch.title')}</h1>
      {children}
    </section>
  );
}

type DeskProps = { queue: ReactNode; alarms: readonly Alarm[]; isReady: boolean; selected: string | null; select: (id: string | null) => void; handling: Handling; onMute: () => void };

function Desk({ queue, alarms, isReady, selected, select, handling, onMute }: DeskProps) {
  const reading = useRead('alarms', getAlarm, { id: selected ?? '' }, { isOn: selected !== null });
  const row = alarms.find((alarm) => alarm.id === selected);
  const read = reading.data?.id === selected ? reading.data : undefined;
  const alarm: Alarm | undefined = row && read ? (row.version > read.version ? row : { ...read, folded: row.folded }) : (row ?? read);
  const site = useSite(alarm?.siteId ?? null);
  useWhere({ title: t('watch.title'), site });
  useAlarmKeys(alarm ?? null, handling, onMute);
  const offers = useOffers();
  const me = useMe().personId;
  const takeNext = (): void => {
    const next = nextToTake(alarms, offers, me);
    if (!next) return say(t('watch.no-next'));
    select(next.id);
    handling.start('claim', next);
  };
  useCommands([
    { key: 'N', title: t('watch.key.next'), run: takeNext },
    { key: 'V', title: t('watch.key.second'), run: () => openSecond(selected) },
    { key: 'Enter', title: t('watch.key.enter'), isKeyOnly: true, run: focusNext },
    { key: 'Escape', title: t('watch.key.escape'), isKeyOnly: true, run: () => rowIn(document, selected)?.focus() },
  ]);
  useEffect(() => tellSelected(selected), [selected]);
  const failed = reading.state === 'failed' && !row;
  return (
    <Board
      title={t('watch.title')}
      columns={COLUMNS}
      foot={<Foot />}
      panes={[
        { key: 'queue', title: t('watch.queue'), body: queue },
        { key: 'signals', title: t('watch.signals'), body: selected === null ? isReady && <Nothing /> : read ? <SignalsPane key={read.id} alarm={{ ...read, ...alarm }} siteZone={site?.timeZone} /> : reading.state === 'failed' ? <Failed problem={reading.problem} onAgain={reading.again} /> : <Waiting /> },
        { key: 'alarm', title: t('watch.alarm'), body: alarm ? <Detail key={alarm.id} alarm={alarm} signals={read?.signals ?? null} rule={read?.rule} siteZone={site?.timeZone} handling={handling} level={2} /> : failed ? <Failed problem={reading.problem} /> : isReady && selected === null && <Empty>{t('watch.nothing')}</Empty> },
      ]}
    />
  );
}

/** No alarm is open: good news, or the first minute of an installation, which says how to send a first signal. */
function Nothing() {
  const maySee = useMay('signals:read');
  const latest = useLatest(true);
  if (!latest.isKnown) return null;
  return latest.at === null && maySee ? <Suspense fallback={null}><TryLine /></Suspense> : <div className="desk-only"><Empty>{t('watch.none')}</Empty></div>;
}
