import { useMemo } from 'react';
import type { Alarm } from '#modules/alarms/contract.ts';
import { useRead } from '#platform/web/query.ts';
import { LinkButton } from '#ui/button.tsx';
import { findPlaces, type Plan, readPlan } from '../plan-contract.ts';
import css from './alarm-place.module.css';
import { t } from './messages.en.ts';
import { alarmsOn, useAlarms } from './plan/live.tsx';
import { LivePlan } from './plan/plan-view.tsx';

/** Where an alarm is on the plan of its floor, with what else is open there; nothing where no plan has it. */
export default function AlarmPlace({ alarm }: { alarm: Pick<Alarm, 'id' | 'sourceId' | 'point' | 'siteId'> }) {
  const places = useRead('sites', findPlaces, { sourceId: alarm.sourceId ?? undefined, point: alarm.point ?? undefined, siteId: alarm.siteId ?? undefined }, { isOn: alarm.siteId !== null || alarm.point !== null });
  const place = places.data?.items[0];
  const reading = useRead('sites', readPlan, { id: place?.floorId ?? '' }, { isOn: place !== undefined });
  const plan = reading.data?.plan as Plan | null | undefined;
  const { alarms } = useAlarms();
  const groups = useMemo(() => (plan ? alarmsOn(plan.floorId, plan.drawing, alarms).groups : []), [plan, alarms]);
  if (!place || !plan) return null;
  return (
    <section className={css.place} aria-label={t('plan.place')}>
      <p className="label">{t('plan.place')}</p>
      <p className="small">{[place.by === 'floor' ? null : place.name, place.floor, ...place.above.toReversed()].filter(Boolean).join(', ')}</p>
      <div className={css.plan}><LivePlan plan={plan} groups={groups} shownId={alarm.id} /></div>
      <LinkButton look="quiet" icon="place" to={`/watch/map?floor=${place.floorId}&alarm=${alarm.id}`}>{t('plan.place.open')}</LinkButton>
    </section>
  );
}
