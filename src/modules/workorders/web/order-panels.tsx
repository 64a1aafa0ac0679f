import type { ReactNode } from 'react';
import { RecordLink } from '#platform/web/navigation.tsx';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { Money, TwoTimes } from '#ui/time.tsx';
import type { Retest, Visit, WorkOrder, WorkOrderDetail } from '../contract.ts';
import { faultTitle } from '../rules.ts';
import { t } from './messages.en.ts';
import { DueAt, whoWords } from './words.tsx';
import css from './workorders.module.css';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (children ? <><dt>{name}</dt><dd>{children}</dd></> : null);

/** What is known of a work order; more where it was read whole. */
export function OrderFacts({ order }: { order: WorkOrder & Partial<WorkOrderDetail> }) {
  const zone = order.timeZone ?? undefined;
  return (
    <dl className="facts">
      <Fact name={t('workorders.priority')}>{t(`workorders.priority.${order.priority as 1 | 2 | 3 | 4}`)}</Fact>
      <Fact name={t('workorders.due')}><DueAt order={order} /></Fact>
      <Fact name={t('workorders.with')}>{[whoWords(order), order.firmContact].filter(Boolean).join(', ')}</Fact>
      <Fact name={t('workorders.site')}>{order.site ?? t('workorders.site.none')}</Fact>
      <Fact name={t('workorders.devices')}>{order.devices.length === 0 ? <span className="t3">{t('workorders.devices.none')}</span> : <ul className={css.list}>{order.devices.map(({ id, name }) => <li key={id}><RecordLink kind="devices.device" id={id}>{name}</RecordLink></li>)}</ul>}</Fact>
      <Fact name={t('workorders.code')}>{faultTitle(order.faultCode)} <span className="mono t2">{order.faultCode}</span></Fact>
      <Fact name={t('workorders.failed')}><TwoTimes at={order.failedAt} siteZone={zone} /></Fact>
      <Fact name={t('workorders.raised.by')}>{t('workorders.by', { name: order.raisedBy })} <TwoTimes at={order.raisedAt} siteZone={zone} /></Fact>
      <Fact name={t('workorders.origin')}>{t(`workorders.origin.${order.origin}`)} {order.from?.map((one) => <RecordLink key={one.id} kind={one.kind} id={one.id}>{one.number ?? one.title}</RecordLink>)}</Fact>
      <Fact name={t('workorders.waiting')}>{order.waitingWhy}</Fact>
      <Fact name={t('workorders.detail')}>{order.detail}</Fact>
      <Fact name={t('workorders.fixed')}>{order.fixedAt && <>{order.fixedBy && t('workorders.by', { name: order.fixedBy.name })} <TwoTimes at={order.fixedAt} siteZone={zone} /></>}</Fact>
      <Fact name={t('workorders.cause')}>{order.cause}</Fact>
      <Fact name={t('workorders.done')}>{order.done}</Fact>
      <Fact name={t('workorders.labour')}>{order.labourMinutes !== null && order.labourMinutes !== undefined && t('workorders.minutes', { n: order.labourMinutes })}</Fact>
      <Fact name={t('workorders.returns')}>{order.returns > 0 && t('workorders.returns.n', { n: order.returns })}</Fact>
      <Fact name={t('workorders.exemption')}>{order.exemption}</Fact>
      <Fact name={t('workorders.cancel.reason')}>{order.cancelReason}</Fact>
      <Fact name={t('workorders.ended')}>{order.endedAt && <>{order.endedBy && t('workorders.by', { name: order.endedBy })} <TwoTimes at={order.endedAt} siteZone={zone} /></>}</Fact>
    </dl>
  );
}

type VisitDoes = { arrive: (id: string) => void; leave: (id: string) => void; strike: (visit: Visit) => void; /** Null where no device of it may be put on test. */ test: ((visit: Visit) => void) | null };

export function Visits({ order, may, does }: { order: WorkOrderDetail; may: { perform: boolean; assign: boolean }; does: VisitDoes }) {
  const zone = order.timeZone ?? undefined;
  return (
    <Panel title={t('workorders.visits')}>
      <div className={css.pad}>
        {order.visits.length === 0 ? <Empty>{t('workorders.visits.none')}</Empty> : (
          <ul className={css.list}>
            {order.visits.map((visit) => (
              <li key={visit.id}>
                <span className={css.words}>
                  <b className={visit.struckWhy ? css.struck : 'strong'}>{visit.who}</b> <span className="t2">{t('workorders.visit.planned')}</span> <TwoTimes at={visit.plannedFrom} siteZone={zone} /> <span className="t2">{t('workorders.retest.until')}</span> <TwoTimes at={visit.plannedUntil} siteZone={zone} />
                  {visit.struckWhy && <p className="t2 small">{t('workorders.visit.struck', { why: visit.struckWhy })}</p>}
                  {visit.arrivedAt && <p className="small"><span className="t2">{t('workorders.visit.arrived')}</span> <TwoTimes at={visit.arrivedAt} siteZone={zone} /></p>}
                  {visit.leftAt && <p className="small"><span className="t2">{t('workorders.visit.left')}</span> <TwoTimes at={visit.leftAt} siteZone={zone} /></p>}
                </span>
                {!visit.struckWhy && !visit.leftAt && does.test && Date.parse(visit.plannedUntil) > Date.now() && <Button look="quiet" onClick={() => does.test?.(visit)}>{t('workorders.visit.test')}</Button>}
                {!visit.struckWhy && !visit.arrivedAt && may.perform && <Button onClick={() => does.arrive(visit.id)}>{t('workorders.visit.arrive')}</Button>}
                {!visit.struckWhy && !visit.arrivedAt && may.assign && <Button look="quiet" onClick={() => does.strike(visit)}>{t('workorders.visit.strike')}</Button>}
                {visit.arrivedAt && !visit.leftAt && may.perform && <Button onClick={() => does.leave(visit.id)}>{t('workorders.visit.leave')}</Button>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

export function Parts({ order, actions, onStrike }: { order: WorkOrderDetail; actions: ReactNode; onStrike: ((part: { id: string; name: string }) => void) | null }) {
  return (
    <Panel title={t('workorders.parts')} actions={actions}>
      <div className={css.pad}>
        {order.parts.length === 0 ? <Empty>{t('workorders.parts.none')}</Empty> : (
          <ul className={css.list}>
            {order.parts.map((part) => (
              <li key={part.id}>
                <span className={css.words}><span className={part.struckWhy ? css.struck : 'strong'}>{part.quantity} × {part.name}</span> <span className="mono t2">{part.partNumber}</span>{part.struckWhy && <p className="t2 small">{t('workorders.part.struck', { why: part.struckWhy })}</p>}</span>
                <span className={part.struckWhy ? css.struck : undefined}><Money minor={part.unitMinor * part.quantity} currency={part.currency} /></span>
                {!part.struckWhy && onStrike && <Button look="quiet" onClick={() => onStrike(part)}>{t('workorders.part.strike')}</Button>}
              </li>
            ))}
          </ul>
        )}
        {order.costs.length > 0 && <p><span className="t2">{t('workorders.cost')}</span> {order.costs.map(({ minor, currency }) => <b key={currency} className="strong"><Money minor={minor} currency={currency} /> </b>)}</p>}
      </div>
    </Panel>
  );
}

const LOOK = { running: 'act', passed: 'ok', failed: 'p1' } as const;

/** Retests, the newest first: what each waits to hear, and when it was heard. */
export function Retests({ order, actions }: { order: WorkOrderDetail; actions: ReactNode }) {
  return (
    <Panel title={t('workorders.retests')} actions={actions}>
      <div className={css.pad}>
        {order.retests.length === 0 ? <Empty>{t('workorders.retests.none')}</Empty> : order.retests.toReversed().map((retest) => <One key={retest.id} retest={retest} order={order} />)}
      </div>
    </Panel>
  );
}

function One({ retest, order }: { retest: Retest; order: WorkOrderDetail }) {
  const zone = order.timeZone ?? undefined;
  const nameOf = (id: string): string => order.devices.find((one) => one.id === id)?.name ?? t('workorders.device');
  return (
    <div data-retest={retest.state}>
      <p className="row">
        <Tag look={LOOK[retest.state]}>{t(`workorders.retest.${retest.state}`)}</Tag> <span>{retest.startedBy}</span> <TwoTimes at={retest.startedAt} siteZone={zone} />
        {retest.state === 'running' && retest.checks.length > 0 && <><span className="t2">{t('workorders.retest.until')}</span> <TwoTimes at={retest.until} siteZone={zone} /></>}
      </p>
      {retest.checks.length === 0 && <p className="t2 small">{t('workorders.retest.only-hand')}</p>}
      <ul className={css.checks}>
        {retest.checks.map((check) => (
          <li key={`${check.deviceId} ${check.expect}`}>
            {t(`workorders.retest.expect.${check.expect}`, { device: nameOf(check.deviceId) })} {check.heardAt ? <><Tag look="ok" icon="check">{t('workorders.retest.heard')}</Tag> <span className="mono t2">{check.type}</span> <TwoTimes at={check.heardAt} siteZone={zone} seconds /></> : <Tag look="line">{t('workorders.retest.not-heard')}</Tag>}
          </li>
        ))}
      </ul>
      {retest.byHand && <p className="small">{t('workorders.retest.by-hand', { name: retest.byHand, why: retest.reason })}</p>}
    </div>
  );
}
