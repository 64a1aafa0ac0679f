import highsModule, { type Highs } from 'highs';

/** A mixed-integer program to be maximised: columns with their objective and bounds, rows as bounds on sums of columns. */
export type Program = {
  columns: { objective: number; lower: number; upper: number; isWhole: boolean }[];
  rows: { lower: number; upper: number; entries: (readonly [column: number, factor: number])[] }[];
};

/** How a solve ended: proven, out of time with what was found until then (or nothing), or impossible. No solution is better than `bound`. */
export type Solved = { status: 'optimal' | 'time' | 'impossible'; values: readonly number[] | null; bound: number };

/** A program under work: rows can be added between solves, and the seconds of all solves count together. */
export type Open = {
  add(rows: Program['rows']): void;
  /** Solves from a start (values of the first columns) where one is given. `onProgress` hears the best value and the bound, infinite while there is none. */
  solve(start: readonly number[] | null, onProgress?: (best: number, bound: number) => void): Solved;
  close(): void;
};
export type Solver = { open(program: Program, seconds: number): Open };

const NOTHING_PROVEN = 1e100;

/** The package's types are those of its CommonJS form, in which the loader is one step further in; what is imported is the loader itself. */
const loadHighs = highsModule as unknown as typeof highsModule.default;

function rowsOf(rows: Program['rows']): { starts: Int32Array; indices: Int32Array; values: Float64Array } {
  const starts = new Int32Array(rows.length + 1);
  for (const [i, { entries }] of rows.entries()) starts[i + 1] = (starts[i] as number) + entries.length;
  return { starts, indices: Int32Array.from(rows.flatMap(({ entries }) => entries.map(([column]) => column))), values: Float64Array.from(rows.flatMap(({ entries }) => entries.map(([, factor]) => factor))) };
}

function openProgram(highs: Highs, { columns, rows }: Program, seconds: number): Open {
  const { constants, infinity } = highs;
  const finite = (value: number): number => (value === Number.POSITIVE_INFINITY ? infinity : value === Number.NEGATIVE_INFINITY ? -infinity : value);
  const model = highs.createModel({
    numCols: columns.length, numRows: rows.length, sense: constants.objectiveSense.maximize,
    colCost: Float64Array.from(columns, ({ objective }) => objective), colLower: Float64Array.from(columns, ({ lower }) => finite(lower)), colUpper: Float64Array.from(columns, ({ upper }) => finite(upper)),
    rowLower: Float64Array.from(rows, ({ lower }) => finite(lower)), rowUpper: Float64Array.from(rows, ({ upper }) => finite(upper)),
    matrix: { format: 'csr', numRows: rows.length, numCols: columns.length, ...rowsOf(rows) },
    integrality: columns.map(({ isWhole }) => (isWhole ? constants.variableType.integer : constants.variableType.continuous)),
  });
  model.options.set({ output_flag: false, time_limit: seconds, mip_rel_gap: 0, mip_abs_gap: 1e-6, mip_feasibility_tolerance: 1e-9, primal_feasibility_tolerance: 1e-9 });
  return {
    add: (more) => {
      for (const { lower, upper, entries } of more) model.addRow(finite(lower), finite(upper), { indices: entries.map(([column]) => column), values: entries.map(([, factor]) => factor) });
    },
    solve: (start, onProgress) => {
      if (start) model.setSolution({ indices: Array.from(start.keys()), values: [...start] });
      const tell = ({ data }: { data: { mip_primal_bound?: number; mip_dual_bound?: number } }): undefined => onProgress?.(data.mip_primal_bound ?? Number.NaN, data.mip_dual_bound ?? Number.NaN) as undefined;
      model.run({ [constants.callbackType.mipImprovingSolution]: tell, [constants.callbackType.mipInterrupt]: tell });
      const status = model.getModelStatus();
      if (status === constants.modelStatus.infeasible || status === constants.modelStatus.unboundedOrInfeasible) return { status: 'impossible', values: null, bound: Number.NEGATIVE_INFINITY };
      const isSolved = Number(model.info.get('primal_solution_status')) === 2;
      const isOptimal = status === constants.modelStatus.optimal;
      const bound = isOptimal && !columns.some(({ isWhole }) => isWhole) ? model.getObjectiveValue() : Number(model.info.get('mip_dual_bound'));
      return { status: isOptimal ? 'optimal' : 'time', values: isSolved ? Array.from(model.getSolution().colValue) : null, bound: Math.min(NOTHING_PROVEN, bound) };
    },
    close: () => model.dispose(),
  };
}

/** HiGHS (MIT) as WebAssembly. A solve holds its thread until it ends or its seconds are up. */
export async function openSolver(): Promise<Solver> {
  const highs = await loadHighs();
  return { open: (program, seconds) => openProgram(highs, program, seconds) };
}
