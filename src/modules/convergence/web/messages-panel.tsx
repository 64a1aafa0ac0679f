import { useList, useSend } from '#platform/web/query.ts';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { listMessages, type Message, replayMessage } from '../contract.ts';
import css from './destinations.module.css';
import { t } from './messages.en.ts';
import { eventWords, MessageTag } from './words.tsx';

const STATES = ['any', 'queued', 'delivered', 'dead', 'dropped'] as const;
const VIEW = viewOf({ state: one(STATES), message: text() });

const COLUMNS: readonly Column<Message>[] = [
  { key: 'state', title: t('destinations.state'), width: 120, cell: ({ state }) => <MessageTag state={state} /> },
  { key: 'event', title: t('destinations.message.event'), width: 220, cell: ({ event }) => eventWords(event) },
  { key: 'record', title: t('destinations.message.record'), width: 150, isSpare: true, cell: ({ number }) => number },
  { key: 'reason', title: t('destinations.message.reason'), cell: ({ reason, state, nextAt }) => <span>{reason} {state === 'queued' && Date.parse(nextAt) > Date.now() && <span className="t3">{t('destinations.message.next')} <TwoTimes at={nextAt} seconds /></span>}</span> },
  { key: 'took', title: t('destinations.message.took'), width: 90, align: 'end', cell: ({ tookMs }) => (tookMs === null ? null : t('destinations.message.ms', { n: tookMs })) },
  { key: 'queued', title: t('destinations.message.queued'), width: 170, cell: ({ queuedAt }) => <TwoTimes at={queuedAt} seconds /> },
];

/** What was sent to a destination: when and how, not what it said. */
export function Messages({ id, isEnded }: { id: string; isEnded: boolean }) {
  const [view, setView] = useView(VIEW);
  const list = useList('convergence', listMessages, { id, state: view.state === 'any' ? undefined : view.state });
  const shown = list.data?.find((message) => message.id === view.message);
  return (
    <Panel title={t('destinations.messages')}>
      <div className={css.filters}><FilterSelect label={t('destinations.state')} value={view.state} all="any" onValue={(state) => setView({ state: state as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`destinations.message.state.${value}`) }))} /></div>
      <Asked reading={list}>
        {(rows) => rows.length === 0 ? <Empty>{t(view.state === 'any' ? 'destinations.messages.none' : 'destinations.messages.none.fits')}</Empty> : (
          <DataTable
            label={t('destinations.messages')} columns={COLUMNS} rows={rows} idOf={(row) => row.id} nameOf={({ event }) => eventWords(event)} onOpen={(row) => setView({ message: row.id })} peeked={view.message} onPeek={(row) => setView({ message: row?.id })} more={list.more} isReadingMore={list.isReadingMore}
            phone={(row) => ({ title: eventWords(row.event), second: row.reason, right: <MessageTag state={row.state} /> })}
          />
        )}
      </Asked>
      {shown && <Shown destinationId={id} message={shown} isEnded={isEnded} />}
    </Panel>
  );
}

function Shown({ destinationId, message, isEnded }: { destinationId: string; message: Message; isEnded: boolean }) {
  const { send, isBusy, problem } = useSend('convergence', replayMessage);
  const again = async (): Promise<void> => {
    const { queued } = await send({ id: destinationId, rowId: message.id });
    announce(t('destinations.replayed', { n: queued }));
  };
  return (
    <section className={css.peek}>
      <h3>{eventWords(message.event)} {message.number}</h3>
      <p className="mono small">{message.id}</p>
      {problem && <p role="alert">{problem.detail}</p>}
      {!isEnded && message.state !== 'queued' && <Button isBusy={isBusy} onClick={() => void again().catch(() => undefined)}>{t('destinations.replay')}</Button>}
      <h4 className="label">{t('destinations.message.tries')}</h4>
      {message.tries.length === 0 ? <p className="t2">{t('destinations.message.tries.none')}</p> : (
        <ol className={css.tries}>{message.tries.map((each) => <li key={each.at}><TwoTimes at={each.at} seconds /> <span className="t2">{each.detail}, {t('destinations.message.ms', { n: each.tookMs })}</span></li>)}</ol>
      )}
    </section>
  );
}
