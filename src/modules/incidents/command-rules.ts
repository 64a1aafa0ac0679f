import shipped from './content/command.json' with { type: 'json' };

export const POSITION_KINDS = ['commander', 'deputy', 'safety', 'information', 'liaison', 'operations', 'planning', 'logistics', 'finance', 'intelligence', 'staging', 'branch', 'division', 'group', 'unit', 'task-force', 'strike-team'] as const;
export type PositionKind = (typeof POSITION_KINDS)[number];

type Doctrine = {
  span: { least: number; guideline: number; most: number; source: string };
  kinds: readonly { key: PositionKind; title: string; under: readonly PositionKind[]; duty: string }[];
  levels: readonly { level: number; positions: readonly PositionKind[] }[];
  starts: readonly { families: readonly string[]; fromLevel: number; positions: readonly { kind: PositionKind; title?: string; under?: PositionKind }[] }[];
  briefing: readonly { key: string; title: string; hint: string; required: boolean }[];
  cycle: readonly { key: string; title: string; who: string; share: number }[];
};
/** What ships: kinds of positions, what a level starts with, the span, the briefing and the cycle. A test reads it against this type. */
export const doctrine = shipped as Doctrine;

/** The staff beside a commander, who lead nobody and count towards no section's span. */
const BESIDE: ReadonlySet<PositionKind> = new Set(['deputy']);

/** Positions of which a command has one at most. */
const SINGLE: ReadonlySet<PositionKind> = new Set(['commander', 'safety', 'information', 'liaison', 'operations', 'planning', 'logistics', 'finance', 'intelligence']);
export const isSingle = (kind: PositionKind): boolean => SINGLE.has(kind);

export const kindOf = (key: PositionKind) => doctrine.kinds.find((kind) => kind.key === key);
export const mayStandUnder = (kind: PositionKind, parent: PositionKind): boolean => kindOf(kind)?.under.includes(parent) ?? false;

export type Node = { id: string; parentId: string | null; kind: PositionKind; isClosed: boolean };
export type Span = { reports: number; verdict: 'none' | 'narrow' | 'ok' | 'wide' };

/** How many each position leads, against the span that NIMS calls manageable. The command staff answers to the commander, too; a deputy leads with them. */
export function spans(nodes: readonly Node[]): ReadonlyMap<string, Span> {
  const reports = new Map<string, number>();
  for (const { parentId, kind, isClosed } of nodes) if (parentId !== null && !isClosed && !BESIDE.has(kind)) reports.set(parentId, (reports.get(parentId) ?? 0) + 1);
  return new Map(nodes.map(({ id }) => [id, spanOf(reports.get(id) ?? 0)]));
}

export function spanOf(reports: number): Span {
  const { least, most } = doctrine.span;
  return { reports, verdict: reports === 0 ? 'none' : reports < least ? 'narrow' : reports > most ? 'wide' : 'ok' };
}

export type CycleStep = { key: string; title: string; who: string; dueAt: string; doneAt: string | null; state: 'done' | 'late' | 'next' | 'ahead' };

/** The planning cycle of a period: each step's due time, counted back from the period's end; the first one that is not done is next. */
export function cycleOf(period: { startsAt: string; endsAt: string }, done: ReadonlyMap<string, string>, nowMs: number): CycleStep[] {
  const end = Date.parse(period.endsAt);
  const length = end - Date.parse(period.startsAt);
  const nextKey = doctrine.cycle.find(({ key }) => !done.has(key))?.key;
  return doctrine.cycle.map(({ key, title, who, share }) => {
    const dueMs = Math.round((end - (1 - share) * length) / 60_000) * 60_000;
    const doneAt = done.get(key) ?? null;
    return { key, title, who, dueAt: new Date(dueMs).toISOString(), doneAt, state: doneAt !== null ? 'done' : dueMs < nowMs ? 'late' : key === nextKey ? 'next' : 'ahead' };
  });
}

/** Topics of a briefing that were left out and must not be. */
export const missingTopics = (briefing: Readonly<Record<string, string>>): { key: string; title: string }[] => doctrine.briefing.filter(({ key, required }) => required && (briefing[key] ?? '').trim() === '');
