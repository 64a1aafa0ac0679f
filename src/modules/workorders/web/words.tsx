import { useNow } from '#ui/clock.ts';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { State, Tag } from '#ui/tag.tsx';
import { TwoTimes } from '#ui/time.tsx';
import type { WorkOrder } from '../contract.ts';
import { ENDED, FAULT_CODES } from '../rules.ts';
import { t } from './messages.en.ts';

export const FILL = { raised: 'empty', assigned: 'empty', working: 'full', waiting: 'half', fixed: 'half', retesting: 'half', tested: 'half', closed: 'ended', cancelled: 'ended' } as const;
export const PRIORITY_CHOICES = () => ([1, 2, 3, 4] as const).map((n) => ({ value: String(n), title: t(`workorders.priority.${n}`) }));
export const CODE_CHOICES = FAULT_CODES.map(({ code, title }) => ({ value: code, title }));

export const OrderState = ({ state }: Pick<WorkOrder, 'state'>) => <State fill={FILL[state]}>{t(`workorders.state.${state}`)}</State>;

export const OrderPriority = ({ priority, state }: Pick<WorkOrder, 'priority' | 'state'>) => <PriorityShape priority={priority as Priority} isOutlined={ENDED.includes(state)} label={t('workorders.priority.said', { n: priority })} />;

export const whoWords = ({ owner, firm }: Pick<WorkOrder, 'owner' | 'firm'>): string => [owner?.name, firm].filter(Boolean).join(', ') || t('workorders.nobody');

/** When it is due, and whether that is past. */
export function DueAt({ order }: { order: WorkOrder }) {
  const now = useNow();
  const isOver = !ENDED.includes(order.state) && Date.parse(order.dueAt) < now.getTime();
  return <span className="row"><TwoTimes at={order.dueAt} siteZone={order.timeZone ?? undefined} />{isOver && <Tag look="p2">{t('workorders.overdue')}</Tag>}</span>;
}
