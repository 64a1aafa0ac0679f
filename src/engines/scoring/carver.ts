import { firstRefusal, refuse, wrongIds, type Refusal } from '../refusal.ts';

const SIX = ['criticality', 'accessibility', 'recuperability', 'vulnerability', 'effect', 'recognizability'] as const;
/** The criteria of each form, in the order of its name. CARVER+Shock adds shock: health, economic and psychological impact together. */
export const CRITERIA = { carver: SIX, 'carver-shock': [...SIX, 'shock'] } as const;
export type Criterion = (typeof CRITERIA)['carver-shock'][number];

/** Which form, and on which scale: CARVER has 10 (FM 34-36) or 5 (later practice), CARVER+Shock only 10. Weights are 1 where none are given. */
export type CarverForm = { method: 'carver' | 'carver-shock'; scale: 10 | 5; weights?: Partial<Record<Criterion, number>> };

/** A target with its scores, from 1 to the scale; what is missing stays missing. */
export type Target = { id: string; scores: Partial<Record<Criterion, number>> };

/** A target's total, or what it lacks for one; rank 1 is protected first. */
export type Scored = { id: string; total: number | null; missing: Criterion[]; rank: number | null };

const criteriaOf = ({ method }: CarverForm): readonly Criterion[] => CRITERIA[method];

/** Null, or what is wrong with a form. */
export function wrongForm(form: CarverForm, at = 'form'): Refusal | null {
  if (!Object.hasOwn(CRITERIA, form.method)) return refuse(`${at}.method`, 'The form is carver or carver-shock.');
  if (form.scale !== 10 && form.scale !== 5) return refuse(`${at}.scale`, 'The scale is 10 or 5.');
  if (form.method === 'carver-shock' && form.scale !== 10) return refuse(`${at}.scale`, 'CARVER+Shock is scored from 1 to 10.');
  const weights = Object.entries(form.weights ?? {});
  const wrong = firstRefusal(weights.map(([name, weight]) => (!criteriaOf(form).includes(name as Criterion) ? refuse(`${at}.weights.${name}`, `${name} is no criterion of this form.`) : weight >= 0 && weight < Number.POSITIVE_INFINITY ? null : refuse(`${at}.weights.${name}`, `A weight is 0 or more; ${weight} is not.`))));
  return wrong ?? (criteriaOf(form).every((name) => form.weights?.[name] === 0) ? refuse(`${at}.weights`, 'At least one criterion has a weight.') : null);
}

/** Null, or what is wrong with the scores of targets. */
export function wrongTargets(form: CarverForm, targets: readonly Target[], at = 'targets'): Refusal | null {
  const wrongScore = (name: string, score: number | undefined, where: string): Refusal | null => {
    if (!criteriaOf(form).includes(name as Criterion)) return refuse(where, `${name} is no criterion of this form.`);
    if (score === undefined) return null;
    return score >= 1 && score <= form.scale && Number.isInteger(score) ? null : refuse(where, `A score is a whole number from 1 to ${form.scale}; ${score} is not.`);
  };
  const scores = targets.flatMap(({ scores: own }, i) => Object.entries(own).map(([name, score]) => wrongScore(name, score, `${at}[${i}].scores.${name}`)));
  return wrongIds(targets.map(({ id }) => id), (i) => `${at}[${i}].id`) ?? firstRefusal(scores);
}

function totalOf(form: CarverForm, { scores }: Target): { total: number | null; missing: Criterion[] } {
  const criteria = criteriaOf(form);
  const missing = criteria.filter((name) => scores[name] === undefined);
  return { missing, total: missing.length > 0 ? null : criteria.reduce((sum, name) => sum + (form.weights?.[name] ?? 1) * (scores[name] ?? 0), 0) };
}

/** What ranks before what: the higher total, then criticality, then vulnerability. */
const orderOf = (form: CarverForm, { scores }: Target, total: number | null): readonly number[] => [total ?? Number.NaN, scores.criticality ?? 0, scores.vulnerability ?? 0];

const before = (a: readonly number[], b: readonly number[]): boolean => {
  const i = a.findIndex((value, j) => Math.abs(value - (b[j] ?? 0)) > 1e-9);
  return i >= 0 && (a[i] ?? 0) > (b[i] ?? 0);
};

/** Totals and ranks without checking: for scores that have been, and for medians of them, which may be halves. */
export function rankTargets(form: CarverForm, targets: readonly Target[]): Scored[] {
  const totals = targets.map((target) => totalOf(form, target));
  const orders = targets.map((target, i) => orderOf(form, target, totals[i]?.total ?? null));
  return targets.map(({ id }, i) => {
    const { total = null, missing = [] } = totals[i] ?? {};
    const better = orders.filter((order, j) => totals[j]?.total !== null && before(order, orders[i] ?? [])).length;
    return { id, total, missing, rank: total === null ? null : better + 1 };
  });
}

/** Scores targets: total = Σ w s. A target that lacks a score has no total and no rank; equal ones share a rank. */
export function scoreTargets(form: CarverForm, targets: readonly Target[]): { ok: true; rows: Scored[] } | Refusal {
  return wrongForm(form) ?? wrongTargets(form, targets) ?? { ok: true, rows: rankTargets(form, targets) };
}

/** How far the ranks hang on single scores: for each target the best and worst rank when any one score of any target is one higher or lower, and what puts another first. */
export type Sensitivity = { ok: true; ranges: { id: string; best: number; worst: number }[]; leaders: { target: string; criterion: Criterion; step: 1 | -1; first: string[] }[] };

/** Ranks all targets again with each score one up and one down, within the scale. Refused where a target lacks a score. */
export function sensitivityOf(form: CarverForm, targets: readonly Target[]): Sensitivity | Refusal {
  const wrong = wrongForm(form) ?? wrongTargets(form, targets);
  if (wrong) return wrong;
  const base = rankTargets(form, targets);
  const lacking = base.findIndex(({ total }) => total === null);
  if (lacking >= 0) return refuse(`targets[${lacking}].scores`, `${base[lacking]?.id} lacks ${base[lacking]?.missing.join(', ')}.`);
  const firstOf = (rows: readonly Scored[]): string[] => rows.filter(({ rank }) => rank === 1).map(({ id }) => id);
  const ranges = base.map(({ id, rank }) => ({ id, best: rank ?? 0, worst: rank ?? 0 }));
  const leaders: Sensitivity['leaders'] = [];
  for (const [i, target] of targets.entries()) {
    for (const criterion of criteriaOf(form)) {
      for (const step of [1, -1] as const) {
        const score = (target.scores[criterion] ?? 0) + step;
        if (score < 1 || score > form.scale) continue;
        const rows = rankTargets(form, targets.with(i, { ...target, scores: { ...target.scores, [criterion]: score } }));
        for (const [j, { rank }] of rows.entries()) ranges[j] = { id: rows[j]?.id ?? '', best: Math.min(ranges[j]?.best ?? 0, rank ?? 0), worst: Math.max(ranges[j]?.worst ?? 0, rank ?? 0) };
        if (firstOf(rows).join('\n') !== firstOf(base).join('\n')) leaders.push({ target: target.id, criterion, step, first: firstOf(rows) });
      }
    }
  }
  return { ok: true, ranges, leaders };
}
