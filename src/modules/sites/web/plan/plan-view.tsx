import { useImperativeHandle, useMemo, useRef, type Ref } from 'react';
import { RecordLink } from '#platform/web/navigation.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import { Panel } from '#ui/record-page.tsx';
import { Empty } from '#ui/states.tsx';
import type { Alarm } from '#modules/alarms/contract.ts';
import type { Plan } from '../../plan-contract.ts';
import { extentOf, zoneAt } from '../../plan-rules.ts';
import { t } from '../messages.en.ts';
import { Canvas, type CanvasHandle } from '#ui/canvas.tsx';
import { boundsOf, Drawn } from './drawn.tsx';
import { AlarmShapes, alarmsOn, type Group, LacksLine, useAlarms } from './live.tsx';
import css from './plan.module.css';

/** A plan with its open alarms, and the same as a list beside it. */
export function PlanView({ plan, shownId }: { plan: Plan; shownId?: string | undefined }) {
  const picture = useRef<{ show: (group: Group) => void }>(null);
  const { alarms, lacks } = useAlarms();
  const { groups, loose } = useMemo(() => alarmsOn(plan.floorId, plan.drawing, alarms), [plan, alarms]);
  return (
    <div className={css.work}>
      <section className={`panel ${css.picture}`} aria-label={t('plan.one')}><LivePlan plan={plan} groups={groups} shownId={shownId} handle={picture} /></section>
      <aside className={css.side} tabIndex={0} aria-label={t('plan.lists')}>
        <Panel title={t('plan.alarms')} note={String(groups.reduce((sum, group) => sum + group.alarms.length, loose.length))}>
          {groups.length + loose.length === 0 ? lacks !== 'all' && <Empty>{t('plan.alarms.none')}</Empty> : (
            <ul className={css.list}>
              {groups.flatMap((group) => group.alarms.map((alarm) => <AlarmLine key={alarm.id} alarm={alarm} where={whereOf(plan, group)} onShow={() => picture.current?.show(group)} />))}
              {loose.map((alarm) => <AlarmLine key={alarm.id} alarm={alarm} where={t('plan.alarm.loose')} />)}
            </ul>
          )}
          <LacksLine lacks={lacks} />
        </Panel>
        <Panel title={t('plan.zones')} note={String(plan.drawing.zones.length)}>
          {plan.drawing.zones.length === 0 ? <Empty>{t('plan.zones.none')}</Empty> : <ul className={css.list}>{plan.drawing.zones.map(({ id, name }) => <li key={id}><span className="strong">{name}</span><span className="t2 small cut">{plan.drawing.marks.filter(({ at }) => zoneAt(plan.drawing.zones, at)?.id === id).map((mark) => mark.name).join(', ')}</span></li>)}</ul>}
        </Panel>
      </aside>
    </div>
  );
}

const whereOf = ({ drawing }: Plan, { name, at, zoneId }: Group): string => [name, zoneId === null ? zoneAt(drawing.zones, at)?.name : undefined].filter(Boolean).join(', ');

export function AlarmLine({ alarm, where, onShow }: { alarm: Alarm; where: string; onShow?: () => void }) {
  const priority = alarm.priority as Priority;
  return (
    <li>
      <PriorityShape priority={priority} isOutlined={!alarm.isActive || alarm.handling === 'shelved'} label={t('plan.priority', { priority })} />
      <span className="cut"><RecordLink kind="alarms.alarm" id={alarm.id}>{alarm.title}</RecordLink></span>
      <span className="space" />
      {onShow ? <button type="button" data-row className={`t2 small ${css.where}`} aria-label={t('plan.show', { name: where })} onClick={onShow}>{where}</button> : <span className="t2 small cut">{where}</span>}
    </li>
  );
}

type LivePlanProps = { plan: Plan; groups: readonly Group[]; shownId?: string | undefined; handle?: Ref<{ show: (group: Group) => void }> };

/** The picture alone, seen from where the shown alarm stands. */
export function LivePlan({ plan, groups, shownId, handle }: LivePlanProps) {
  const canvas = useRef<CanvasHandle>(null);
  useImperativeHandle(handle, () => ({ show: ({ at }) => canvas.current?.show(at) }));
  const lit = new Set(groups.map(({ zoneId, at }) => zoneId ?? zoneAt(plan.drawing.zones, at)?.id ?? ''));
  return (
    <Canvas label={t('plan.canvas', { name: t('plan.one') })} bounds={boundsOf(plan)} nearest={extentOf(plan) === null ? 0.1 : 0.005} handle={canvas}>
      {(sight) => <Drawn plan={plan} drawing={plan.drawing} sight={sight} lit={lit}><AlarmShapes groups={groups} px={sight.perPx} shownId={shownId} /></Drawn>}
    </Canvas>
  );
}
