import type { Refusal, Response } from '#engines/interruption/path/task.ts';
import type { Sensitivity } from '#engines/interruption/path/sensitivity.ts';
import type { StudyList } from '#engines/interruption/study/study.ts';
import type { CheapestMeasures } from '#engines/interruption/upgrades/upgrades.ts';
import type { Asked, Change, Placed, Threat } from '../path-rules.ts';
import type { Answer, Why, Worth } from '../study-rules.ts';

/** What the page tells the worker: what stands, then one question after the other. */
export type ToWorker =
  | ({ kind: 'open' } & Pick<Asked, 'floor' | 'protection' | 'states'>)
  | { kind: 'ask'; id: number; asset: Placed; threat: Threat; response: Response; changes: Change[]; measures: string[]; least: number | null; keep: number };

export type StrategyFigure = { strategy: Threat['strategy']; interruption: number | null; delayS: number | null };

/** What the worker says to a question: the answer first, the rest as it is worked out. */
export type Said =
  | { kind: 'begun'; id: number }
  | { kind: 'answer'; id: number; now: Answer | Refusal; before: Answer | Refusal; why: Why | null; tookMs: number }
  | { kind: 'list'; id: number; list: StudyList | Refusal }
  | { kind: 'slopes'; id: number; slopes: Sensitivity | Refusal }
  | { kind: 'strategies'; id: number; strategies: StrategyFigure[] }
  | { kind: 'worth'; id: number; worth: Worth[] }
  | { kind: 'cheapest'; id: number; least: number | null; cheapest: CheapestMeasures | Refusal | null };
