/** What the rules need to know of an event type; `signals` has them all. */
export type AlarmKind = {
  readonly key: string;
  readonly family: string;
  readonly title: string;
  /** 1 is the most urgent; null is journal only. */
  readonly priority: 1 | 2 | 3 | 4 | null;
  readonly profile: { readonly key: string; readonly targets: readonly { readonly withinS: number; readonly share: number }[]; readonly verify?: string | undefined };
  readonly raisesAlarm: boolean;
  /** `type#restore` for a restore of that type, a plain key for the mere arrival of that type. */
  readonly restoredBy: readonly string[];
  readonly latches: boolean;
  readonly endsAtPoint: readonly string[];
  readonly withdraws: readonly string[];
};

/** A signal after its code was read, as the single-signal rules take it. */
export type SignalFact = {
  readonly kind: AlarmKind;
  readonly effect: 'raise' | 'restore' | 'restore-point' | 'cancel' | 'note';
  readonly siteId: string | null;
  readonly sourceId: string;
  readonly point: string | null;
  readonly area: string | null;
  /** True where the code names a user or an area and so speaks for the whole area, or for the whole source without one. */
  readonly isAreaWide: boolean;
  /** Contact ID qualifier 6. */
  readonly stillPresent: boolean;
};

/** A classified signal with its kind and origin, as `decide` takes it. What names a user or an area speaks for the area. */
export function factOf(
  signal: Pick<SignalFact, 'effect' | 'point' | 'area' | 'stillPresent'> & { readonly numberMeans: string },
  kind: AlarmKind,
  origin: Pick<SignalFact, 'siteId' | 'sourceId'>,
): SignalFact {
  const { effect, point, area, stillPresent, numberMeans } = signal;
  return { kind, effect, point, area, stillPresent, isAreaWide: numberMeans === 'user' || numberMeans === 'area', siteId: origin.siteId, sourceId: origin.sourceId };
}

/** The condition of an open alarm. */
export type OpenCondition = {
  readonly id: string;
  readonly kind: AlarmKind;
  readonly sourceId: string;
  readonly point: string | null;
  readonly area: string | null;
};

/** What becomes of a signal. Several may follow from one: a restored door ends “forced” and “held”. */
export type Outcome =
  | { readonly do: 'raise'; readonly key: string }
  | { readonly do: 'repeat'; readonly id: string }
  | { readonly do: 'return'; readonly id: string }
  /** Withdrawn by an authorised person. A life-safety alarm goes on: `ends` is false and it is only noted. */
  | { readonly do: 'withdraw'; readonly id: string; readonly ends: boolean }
  | { readonly do: 'journal'; readonly why: 'journal-type' | 'nothing-open' | 'closed-while-present' };

/**
 * The key of a condition: rule, site, source and point. Of one key at most one alarm is open.
 * The rule of a single signal is its event type.
 */
export function conditionKey(signal: Pick<SignalFact, 'siteId' | 'sourceId' | 'point' | 'area'> & { kind: { key: string } }): string {
  const place = signal.area === null || signal.point?.startsWith('area:') ? (signal.point ?? '') : `area:${signal.area} ${signal.point ?? ''}`.trim();
  return [signal.kind.key, signal.siteId ?? '', signal.sourceId, place].join('|');
}

/** Duress, hold-up, fire and medical: never shelved, never held back by a rule, never ended by a cancellation. */
export function neverSuppressed(kind: AlarmKind): boolean {
  if (!kind.raisesAlarm) return false;
  const vital = kind.family === 'duress' || kind.family === 'fire';
  return kind.profile.key === 'fast' || (vital && (kind.priority === 1 || kind.priority === 2));
}

/**
 * The single-signal rules: what a signal does to the open conditions of its source, oldest first.
 * `closedWhilePresent` holds keys of conditions whose last alarm a person closed while they went on:
 * a “still present” of those opens nothing, whereas one that was never seen opening is raised.
 */
export function decide(signal: SignalFact, open: readonly OpenCondition[], closedWhilePresent: ReadonlySet<string> = new Set()): readonly Outcome[] {
  const here = open.filter((condition) => condition.sourceId === signal.sourceId);
  const ended = here.filter((condition) => ends(signal, condition)).map((condition): Outcome => endOf(signal, condition));
  if (signal.effect !== 'raise' || !signal.kind.raisesAlarm) return ended.length > 0 ? ended : [{ do: 'journal', why: signal.effect === 'note' || !signal.kind.raisesAlarm ? 'journal-type' : 'nothing-open' }];
  const same = here.find((condition) => condition.kind.key === signal.kind.key && isSamePlace(signal, condition));
  const key = conditionKey(signal);
  if (same) return [...ended, { do: 'repeat', id: same.id }];
  if (signal.stillPresent && closedWhilePresent.has(key)) return [...ended, { do: 'journal', why: 'closed-while-present' }];
  return [...ended, { do: 'raise', key }];
}

function endOf(signal: SignalFact, condition: OpenCondition): Outcome {
  if (signal.effect === 'cancel') return { do: 'withdraw', id: condition.id, ends: !neverSuppressed(condition.kind) };
  return { do: 'return', id: condition.id };
}

function ends(signal: SignalFact, condition: OpenCondition): boolean {
  const { kind } = condition;
  const covered = signal.isAreaWide ? isSameArea(signal, condition) : isSamePlace(signal, condition);
  if (!covered) return false;
  if (signal.effect === 'restore') return kind.restoredBy.includes(`${signal.kind.key}#restore`);
  if (signal.effect === 'restore-point') return signal.kind.endsAtPoint.includes(kind.key);
  if (signal.effect === 'cancel') return signal.kind.withdraws.includes(kind.key);
  return kind.restoredBy.includes(signal.kind.key);
}

type Place = { readonly point: string | null; readonly area: string | null };

/** Senders leave the area out of some messages of a zone, so that an unknown area fits any. */
const isSameArea = (a: Place, b: Place): boolean => a.area === null || b.area === null || a.area === b.area;

const isSamePlace = (a: Place, b: Place): boolean => a.point === b.point && isSameArea(a, b);
