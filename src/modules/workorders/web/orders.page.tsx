import { useCommands } from '#platform/web/commands.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useList } from '#platform/web/query.ts';
import { useMay } from '#platform/web/session.tsx';
import { flag, one, text, useView, type View, viewOf } from '#platform/web/view.ts';
import { useWhere } from '#platform/web/where.ts';
import { Button, LinkButton } from '#ui/button.tsx';
import { type Column, DataTable } from '#ui/data-table.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { ListFoot, ListPage } from '#ui/list-page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { listWorkOrders, type WorkOrder } from '../contract.ts';
import { faultTitle, STATES } from '../rules.ts';
import { t } from './messages.en.ts';
import { OrderFacts } from './order-panels.tsx';
import { RaiseDialog } from './raise-dialog.tsx';
import { CODE_CHOICES, DueAt, OrderPriority, OrderState, PRIORITY_CHOICES, whoWords } from './words.tsx';

const VIEW = viewOf({
  state: one(['open', 'ended', 'any', ...STATES]), priority: one(['', '1', '2', '3', '4']), code: text(), device: text(), overdue: flag(), mine: flag(), from: text(), to: text(), q: text(), sort: one(['due', '-raised']), peek: text(), new: flag(),
});
type OrdersView = View<typeof VIEW>;
const NOTHING = { state: 'open', priority: '', code: undefined, device: undefined, overdue: false, mine: false, from: undefined, to: undefined, q: undefined } as const;

const COLUMNS: readonly Column<WorkOrder>[] = [
  { key: 'priority', title: t('workorders.priority'), width: 70, cell: (order) => <OrderPriority {...order} /> },
  { key: 'number', title: t('workorders.number'), width: 140, cell: (order) => <span className="mono t2 nowrap">{order.number}</span> },
  { key: 'title', title: t('workorders.what'), cell: (order) => <b className="strong cut">{order.title}</b> },
  { key: 'state', title: t('workorders.state'), width: 150, cell: (order) => <OrderState {...order} /> },
  { key: 'due', title: t('workorders.due'), width: 230, sort: ['due', 'due'], cell: (order) => <DueAt order={order} /> },
  { key: 'with', title: t('workorders.with'), width: 170, cell: (order) => <span className="cut">{whoWords(order)}</span> },
  { key: 'site', title: t('workorders.site'), isSpare: true, width: 150, cell: (order) => <span className="t2 cut">{order.site ?? ''}</span> },
  { key: 'code', title: t('workorders.code'), isSpare: true, width: 170, cell: (order) => <span className="t2 cut">{faultTitle(order.faultCode)}</span> },
];

const queryOf = (view: OrdersView) => ({
  state: view.state === 'any' ? undefined : view.state, priority: view.priority === '' ? undefined : Number(view.priority), faultCode: view.code, deviceId: view.device, q: view.q, sort: view.sort, fixedFrom: view.from, fixedTo: view.to,
  ...(view.overdue && { isOverdue: 'true' as const }), ...(view.mine && { isMine: 'true' as const }),
});

/** All work orders that I may see; the address is the view. */
export default function OrdersPage() {
  const [view, setView] = useView(VIEW);
  const go = useGo();
  const mayRaise = useMay('workorders:raise');
  useWhere({ title: t('workorders.title') });
  useCommands(mayRaise ? [{ key: 'C', title: t('workorders.new'), run: () => setView({ new: true }) }] : []);
  const list = useList('workorders', listWorkOrders, queryOf(view));
  const peeked = list.data?.find(({ id }) => id === view.peek);
  const isFiltered = Object.entries(NOTHING).some(([key, value]) => view[key as keyof typeof NOTHING] !== value);
  const flagChoices = [{ value: '', title: t('workorders.all') }, { value: '1', title: t('workorders.yes') }];
  const any = { value: '', title: t('workorders.all') };
  return (
    <>
      <ListPage
        title={t('workorders.title')}
        actions={mayRaise && <Button look="filled" keyCap="C" onClick={() => setView({ new: true })}>{t('workorders.new')}</Button>}
        filters={<>
          <SearchBox label={t('workorders.find')} value={view.q} onValue={(q) => setView({ q })} />
          <FilterSelect label={t('workorders.state')} value={view.state} all="open" onValue={(value) => setView({ state: value as OrdersView['state'] })} choices={(['open', 'ended', 'any', ...STATES] as const).map((value) => ({ value, title: t(`workorders.state.${value}`) }))} />
          <FilterSelect label={t('workorders.priority')} value={view.priority} onValue={(value) => setView({ priority: value as OrdersView['priority'] })} choices={[any, ...PRIORITY_CHOICES()]} />
          <FilterSelect label={t('workorders.code')} value={view.code ?? ''} onValue={(value) => setView({ code: value || undefined })} choices={[any, ...CODE_CHOICES]} />
          <FilterSelect label={t('workorders.overdue.only')} value={view.overdue ? '1' : ''} onValue={(value) => setView({ overdue: value === '1' })} choices={flagChoices} />
          <FilterSelect label={t('workorders.mine')} value={view.mine ? '1' : ''} onValue={(value) => setView({ mine: value === '1' })} choices={flagChoices} />
        </>}
        foot={list.state === 'ready' ? <ListFoot shown={list.data.length} total={list.total} tookMs={list.tookMs} /> : null}
        peek={peeked ? { name: peeked.number, onClose: () => setView({ peek: undefined }), body: <><h2 className="head">{peeked.title}</h2><OrderState {...peeked} /><OrderFacts order={peeked} /><LinkButton to={`/watch/work-orders/${peeked.id}`} size="large">{t('workorders.peek')}</LinkButton></> } : null}
      >
        <Asked reading={list}>{(orders) => (orders.length === 0 ? (
          isFiltered ? <Empty action={<Button onClick={() => setView(NOTHING)}>{t('workorders.clear')}</Button>}>{t('workorders.none')}</Empty> : <Empty>{t('workorders.empty')}</Empty>
        ) : (
          <DataTable
            label={t('workorders.title')} columns={COLUMNS} rows={orders} idOf={({ id }) => id} nameOf={({ number }) => number} onOpen={({ id }) => go(`/watch/work-orders/${id}`)} peeked={view.peek} onPeek={(order) => setView({ peek: order?.id })}
            sort={view.sort} onSort={(sort) => setView({ sort: sort as OrdersView['sort'] })} more={list.more} isReadingMore={list.isReadingMore}
            phone={(order) => ({ title: order.title, second: [order.number, t(`workorders.state.${order.state}`), order.site].filter(Boolean).join(' · '), right: <OrderPriority {...order} /> })}
          />
        ))}</Asked>
      </ListPage>
      {view.new && mayRaise && <RaiseDialog from={{ origin: 'inspection' }} onClose={() => setView({ new: false })} onRaised={({ id }) => go(`/watch/work-orders/${id}`)} />}
    </>
  );
}
