import { type Alarm, listAlarms } from '#modules/alarms/contract.ts';
import { centreOf } from '#engines/floor/polygon.ts';
import { useList } from '#platform/web/query.ts';
import { useGo } from '#platform/web/navigation.tsx';
import { useMay } from '#platform/web/session.tsx';
import { type Priority, PriorityShape } from '#ui/priority.tsx';
import type { Drawing } from '../../plan-rules.ts';
import { t } from '../messages.en.ts';
import type { Spot } from '#ui/canvas.tsx';
import css from './live.module.css';

const NONE: readonly Alarm[] = [];

/** The open alarms that the reader sees, as the board reads them, the most urgent first; `lacks` says what is missing of them: more than were read, or all of them. */
export function useAlarms(): { alarms: readonly Alarm[]; lacks: 'more' | 'all' | null } {
  const mayRead = useMay('alarms:read');
  const list = useList('alarms', listAlarms, { state: 'open', limit: 200 }, { isOn: mayRead });
  return { alarms: list.data ?? NONE, lacks: list.state === 'failed' ? 'all' : list.more === null ? null : 'more' };
}

/** Alarms at one spot of a plan: the most urgent first. */
export type Group = { key: string; name: string; at: Spot; zoneId: string | null; alarms: readonly Alarm[] };

const byUrgency = (a: Alarm, b: Alarm): number => Number(b.handling === 'unacknowledged') - Number(a.handling === 'unacknowledged') || a.priority - b.priority || (a.raisedAt < b.raisedAt ? -1 : 1);

/** Which alarms stand where on a floor: at the device that their source names, else in the zone that is their site; `loose` are on the floor, and nobody placed them. */
export function alarmsOn(floorId: string, drawing: Drawing, alarms: readonly Alarm[]): { groups: Group[]; loose: Alarm[] } {
  const groups = new Map<string, { name: string; at: Spot; zoneId: string | null; alarms: Alarm[] }>();
  const loose: Alarm[] = [];
  const put = (key: string, at: Omit<Group, 'key' | 'alarms'>, alarm: Alarm): void => {
    const group = groups.get(key) ?? { ...at, alarms: [] };
    group.alarms.push(alarm);
    groups.set(key, group);
  };
  for (const alarm of alarms) {
    const mark = alarm.sourceId === null || alarm.point === null ? undefined : drawing.marks.find(({ sourceId, point }) => sourceId === alarm.sourceId && point === alarm.point);
    const zone = mark ? undefined : drawing.zones.find(({ siteId }) => siteId !== null && siteId === alarm.siteId);
    if (mark) put(mark.id, { name: mark.name, at: mark.at, zoneId: null }, alarm);
    else if (zone) put(zone.id, { name: zone.name, at: centreOf(zone.ring), zoneId: zone.id }, alarm);
    else if (alarm.siteId === floorId) loose.push(alarm);
  }
  return { groups: [...groups].map(([key, { alarms: all, ...rest }]) => ({ key, ...rest, alarms: all.toSorted(byUrgency) })), loose: loose.toSorted(byUrgency) };
}

/** Alarms as shapes over a plan or map, each a link to the most urgent one there; the ring is of those that nobody took. */
export function AlarmShapes({ groups, px, shownId }: { groups: readonly Group[]; px: number; shownId?: string | undefined }) {
  const go = useGo();
  return groups.map(({ key, name, at: [x, y], alarms }) => {
    const first = alarms[0];
    if (!first) return null;
    const priority = first.priority as Priority;
    const to = `/watch/alarms/${first.id}`;
    const isShown = alarms.some(({ id }) => id === shownId);
    return (
      <g key={key} transform={`translate(${x} ${y}) scale(${px})`}>
        <a data-own href={to} className={css.alarm} aria-label={t('plan.alarm', { name, title: first.title, priority, n: alarms.length })} onClick={(event) => { event.preventDefault(); go(to); }}>
          <circle className={css.under} r={13} />
          {first.handling === 'unacknowledged' && priority <= 2 && <><circle className={`ring ${css.ring}`} data-priority={priority} r={13} /><circle className={css.still} data-priority={priority} r={17} /></>}
          {isShown && <circle className={css.shown} r={20} />}
          <g transform="translate(-11 -11)" aria-hidden="true"><PriorityShape priority={priority} isOutlined={!first.isActive || first.handling === 'shelved'} size={22} /></g>
        </a>
        {alarms.length > 1 && <text className={css.count} x={15} y={-9} aria-hidden="true">{alarms.length}</text>}
      </g>
    );
  });
}

/** Says what is missing of the open alarms, so that an empty plan is never taken for a quiet one. */
export const LacksLine = ({ lacks }: { lacks: 'more' | 'all' | null }) => (lacks === null ? null : <p className={`t2 small ${css.lacks}`} role="status">{t(lacks === 'all' ? 'map.unread' : 'map.cut')}</p>);
