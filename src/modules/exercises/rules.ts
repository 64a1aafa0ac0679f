export const KINDS = ['discussion', 'tabletop', 'drill', 'functional', 'full-scale'] as const;
export const STATES = ['planned', 'running', 'paused', 'ended', 'evaluated', 'cancelled'] as const;
export type State = (typeof STATES)[number];
export const OPEN: readonly State[] = ['planned', 'running', 'paused'];
export const ROLES = ['player', 'controller', 'evaluator', 'observer'] as const;
export const CHANNELS = ['notice', 'signal', 'spoken'] as const;
export const TRIGGERS = ['clock', 'inject', 'met', 'hand'] as const;
/** HSEEP: performed without challenges, with some, with major ones, unable to be performed. */
export const RATINGS = ['P', 'S', 'M', 'U'] as const;
export type Rating = (typeof RATINGS)[number];

/** From which states each verb goes. */
const FROM = {
  change: ['planned'], start: ['planned', 'paused'], pause: ['running'], jump: ['running', 'paused'], cancel: ['planned'], end: ['running', 'paused'],
  deliver: ['running', 'paused'], rate: ['running', 'paused', 'ended'], observe: ['running', 'paused', 'ended'], act: ['running', 'paused', 'ended', 'evaluated'], declare: ['running', 'paused'], finish: ['ended'],
} as const satisfies Record<string, readonly State[]>;
export type Verb = keyof typeof FROM;
export const mayFrom = (verb: Verb, state: State): boolean => (FROM[verb] as readonly State[]).includes(state);

/** With which permission each verb is done. */
export const PERMISSION = {
  change: 'exercises:plan', cancel: 'exercises:plan', start: 'exercises:control', pause: 'exercises:control', jump: 'exercises:control', end: 'exercises:control', deliver: 'exercises:control', declare: 'exercises:control',
  rate: 'exercises:evaluate', observe: 'exercises:evaluate', act: 'exercises:evaluate', finish: 'exercises:evaluate',
} as const satisfies Record<Verb, string>;

/** The longest that a clock runs, in seconds: a week. */
export const MOST_S = 604_800;

/** What the clock of an exercise shows, in seconds since its start without pauses. */
export const elapsedS = ({ runS, clockFrom }: { runS: number; clockFrom: string | null }, nowMs: number): number =>
  Math.min(MOST_S, runS + (clockFrom === null ? 0 : Math.max(0, Math.floor((nowMs - Date.parse(clockFrom)) / 1000))));

export type Scheduled = { id: string; trigger: (typeof TRIGGERS)[number]; afterId: string | null; expectationId: string | null; delayS: number; isAutomatic: boolean; state: 'waiting' | 'sending' | 'delivered' | 'skipped'; deliveredS: number | null };
type Met = { id: string; metS: number | null };

/** When an inject is due on the clock, in seconds; null as long as what it waits for has not come, or where only a person says when. */
export function dueS({ trigger, afterId, expectationId, delayS }: Scheduled, injects: readonly Scheduled[], expectations: readonly Met[]): number | null {
  if (trigger === 'clock') return delayS;
  if (trigger === 'hand') return null;
  const since = trigger === 'inject' ? injects.find(({ id }) => id === afterId)?.deliveredS : expectations.find(({ id }) => id === expectationId)?.metS;
  return since === null || since === undefined ? null : since + delayS;
}

/** The injects that go by themselves now, in the order in which they fell due. */
export function dueNow<T extends Scheduled>(injects: readonly T[], expectations: readonly Met[], elapsed: number): T[] {
  const due = injects.flatMap((inject) => {
    const at = inject.state === 'waiting' && inject.isAutomatic ? dueS(inject, injects, expectations) : null;
    return at !== null && at <= elapsed ? [{ inject, at }] : [];
  });
  return due.toSorted((a, b) => a.at - b.at).map(({ inject }) => inject);
}

/** Does any inject wait for itself, through others and through what is expected upon them? */
export function hasCircle(injects: readonly Pick<Scheduled, 'id' | 'afterId' | 'expectationId'>[], expectations: readonly { id: string; injectId: string }[]): boolean {
  const before = new Map(injects.map(({ id, afterId, expectationId }) => [id, afterId ?? expectations.find((one) => one.id === expectationId)?.injectId ?? null]));
  return injects.some(({ id }) => {
    const seen = new Set<string>();
    for (let at: string | null = id; at !== null; at = before.get(at) ?? null) {
      if (seen.has(at)) return true;
      seen.add(at);
    }
    return false;
  });
}

/** Ratings counted, and how many have none yet. */
export function countRatings(all: readonly { rating: Rating | null }[]): Record<Rating | 'none', number> {
  const counts = { P: 0, S: 0, M: 0, U: 0, none: 0 };
  for (const { rating } of all) counts[rating ?? 'none']++;
  return counts;
}

/** The clock in words: `T+01:05:09`. */
export const clockWords = (s: number): string => `T+${[Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60].map((n) => String(n).padStart(2, '0')).join(':')}`;

/** What stands before every title of an exercise, on screens, papers and notices. */
export const MARK = 'EXERCISE';
/** A title with the mark before it, once. */
export const marked = (title: string): string => (title.startsWith(MARK) ? title : `${MARK}: ${title}`);
