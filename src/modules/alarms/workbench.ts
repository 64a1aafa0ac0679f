import type { Committed } from '#modules/signals/public.ts';
import { type AlarmRow, stateColumns, stateOf } from './alarm-row.ts';
import { repeat, returnToNormal, type SignalFact } from './rules.ts';

const MOST_LINKED_REPEATS = 50;

/** An alarm of a step, as it stands now and as it stood before; null where it is new. */
export type Working = { row: AlarmRow; before: AlarmRow | null; verbs: Set<string>; isDirty: boolean };
/** The open alarms of a step, by source and by point: a signal touches those of its own point, or of the whole source where it speaks for an area. */
export class Workbench {
  readonly all: Working[] = [];
  readonly #bySource = new Map<string, Working[]>();
  readonly #byPoint = new Map<string, Working[]>();

  add(alarm: Working): void {
    const { sourceId, point } = alarm.row;
    this.all.push(alarm);
    put(this.#bySource, sourceId ?? '', alarm);
    put(this.#byPoint, pointKey(sourceId ?? '', point), alarm);
  }

  openFor({ sourceId, point, isAreaWide }: SignalFact): Working[] {
    const near = isAreaWide ? this.#bySource.get(sourceId) : this.#byPoint.get(pointKey(sourceId, point));
    return (near ?? []).filter(({ row }) => row.handling !== 'closed');
  }
}

/** Names a point of a source. */
export const pointKey = (sourceId: string, point: string | null): string => `${sourceId} ${point ?? ''}`;

function put(map: Map<string, Working[]>, key: string, alarm: Working): void {
  const known = map.get(key);
  if (known) known.push(alarm);
  else map.set(key, [alarm]);
}

/** That a signal did something to an alarm. */
export type Link = { alarmId: string; signalKey: string; effect: 'raise' | 'repeat' | 'return' | 'withdraw'; at: string };
/** What a signal, or a rule that was met, does to an open alarm. */
export function change(alarm: Working, what: 'repeat' | 'return' | 'withdraw' | 'note', signal: Pick<Committed, 'key' | 'receivedAt'>, at: string, links: Link[]): void {
  const state = stateOf(alarm.row);
  const next = what === 'repeat' ? repeat(state, new Date(at)) : what === 'note' ? null : returnToNormal(state, 'signal', new Date(at));
  if (what !== 'repeat' || alarm.row.repeats < MOST_LINKED_REPEATS) links.push({ alarmId: alarm.row.id, signalKey: signal.key, effect: what === 'note' ? 'withdraw' : what, at: signal.receivedAt });
  if (!next?.ok || !next.changed) return;
  if (what === 'return') alarm.verbs.add(next.alarm.handling === 'closed' ? 'closed-by-rule' : 'returned');
  if (what === 'withdraw') alarm.verbs.add('withdrawn');
  if (what === 'repeat' && next.alarm.handling !== alarm.row.handling) alarm.verbs.add('rang-again');
  alarm.row = { ...alarm.row, ...stateColumns(next.alarm), lastAt: signal.receivedAt, version: alarm.row.version + (alarm.isDirty ? 0 : 1) };
  alarm.isDirty = true;
}
