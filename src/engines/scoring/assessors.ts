import { firstRefusal, refuse, wrongIds, type Refusal } from '../refusal.ts';
import { krippendorffAlpha } from './alpha.ts';
import { CRITERIA, rankTargets, wrongForm, wrongTargets, type CarverForm, type Criterion, type Scored, type Target } from './carver.ts';
import { weightedKappa } from './kappa.ts';

/** One assessor's scores, on the form that was used. */
export type Sheet = { assessor: string; form: CarverForm; targets: readonly Target[] };

/** A score of several assessors: their median, the lowest and the highest, and how many there are. */
export type Cell = { median: number; low: number; high: number; count: number };

/** Targets by the medians of their scores, with what the medians come from; widest apart first are the scores to talk about. */
export type Joined = { ok: true; rows: Scored[]; cells: { target: string; criterion: Criterion; cell: Cell | null }[]; apart: { target: string; criterion: Criterion; cell: Cell }[] };

/** How far assessors agree: alpha on the order of scores, and between two the weighted kappa; null with its reason where there is none. */
export type Agreement = { alpha: number | null; kappa: number | null; reason: string };

const sameForm = (a: CarverForm, b: CarverForm): boolean => a.method === b.method && a.scale === b.scale && CRITERIA[a.method].every((name) => (a.weights?.[name] ?? 1) === (b.weights?.[name] ?? 1));

function wrongSheets(sheets: readonly Sheet[]): Refusal | null {
  const [first] = sheets;
  if (!first) return refuse('sheets', 'There is no assessor.');
  const mixed = sheets.findIndex(({ form }) => !sameForm(form, first.form));
  return wrongIds(sheets.map(({ assessor }) => assessor), (i) => `sheets[${i}].assessor`)
    ?? firstRefusal(sheets.map(({ form, targets }, i) => wrongForm(form, `sheets[${i}].form`) ?? wrongTargets(form, targets, `sheets[${i}].targets`)))
    ?? (mixed >= 0 ? refuse(`sheets[${mixed}].form`, 'The assessors used different forms, scales or weights; their scores cannot be put together.') : null);
}

const targetsOf = (sheets: readonly Sheet[]): string[] => [...new Set(sheets.flatMap(({ targets }) => targets.map(({ id }) => id)))];

const scoreOf = ({ targets }: Sheet, target: string, criterion: Criterion): number | null => targets.find(({ id }) => id === target)?.scores[criterion] ?? null;

function cellOf(scores: readonly number[]): Cell | null {
  const sorted = scores.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) return null;
  const middle = (sorted.length - 1) / 2;
  return { median: ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2, low, high, count: sorted.length };
}

/** Puts several assessors together by medians. Whoever left a score out is left out of its median; a score that nobody gave is missing. */
export function joinSheets(sheets: readonly Sheet[]): Joined | Refusal {
  const wrong = wrongSheets(sheets);
  const form = sheets[0]?.form;
  if (wrong || !form) return wrong ?? refuse('sheets', 'There is no assessor.');
  const cells = targetsOf(sheets).flatMap((target) => CRITERIA[form.method].map((criterion) => ({ target, criterion, cell: cellOf(sheets.flatMap((sheet) => scoreOf(sheet, target, criterion) ?? [])) })));
  const medians = targetsOf(sheets).map((id): Target => ({ id, scores: Object.fromEntries(cells.flatMap(({ target, criterion, cell }) => (target === id && cell ? [[criterion, cell.median]] : []))) }));
  const apart = cells.flatMap(({ target, criterion, cell }) => (cell && cell.high > cell.low ? [{ target, criterion, cell }] : [])).sort((a, b) => b.cell.high - b.cell.low - (a.cell.high - a.cell.low));
  return { ok: true, rows: rankTargets(form, medians), cells, apart };
}

/** Agreement over all scores of all targets: alpha (ordinal) of any number of assessors, and kappa with squared weights where there are two. */
export function agreementOf(sheets: readonly Sheet[]): { ok: true; agreement: Agreement } | Refusal {
  const wrong = wrongSheets(sheets);
  const form = sheets[0]?.form;
  if (wrong || !form) return wrong ?? refuse('sheets', 'There is no assessor.');
  if (sheets.length === 1) return { ok: true, agreement: { alpha: null, kappa: null, reason: 'One assessor agrees with nobody: at least two are needed.' } };
  const ratings = sheets.map((sheet) => targetsOf(sheets).flatMap((target) => CRITERIA[form.method].map((criterion) => scoreOf(sheet, target, criterion))));
  const alpha = krippendorffAlpha(ratings, 'ordinal');
  const kappa = sheets.length === 2 ? weightedKappa(ratings[0] ?? [], ratings[1] ?? [], { categories: form.scale, weights: 'quadratic' }) : null;
  const reasons = [alpha.ok ? '' : alpha.reason, kappa === null ? 'Kappa is of two assessors.' : kappa.ok ? '' : kappa.reason];
  return { ok: true, agreement: { alpha: alpha.ok ? alpha.alpha : null, kappa: kappa?.ok ? kappa.kappa : null, reason: [...new Set(reasons)].filter((reason) => reason !== '').join(' ') } };
}
