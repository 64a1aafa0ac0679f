import { useList, useRead, useSend } from '#platform/web/query.ts';
import { one, text, useView, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { announce } from '#ui/announcer.tsx';
import { Button } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import { type Delivery, listAttempts, listDeliveries, retryDelivery } from '../contract.ts';
import css from './deliver.module.css';
import { t } from './messages.en.ts';

const STATES = ['any', 'queued', 'sending', 'sent', 'delivered', 'dead', 'unknown', 'dropped'] as const;
const CHANNELS = ['any', 'mail', 'push', 'webhook'] as const;
const VIEW = viewOf({ state: one(STATES), channel: one(CHANNELS), peek: text() });
const LOOK = { queued: 'plain', sending: 'act', sent: 'ok', delivered: 'ok', dead: 'p1', unknown: 'p2', dropped: 'plain' } as const;

const StateTag = ({ state }: { state: Delivery['state'] }) => <Tag look={LOOK[state]}>{t(`deliver.state.${state}`)}</Tag>;
const isGivenUp = ({ state }: Delivery): boolean => state === 'dead' || state === 'unknown';

const COLUMNS: readonly Column<Delivery>[] = [
  { key: 'state', title: t('deliver.state'), width: 120, cell: ({ state }) => <StateTag state={state} /> },
  { key: 'person', title: t('deliver.person'), cell: ({ person }) => <b className="strong">{person}</b> },
  { key: 'channel', title: t('deliver.channel'), width: 90, cell: ({ channel }) => t(`deliver.channel.${channel}`) },
  { key: 'topic', title: t('deliver.topic'), width: 170, isSpare: true, cell: ({ topic, urgent }) => <span>{topic === '' ? <span className="t3">{t('deliver.topic.none')}</span> : topic} {urgent && <Tag look="p1">{t('deliver.urgent')}</Tag>}</span> },
  { key: 'reason', title: t('deliver.reason'), width: 320, cell: ({ reason, state, nextAt }) => <span>{reason} {state === 'queued' && Date.parse(nextAt) > Date.now() && <span className="t3">{t('deliver.next')} <TwoTimes at={nextAt} /></span>}</span> },
  { key: 'attempts', title: t('deliver.attempts'), width: 60, align: 'end', cell: ({ attempts }) => attempts },
  { key: 'queued', title: t('deliver.queued'), width: 170, cell: ({ queuedAt }) => <TwoTimes at={queuedAt} seconds /> },
];

export default function DeliveriesPage() {
  const [view, setView] = useView(VIEW);
  const list = useList('deliver', listDeliveries, { state: view.state === 'any' ? undefined : view.state, channel: view.channel === 'any' ? undefined : view.channel });
  useWhere({ title: t('deliver.title') });
  const peeked = list.data?.find(({ id }) => id === view.peek);
  const isAll = view.state === 'any' && view.channel === 'any';
  return (
    <ListPage
      title={t('deliver.title')}
      filters={
        <>
          <FilterSelect label={t('deliver.state')} value={view.state} all="any" onValue={(state) => setView({ state: state as typeof view.state })} choices={STATES.map((value) => ({ value, title: t(`deliver.state.${value}`) }))} />
          <FilterSelect label={t('deliver.channel')} value={view.channel} all="any" onValue={(channel) => setView({ channel: channel as typeof view.channel })} choices={CHANNELS.map((value) => ({ value, title: t(`deliver.channel.${value}`) }))} />
        </>
      }
      foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={null} tookMs={list.tookMs} /> : null}
      peek={peeked ? { name: peeked.person, onClose: () => setView({ peek: undefined }), body: <Peeked delivery={peeked} /> } : null}
    >
      <Asked reading={list}>
        {(rows) => rows.length === 0 ? <Empty>{t(isAll ? 'deliver.none' : 'deliver.none.fits')}</Empty> : (
          <DataTable
            label={t('deliver.title')} columns={COLUMNS} rows={rows} idOf={({ id }) => id} nameOf={({ person }) => person} onOpen={({ id }) => setView({ peek: id })} peeked={view.peek} onPeek={(row) => setView({ peek: row?.id })} more={list.more} isReadingMore={list.isReadingMore}
            phone={(row) => ({ title: row.person, second: `${t(`deliver.channel.${row.channel}`)}${row.reason ? `: ${row.reason}` : ''}`, right: <StateTag state={row.state} /> })}
          />
        )}
      </Asked>
    </ListPage>
  );
}

function Peeked({ delivery }: { delivery: Delivery }) {
  const attempts = useRead('deliver', listAttempts, { id: delivery.id });
  const { send, isBusy, problem } = useSend('deliver', retryDelivery);
  const retry = async (): Promise<void> => {
    await send({ id: delivery.id });
    announce(t('deliver.retried'));
  };
  return (
    <div className={css.peek}>
      <h2 className="head">{delivery.person}</h2>
      <p className="row"><StateTag state={delivery.state} /> {t(`deliver.channel.${delivery.channel}`)}</p>
      <p>{delivery.reason}</p>
      {problem && <p role="alert">{problem.detail}</p>}
      {isGivenUp(delivery) && <Button isBusy={isBusy} onClick={() => void retry().catch(() => undefined)}>{t('deliver.retry')}</Button>}
      <h3 className="label">{t('deliver.attempts')}</h3>
      <Asked reading={attempts}>
        {({ items }) => items.length === 0 ? <p className="t2">{t('deliver.attempts.none')}</p> : (
          <ol className={css.attempts}>
            {items.map((one) => <li key={one.n}><b className="strong">{t('deliver.attempt', { n: one.n })}</b> <TwoTimes at={one.at} seconds /> <span className="t2">{t(`deliver.attempt.${one.result}`)}, {t('deliver.attempt.took', { n: one.tookMs })}<br />{one.detail}</span></li>)}
          </ol>
        )}
      </Asked>
    </div>
  );
}
