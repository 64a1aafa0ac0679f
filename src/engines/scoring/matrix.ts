import { refuse, wrongIds, type Refusal } from '../refusal.ts';

/** A risk matrix as the table that it is. Bands and levels stand from least to most; cells[likelihood][consequence] names a level. Nothing is multiplied. */
export type RiskMatrix = { likelihoods: readonly string[]; consequences: readonly string[]; levels: readonly string[]; cells: readonly (readonly string[])[] };

/** What is wrong with the sense of a matrix; `cells` are pairs of likelihood and consequence by number. */
export type MatrixFault = { rule: 'rises' | 'between' | 'outranked'; cells: readonly (readonly [number, number])[]; says: string };

/** Null, or what is wrong with a matrix as a table. */
export function wrongMatrix({ likelihoods, consequences, levels, cells }: RiskMatrix): Refusal | null {
  for (const [names, at] of [[likelihoods, 'likelihoods'], [consequences, 'consequences'], [levels, 'levels']] as const) {
    if (names.length < 2) return refuse(at, 'There are at least two of these.');
    const wrong = wrongIds(names, (i) => `${at}[${i}]`);
    if (wrong) return wrong;
  }
  if (cells.length !== likelihoods.length) return refuse('cells', `There are ${likelihoods.length} likelihoods, so as many rows.`);
  for (const [i, row] of cells.entries()) {
    if (row.length !== consequences.length) return refuse(`cells[${i}]`, `There are ${consequences.length} consequences, so as many cells.`);
    const unknown = row.findIndex((level) => !levels.includes(level));
    if (unknown >= 0) return refuse(`cells[${i}][${unknown}]`, `${row[unknown]} is no level of this matrix.`);
  }
  return null;
}

/** The level of a likelihood and a consequence, looked up. */
export function lookUp(matrix: RiskMatrix, likelihood: string, consequence: string): { ok: true; level: string; order: number } | Refusal {
  const wrong = wrongMatrix(matrix);
  if (wrong) return wrong;
  const [i, j] = [matrix.likelihoods.indexOf(likelihood), matrix.consequences.indexOf(consequence)];
  if (i < 0) return refuse('likelihood', `The matrix has no likelihood ${likelihood}.`);
  if (j < 0) return refuse('consequence', `The matrix has no consequence ${consequence}.`);
  const level = matrix.cells[i]?.[j] ?? '';
  return { ok: true, level, order: matrix.levels.indexOf(level) };
}

/** The common table of five by five: products to 4 low, to 9 moderate, to 16 high, above extreme. An organisation's own takes its place. */
export const COMMON_MATRIX: RiskMatrix = {
  likelihoods: ['rare', 'unlikely', 'possible', 'likely', 'almost certain'],
  consequences: ['insignificant', 'minor', 'moderate', 'major', 'severe'],
  levels: ['low', 'moderate', 'high', 'extreme'],
  cells: [
    ['low', 'low', 'low', 'low', 'moderate'],
    ['low', 'low', 'moderate', 'moderate', 'high'],
    ['low', 'moderate', 'moderate', 'high', 'high'],
    ['low', 'moderate', 'high', 'high', 'extreme'],
    ['moderate', 'high', 'high', 'extreme', 'extreme'],
  ],
};

/** Ends of the bands in numbers, one more than there are bands, rising: of likelihood and of consequence. */
export type BandEnds = { likelihood: readonly number[]; consequence: readonly number[] };

type Place = { i: number; j: number; order: number };

function wrongEnds(ends: readonly number[], bands: number, at: string): Refusal | null {
  if (ends.length !== bands + 1) return refuse(at, `There are ${bands} bands, so ${bands + 1} ends.`);
  const wrong = ends.findIndex((end, i) => !(end >= 0 && end < Number.POSITIVE_INFINITY) || (i > 0 && end <= (ends[i - 1] ?? 0)));
  return wrong >= 0 ? refuse(`${at}[${wrong}]`, 'Ends of bands are numbers from 0 that rise.') : null;
}

function fallsIn(places: readonly Place[], at: (i: number, j: number) => Place | undefined): MatrixFault[] {
  return places.flatMap(({ i, j, order }) => [at(i + 1, j), at(i, j + 1)].flatMap((next): MatrixFault[] => (next && next.order < order ? [{ rule: 'rises', cells: [[i, j], [next.i, next.j]], says: 'The level falls where likelihood or consequence rises.' }] : [])));
}

function touching(places: readonly Place[], at: (i: number, j: number) => Place | undefined, top: number): MatrixFault[] {
  if (top < 2) return [];
  return places.filter(({ order }) => order === 0).flatMap(({ i, j }) => [at(i + 1, j), at(i, j + 1), at(i + 1, j + 1)].flatMap((next): MatrixFault[] => (next?.order === top ? [{ rule: 'between', cells: [[i, j], [next.i, next.j]], says: 'A cell of the lowest level touches one of the highest: the least step jumps over all between.' }] : [])));
}

/** Cells of the lowest level in which a risk can be greater than the least of some cell of the highest. */
function outranked(places: readonly Place[], top: number, { likelihood, consequence }: BandEnds): MatrixFault[] {
  const product = (i: number, j: number): number => (likelihood[i] ?? 0) * (consequence[j] ?? 0);
  const highest = places.filter(({ order }) => order === top);
  return places.filter(({ order }) => order === 0).flatMap(({ i, j }) => highest.flatMap((high): MatrixFault[] => (product(i + 1, j + 1) > product(high.i, high.j) * (1 + 1e-12) ? [{ rule: 'outranked', cells: [[i, j], [high.i, high.j]], says: 'A risk of the lowest level can be greater than one of the highest.' }] : [])));
}

/**
 * Checks the sense of a matrix (after Cox 2008, from knowledge, unverified): levels rise along both axes; the lowest level nowhere touches the highest, also over
 * a rising corner; and where the bands have numbers, no risk of the lowest level (likelihood × consequence) exceeds one of the highest.
 */
export function checkMatrix(matrix: RiskMatrix, ends?: BandEnds): { ok: true; faults: MatrixFault[] } | Refusal {
  const wrong = wrongMatrix(matrix) ?? (ends ? (wrongEnds(ends.likelihood, matrix.likelihoods.length, 'ends.likelihood') ?? wrongEnds(ends.consequence, matrix.consequences.length, 'ends.consequence')) : null);
  if (wrong) return wrong;
  const rows = matrix.cells.map((row, i) => row.map((level, j): Place => ({ i, j, order: matrix.levels.indexOf(level) })));
  const at = (i: number, j: number): Place | undefined => rows[i]?.[j];
  const top = matrix.levels.length - 1;
  return { ok: true, faults: [...fallsIn(rows.flat(), at), ...touching(rows.flat(), at, top), ...(ends ? outranked(rows.flat(), top, ends) : [])] };
}
