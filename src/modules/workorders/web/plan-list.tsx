import { RecordLink } from '#platform/web/navigation.tsx';
import type { Listing } from '#platform/web/query.ts';
import { Button } from '#ui/button.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Asked, Empty } from '#ui/states.tsx';
import { State, Tag } from '#ui/tag.tsx';
import type { Plan } from '../plan-contract.ts';
import { t } from './messages.en.ts';
import css from './workorders.module.css';

/** The plans, with their rhythm and what comes next. */
export function PlanList({ list, does }: { list: Listing<Plan>; does: { change: (plan: Plan) => void; stop: (plan: Plan) => void } | null }) {
  return (
    <Panel title={t('workorders.plans.tab.plans')}>
      <div className={css.pad}>
        <Asked reading={list}>{(plans) => (plans.length === 0 ? <Empty>{t('workorders.plans.none')}</Empty> : (
          <ul className={css.list}>
            {plans.map((plan) => (
              <li key={plan.id}>
                <span className={css.words}>
                  <b className="strong">{plan.title}</b> <span className="t2">{plan.site}</span> {plan.device && <RecordLink kind="devices.device" id={plan.device.id}>{plan.device.name}</RecordLink>} <span className="t2">{plan.deviceKind}</span>
                  <p className="small">{t(`workorders.plans.rhythm.${plan.unit}`, { n: plan.every })}{plan.nextOn && `, ${t('workorders.plans.next', { day: plan.nextOn })}`}</p>
                  {plan.stoppedWhy && <p className="t2 small">{t('workorders.plans.stopped', { why: plan.stoppedWhy })}</p>}
                </span>
                {plan.overdue > 0 && <Tag look="p2">{t('workorders.plans.late', { n: plan.overdue })}</Tag>}
                {plan.state === 'stopped' ? <State fill="ended">{t('workorders.plans.state.dropped')}</State> : does && (
                  <>
                    <Button look="quiet" onClick={() => does.change(plan)}>{t('workorders.plans.change')}<span className="unseen"> {plan.title}</span></Button>
                    <Button look="quiet" onClick={() => does.stop(plan)}>{t('workorders.plans.stop')}<span className="unseen"> {plan.title}</span></Button>
                  </>
                )}
              </li>
            ))}
          </ul>
        ))}</Asked>
      </div>
    </Panel>
  );
}
