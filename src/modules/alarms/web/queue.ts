import type { Alarm } from '../contract.ts';

/** The groups of the queue, in its order. Who holds an alarm decides; one that nobody holds is for anyone. */
export const GROUPS = ['unacknowledged', 'mine', 'others', 'shelved'] as const;
export type Group = (typeof GROUPS)[number];

type Queued = Pick<Alarm, 'id' | 'handling' | 'ownerId' | 'priority' | 'raisedAt' | 'shelvedUntil'>;

/** One line of the queue: a heading, which keeps its place as rows do, or an alarm. */
export type Line<T> = { key: string; kind: 'heading'; group: Group; count: number; bucket?: Bucket } | { key: string; kind: 'alarm'; alarm: T };

/** The group of an open alarm for the person who looks. */
export function groupOf(alarm: Pick<Queued, 'handling' | 'ownerId'>, me: string): Group {
  if (alarm.handling === 'shelved') return 'shelved';
  if (alarm.ownerId === null) return 'unacknowledged';
  return alarm.ownerId === me ? 'mine' : 'others';
}

const byUrgency = (a: Queued, b: Queued): number => a.priority - b.priority || Date.parse(a.raisedAt) - Date.parse(b.raisedAt) || (a.id < b.id ? -1 : 1);
const byReturn = (a: Queued, b: Queued): number => (a.shelvedUntil ?? '').localeCompare(b.shelvedUntil ?? '') || byUrgency(a, b);

/** The queue as lines: groups in their order, inside each by priority and then the oldest first; the shelved by when they return. */
export function queueOf<T extends Queued>(alarms: readonly T[], me: string): Line<T>[] {
  const groups = Map.groupBy(alarms.filter((alarm) => alarm.handling !== 'closed'), (alarm) => groupOf(alarm, me));
  return GROUPS.flatMap((group) => {
    const rows = (groups.get(group) ?? []).toSorted(group === 'shelved' ? byReturn : byUrgency);
    if (rows.length === 0) return [];
    return [{ key: `group ${group}`, kind: 'heading', group, count: rows.length } as const, ...rows.map((alarm) => ({ key: alarm.id, kind: 'alarm', alarm }) as const)];
  });
}

/** What the queue is put together by: who holds an alarm, or what several have in common. */
export const BY = ['holder', 'device', 'condition', 'site'] as const;
export type By = (typeof BY)[number];
/** Alarms with something in common, and why they stand together; `by: rest` are those that have nothing. */
export type Bucket = { by: Exclude<By, 'holder'> | 'rest'; name: string; /** From the first to the last that was raised. */ spanMs: number };

type Common = Queued & Pick<Alarm, 'sourceId' | 'sourceName' | 'type' | 'title' | 'siteId' | 'site'>;

const IN_COMMON = {
  device: ({ sourceId, sourceName }: Common) => ({ key: sourceId ?? sourceName, name: sourceName }),
  condition: ({ type, title }: Common) => ({ key: type, name: title }),
  site: ({ siteId, site }: Common) => ({ key: siteId ?? '', name: site ?? '' }),
} as const;

/** The queue by what alarms have in common: of two and more first, by their most urgent; those that stand alone last. The shelved stay by themselves. */
export function queueBy<T extends Common>(alarms: readonly T[], me: string, by: By): Line<T>[] {
  if (by === 'holder') return queueOf(alarms, me);
  const commonOf = IN_COMMON[by];
  const open = alarms.filter(({ handling }) => handling !== 'closed' && handling !== 'shelved').toSorted(byUrgency);
  const all = [...Map.groupBy(open, (alarm) => commonOf(alarm).key)];
  const lines = (key: string, bucket: Bucket, rows: readonly T[]): Line<T>[] => [{ key: `group ${key}`, kind: 'heading', group: 'unacknowledged', count: rows.length, bucket }, ...rows.map((alarm) => ({ key: alarm.id, kind: 'alarm', alarm }) as const)];
  const together = all.filter(([, rows]) => rows.length > 1).flatMap(([key, rows]) => {
    const times = rows.map(({ raisedAt }) => Date.parse(raisedAt));
    return lines(`${by} ${key}`, { by, name: rows[0] ? commonOf(rows[0]).name : '', spanMs: Math.max(...times) - Math.min(...times) }, rows);
  });
  const alone = all.filter(([, rows]) => rows.length === 1).flatMap(([, rows]) => rows);
  const shelved = queueOf(alarms.filter(({ handling }) => handling === 'shelved'), me);
  return [...together, ...(alone.length > 0 ? lines('rest', { by: 'rest', name: '', spanMs: 0 }, alone) : []), ...shelved];
}

/** Lines as they are drawn: each heading with the rows below it. */
export type Section<T> = { key: string; group: Group; bucket?: Bucket; count: number; rows: { alarm: T; isGone: boolean }[] };

/** Puts held lines back under their headings. */
export function sectionsOf<T>(lines: readonly { row: Line<T>; isGone: boolean }[]): Section<T>[] {
  const sections: Section<T>[] = [];
  for (const { row, isGone } of lines) {
    if (row.kind === 'heading') sections.push({ key: row.key, group: row.group, ...(row.bucket && { bucket: row.bucket }), count: isGone ? 0 : row.count, rows: [] });
    else sections.at(-1)?.rows.push({ alarm: row.alarm, isGone });
  }
  return sections;
}

/** What waits behind a held queue: how many alarms, and their highest priority. */
export function waitingBehind<T extends Queued>(shown: readonly { row: Line<T> }[], now: readonly Line<T>[]): { count: number; priority: number | null } {
  const stand = new Set(shown.map(({ row }) => row.key));
  const waiting = now.flatMap((line) => (line.kind === 'alarm' && !stand.has(line.key) ? [line.alarm] : []));
  return { count: waiting.length, priority: waiting.length === 0 ? null : Math.min(...waiting.map((alarm) => alarm.priority)) };
}

/** What the reader held and another holds now, since they looked before. */
export function takenFrom<T extends Pick<Alarm, 'id' | 'ownerId'>>(before: ReadonlySet<string>, now: readonly T[], me: string): T[] {
  return now.filter((alarm) => before.has(alarm.id) && alarm.ownerId !== null && alarm.ownerId !== me);
}

/** The alarm that is to be taken next: nobody's, by priority; of one priority those offered to the reader first and those offered to others last; then the oldest. */
export function nextToTake<T extends Queued>(alarms: readonly T[], offers: ReadonlyMap<string, { personId: string }> = new Map(), me = ''): T | null {
  const turn = ({ id }: T): number => {
    const to = offers.get(id)?.personId;
    return to === me ? 0 : to === undefined ? 1 : 2;
  };
  return alarms.filter((alarm) => alarm.handling === 'unacknowledged' && alarm.ownerId === null).toSorted((a, b) => a.priority - b.priority || turn(a) - turn(b) || byUrgency(a, b))[0] ?? null;
}

/** How the answer to an alarm stands at a moment: it is due in, over by, was given after so long, or is not asked for. Milliseconds. */
export type Answer = { kind: 'due' | 'over'; ms: number; ofMs: number; part: number } | { kind: 'given'; afterMs: number; isInTime: boolean } | { kind: 'none' };

type Asked = Pick<Alarm, 'handling' | 'knownAt' | 'answerBy' | 'acknowledgedAt'>;

/** An answer is asked for from when the alarm was known until it is acknowledged. */
export function answerOf(alarm: Asked, now: Date): Answer {
  const knownAt = Date.parse(alarm.knownAt);
  const ofMs = Date.parse(alarm.answerBy) - knownAt;
  if (alarm.acknowledgedAt !== null) {
    const afterMs = Math.max(0, Date.parse(alarm.acknowledgedAt) - knownAt);
    return { kind: 'given', afterMs, isInTime: afterMs <= ofMs };
  }
  if (alarm.handling !== 'unacknowledged') return { kind: 'none' };
  const usedMs = Math.max(0, now.getTime() - knownAt);
  return usedMs > ofMs ? { kind: 'over', ms: usedMs - ofMs, ofMs, part: 1 } : { kind: 'due', ms: ofMs - usedMs, ofMs, part: ofMs === 0 ? 1 : usedMs / ofMs };
}
