import type { Ctx } from '#platform/kernel/store.ts';
import { HEALTH_TYPES, type HealthEvent, type Heard, LOSS_TYPES, observe, readWatchPosition } from '#modules/devices/public.ts';
import { type Committed, committedAfter, type ReadEvent, readSignal, typeOf } from '#modules/signals/public.ts';
import { alarms } from './alarm-row.ts';
import { endSilence } from './silence.ts';

const LOSSES = new Set<string>(LOSS_TYPES);
const KEPT = new Set(HEALTH_TYPES);

/** Where the watch of health goes on; at its first start where the correlator is, so that no history is read as news. */
export async function watchPosition(ctx: Ctx): Promise<Map<number, number>> {
  const known = await readWatchPosition(ctx);
  if (known.size > 0) return known;
  const rows = await alarms.read(ctx, 'alarms:raise').selectFrom('alarms.cursor').select(['stream', 'seq']).limit(500).execute();
  return new Map(rows.map(({ stream, seq }) => [stream, seq]));
}

/**
 * Reads what was committed after the position for what it says of devices: that they were heard, and what is wrong with them.
 * It reads for itself, behind the correlator, so that no alarm waits for it. Answers how many signals were read.
 */
export async function watchDevices(ctx: Ctx, position: Map<number, number>): Promise<number> {
  const { signals, cursors } = await committedAfter(ctx, position);
  if (signals.length === 0) return 0;
  const heard = new Map<string, Heard>();
  const events: HealthEvent[] = [];
  for (const signal of signals) for (const event of readSignal(signal.protocol, signal.raw, signal.clear, signal.mapping).events) take(signal, event, heard, events);
  await endSilence(ctx, await observe(ctx, { heard: [...heard.values()], events, cursors }));
  for (const [stream, seq] of cursors) position.set(stream, seq);
  return signals.length;
}

function take(signal: Committed, { classified }: ReadEvent, heard: Map<string, Heard>, events: HealthEvent[]): void {
  const { sourceId, receivedAt, occurredAt, key } = signal;
  const point = classified.point ?? '';
  const isRaise = classified.effect === 'raise';
  const ends = endedBy(classified.type, classified.effect);
  if ((isRaise && KEPT.has(classified.type)) || ends.length > 0) events.push({ sourceId, point, at: receivedAt, signalKey: key, type: isRaise && KEPT.has(classified.type) ? classified.type : null, ends });
  // That somebody says a thing is gone is no word of the thing itself.
  if (isRaise && LOSSES.has(classified.type)) return;
  const driftMs = Date.parse(occurredAt) - Date.parse(receivedAt);
  heard.set(`${sourceId} ${point}`, { sourceId, point, at: receivedAt, driftMs: driftMs === 0 ? null : driftMs });
}

const ended = new Map<string, readonly string[]>();

/** Which of the types that health is kept by end with an event of this type and effect. */
function endedBy(type: string, effect: string): readonly string[] {
  const key = `${type} ${effect}`;
  const known = ended.get(key);
  if (known) return known;
  const kind = typeOf(type);
  const found = HEALTH_TYPES.filter((one) => {
    if (effect === 'restore-point') return kind?.endsAtPoint.includes(one) === true;
    return typeOf(one)?.restoredBy.includes(effect === 'restore' ? `${type}#restore` : effect === 'cancel' ? '' : type) === true;
  });
  ended.set(key, found);
  return found;
}
