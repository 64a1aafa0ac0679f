import type { Assignment } from './problem.ts';
import type { Program } from './solver.ts';
import type { Terms } from './worth.ts';

type Entries = (readonly [column: number, factor: number])[];
type Rows = Program['rows'];

/** A problem as a program. `unit` is what 1 of its objective is worth; its first columns are the purchases, measure by measure and phase by phase. */
export type Formulation = {
  program: Program;
  unit: number;
  purchases: number;
  startOf(assignment: Assignment): number[];
  assignmentOf(values: readonly number[]): Assignment;
  /** Rows that forbid what was bought in these phases of an assignment. */
  forbid(assignment: Assignment, phases: (phase: number) => boolean): Rows;
  /** For effects that compound: lines that touch the savings at an assignment, and so bound them from above everywhere. */
  touch(assignment: Assignment): Rows;
};

/** The greatest factor of the objective after scaling: far above the solver's tolerances. */
const SCALE = 1e4;
/** What stands for the logarithm of nothing left: e^-40 of the loss. */
const NOTHING_LEFT = 40;

const atMost = (upper: number, entries: Entries): Rows[number] => ({ lower: Number.NEGATIVE_INFINITY, upper, entries });
const atLeast = (lower: number, entries: Entries): Rows[number] => ({ lower, upper: Number.POSITIVE_INFINITY, entries });
const times = (entries: Entries, by: number): Entries => entries.map(([column, factor]) => [column, factor * by]);

/** Entries with each column once. */
function summed(entries: Entries): Entries {
  const sums = new Map<number, number>();
  for (const [column, factor] of entries) sums.set(column, (sums.get(column) ?? 0) + factor);
  return [...sums];
}

type Builder = { terms: Terms; columns: Program['columns']; rows: Rows; bought(measure: number, phase: number): Entries; add(objective: number, lower: number, upper: number): number };

/** What is saved of a scenario in a phase, as a sum of columns, and the most it can come to before the loss caps it. */
function additive({ terms, bought }: Builder, s: number, p: number): { sum: Entries; most: number } {
  const effects = terms.effects[s] ?? [];
  return { sum: effects.flatMap(({ measure, saves }) => times(bought(measure, p), saves)), most: effects.reduce((sum, { saves }) => sum + saves, 0) };
}

function bestOfGroups({ terms, rows, bought, add }: Builder, s: number, p: number): { sum: Entries; most: number } {
  const sum: Entries = [];
  let most = 0;
  const groups = Map.groupBy(terms.effects[s] ?? [], ({ group }) => group);
  for (const members of groups.values()) {
    most += Math.max(...members.map(({ saves }) => saves));
    if (members.length === 1) {
      for (const { measure, saves } of members) sum.push(...times(bought(measure, p), saves));
      continue;
    }
    const counted = members.map(({ measure, saves }): [number, number] => {
      const column = add(0, 0, 1);
      rows.push(atMost(0, [[column, 1], ...times(bought(measure, p), -1)]));
      return [column, saves];
    });
    rows.push(atMost(1, counted.map(([column]) => [column, 1])));
    sum.push(...counted);
  }
  return { sum, most };
}

function pairwise(builder: Builder, s: number, p: number): { sum: Entries; most: number } {
  const { terms, rows, bought, add } = builder;
  const { sum, most } = additive(builder, s, p);
  let extra = 0;
  for (const { a, b, saves } of terms.pairs[s] ?? []) {
    const both = add(0, 0, 1);
    sum.push([both, saves]);
    extra += Math.max(0, saves);
    if (saves > 0) for (const one of [a, b]) rows.push(atMost(0, [[both, 1], ...times(bought(one, p), -1)]));
    else rows.push(atLeast(-1, summed([[both, 1], ...times(bought(a, p), -1), ...times(bought(b, p), -1)])));
  }
  return { sum, most: most + extra };
}

/** Puts the savings of a scenario in a phase into the objective, by way of a column that the loss caps where it can. */
function addSavings(builder: Builder, s: number, p: number, worth: number): void {
  const { terms, columns, rows, add } = builder;
  const { kind } = terms.problem.combine;
  const loss = terms.losses[s] ?? 0;
  const { sum, most } = (kind === 'pairwise' ? pairwise : kind === 'best-of-group' ? bestOfGroups : additive)(builder, s, p);
  if (most <= loss) {
    for (const [column, factor] of sum) {
      const target = columns[column];
      if (target) target.objective += factor * worth;
    }
    return;
  }
  const share = add(loss * worth, kind === 'pairwise' ? Number.NEGATIVE_INFINITY : 0, 1);
  rows.push(atMost(0, summed([[share, 1], ...times(sum, -1 / loss)])));
}

function addRules({ terms, rows, bought }: Builder): void {
  const { measures, phases, carriesOver = false } = terms.problem;
  const last = phases.length - 1;
  for (const [i, { from = 0 }] of measures.entries()) if (from < last) rows.push(atMost(1, bought(i, last)));
  for (const list of terms.exclusions) rows.push(atMost(1, list.flatMap((i) => bought(i, last))));
  for (const [i, needs] of terms.needs.entries()) for (const other of needs) for (const p of phases.keys()) rows.push(atMost(0, [...bought(i, p), ...times(bought(other, p), -1)]));
  const dearest = Math.max(1, ...measures.map(({ cost }) => cost));
  let before = 0;
  for (const [p, { budget }] of phases.entries()) {
    before = (carriesOver ? before : 0) + budget;
    const size = Math.max(before, dearest);
    const entries = measures.flatMap(({ cost, from = 0 }, i) => (cost === 0 || p < from ? [] : times(carriesOver ? bought(i, p) : bought(i, p).slice(-1), cost / size)));
    rows.push(atMost(before / size, entries));
  }
}

/** Writes a problem as a mixed-integer program. */
export function formulate(terms: Terms): Formulation {
  const { measures, phases, combine } = terms.problem;
  const columns: Program['columns'] = [];
  const rows: Rows = [];
  const add = (objective: number, lower: number, upper: number, isWhole = false): number => columns.push({ objective, lower, upper, isWhole }) - 1;
  const places = measures.map(({ from = 0 }) => phases.map((_, p) => (p < from ? -1 : add(0, 0, 1, true))));
  const purchases = columns.length;
  const bought = (measure: number, phase: number): Entries => (places[measure] ?? []).slice(0, phase + 1).filter((column) => column >= 0).map((column) => [column, 1] as const);
  const builder: Builder = { terms, columns, rows, bought, add };
  addRules(builder);
  const shares = terms.losses.map((loss, s) => phases.map(({ years }, p) => {
    if (loss === 0 || years === 0) return -1;
    if (combine.kind === 'compounding') return add(years * loss, 0, 1);
    addSavings(builder, s, p, years);
    return -1;
  }));
  const greatest = Math.max(0, ...columns.map(({ objective }) => Math.abs(objective)));
  const unit = greatest > 0 ? greatest / SCALE : 1;
  const scaled = columns.map((column) => ({ ...column, objective: column.objective / unit }));
  const rates = terms.losses.map((loss, s) => (terms.effects[s] ?? []).map(({ measure, saves }) => ({ measure, rate: Math.min(NOTHING_LEFT, -Math.log1p(-saves / loss)) })));
  return {
    program: { columns: scaled, rows },
    unit,
    purchases,
    startOf: (assignment) => places.flatMap((list, i) => list.flatMap((column, p) => (column < 0 ? [] : [assignment[i] === p ? 1 : 0]))),
    assignmentOf: (values) => places.map((list) => {
      const phase = list.findIndex((column) => column >= 0 && (values[column] ?? 0) > 0.5);
      return phase < 0 ? null : phase;
    }),
    forbid: (assignment, within) => {
      const entries = assignment.flatMap((phase, i) => (phase === null || !within(phase) || measures[i]?.cost === 0 ? [] : [[places[i]?.[phase] ?? 0, 1] as const]));
      return [atMost(entries.length - 1, entries)];
    },
    touch: (assignment) => shares.flatMap((list, s) => list.flatMap((share, p) => {
      if (share < 0) return [];
      const at = (rates[s] ?? []).reduce((sum, { measure, rate }) => sum + ((assignment[measure] ?? Number.POSITIVE_INFINITY) <= p ? rate : 0), 0);
      const left = Math.exp(-at);
      return [atMost(1 - left - left * at, [[share, 1], ...(rates[s] ?? []).flatMap(({ measure, rate }) => times(bought(measure, p), -left * rate))])];
    })),
  };
}
