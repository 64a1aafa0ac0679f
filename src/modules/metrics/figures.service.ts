import { cChart, individualsChart } from '#engines/statistics/control-chart.ts';
import { incidentTypeTitle } from '#modules/incidents/public.ts';
import { typeOf } from '#modules/signals/public.ts';
import { namesOf } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Metric, Month, PartFigure } from './contract.ts';
import { DEFINITIONS, type Definition, definitionOf, type Part } from './definitions.ts';
import { type Bin, type Figure, figureOf, suppressed, suppressedParts } from './figure-rules.ts';
import { type Period, type Readable, readableIn, type Scope, scopeOf, sumsOf, targetsFor } from './sums.ts';
import { goalsOf, type InForce } from './target-rules.ts';

const DAY_MS = 86_400_000;
const MONTHS = 12;
const FEWEST_FOR_CHART = 6;
const SECONDS_IN = { share: 1, number: 1, s: 1, min: 60, h: 3600 } as const;

const monthBegin = (at: Date, back: number): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - back, 1));
const spanOf = ({ from, to }: Period): { from: number; to: number } => ({ from: from.getTime(), to: to.getTime() });

/** Whoever may not read the records is told of whole months only: two figures an hour apart would say what came between. */
function periodOf(now: Date, days: number, isOpen: boolean): Period {
  return isOpen ? { from: new Date(now.getTime() - days * DAY_MS), to: now } : { from: monthBegin(now, 1), to: monthBegin(now, 0) };
}

const isOpenIn = (definition: Definition, scope: Scope, readable: Readable | undefined): boolean => definition.ofThings || readable?.has(scope) === true;

/** How a definition is shown. */
export function metricOf(definition: Definition): Metric {
  const { measure, fact: _fact, among: _among, reads: _reads, ofThings: _ofThings, ...shown } = definition;
  return { ...shown, alsoWithin: measure.as === 'share' ? (measure.also ?? null) : null, alsoTarget: measure.as === 'share' ? (measure.alsoTarget ?? null) : null };
}

/** The figure of a definition; what is counted in full has no interval. */
function figureFor({ measure, smallCount }: Definition, bins: readonly Bin[], period: { from: number; to: number }): Figure {
  const figure = figureOf(measure, bins, period);
  return smallCount === 'none' ? { ...figure, lo: null, hi: null } : figure;
}

const catalogueOf = ({ target, unit, direction }: Definition) => ({ target: target === null ? null : target * SECONDS_IN[unit], direction });

type Standing = { period: Period; isOpen: boolean; scope: Scope; inForce: readonly InForce[] };

function readingOf(definition: Definition, { period, isOpen, scope, inForce }: Standing, bins: readonly Bin[]): contract.Reading {
  const whole = figureFor(definition, bins, spanOf(period));
  const figure = isOpen ? whole : suppressed(whole);
  return { metric: metricOf(definition), from: period.from.toISOString(), cutOffAt: period.to.toISOString(), isMonth: !isOpen, figure, goals: goalsOf(inForce, { key: definition.key, place: scope }, catalogueOf(definition), figure) };
}

/** Every figure of the catalogue: computed over all records of the scope, whoever asks; small ones are hidden from who may not read the records. */
export async function listFigures(ctx: Ctx, { siteId, days }: Input<typeof contract.listFigures>): Promise<Reply<typeof contract.listFigures>> {
  const scope = await scopeOf(ctx, siteId);
  const readable = await readableIn(ctx, scope, [...new Set(DEFINITIONS.map(({ reads }) => reads))]);
  const asked = DEFINITIONS.map((definition) => {
    const isOpen = isOpenIn(definition, scope, readable.get(definition.reads));
    return { definition, isOpen, period: periodOf(ctx.now(), days, isOpen), by: 'none' as const };
  });
  const [sums, inForce] = await Promise.all([sumsOf(ctx, scope, asked), targetsFor(ctx, [scope], ctx.now())]);
  return { items: asked.map(({ definition, period, isOpen }, i) => readingOf(definition, { period, isOpen, scope, inForce }, sums[i]?.get('') ?? [])) };
}

const SHIFTS: readonly string[] = ['day', 'evening', 'night'];
const typeTitle = (key: string): string | null => incidentTypeTitle(key) ?? typeOf(key)?.title ?? (key === '' ? null : key);

type Parted = { by: Part; scope: Scope; period: Period; isShown: (site: string) => boolean };

async function partsOf(ctx: Ctx, definition: Definition, groups: ReadonlyMap<string, Bin[]>, { by, scope, period, isShown }: Parted): Promise<PartFigure[]> {
  const names = by === 'site' ? await namesOf(ctx, [...groups.keys()].filter(Boolean)) : null;
  const all = [...groups].map(([key, bins]) => ({ key, name: names ? (names.get(key)?.name ?? null) : by === 'type' ? typeTitle(key) : key, figure: figureFor(definition, bins, spanOf(period)) }));
  const hidden = suppressedParts(all.filter(({ key }) => !isShown(key)));
  // Of a count only parts in which something counts are parts of it.
  const shown = [...all.filter(({ key }) => isShown(key)), ...hidden].filter(({ figure }) => definition.measure.as !== 'count' || figure.value !== 0);
  const sizeOf = ({ figure }: { figure: Figure }): number => (definition.measure.as === 'count' ? figure.n : figure.of) ?? 0;
  const inForce = await targetsFor(ctx, by === 'site' ? shown.map(({ key }) => key || null) : [scope], period.to);
  const goaled = shown.map((one) => ({ ...one, goals: goalsOf(inForce, { key: definition.key, place: by === 'site' ? one.key || null : scope, ...(by !== 'site' && { [by]: one.key }) }, catalogueOf(definition), one.figure) }));
  return by === 'shift' ? goaled.toSorted((a, b) => SHIFTS.indexOf(a.key) - SHIFTS.indexOf(b.key)) : goaled.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (a.key < b.key ? -1 : 1));
}

/** Twelve months with the limits of a control chart over those that are whole: of counts by √c̄, of all else by moving ranges. */
function monthsOf(definition: Definition, now: Date, isOpen: boolean, groups: ReadonlyMap<string, Bin[]>): Month[] {
  const plain = Array.from({ length: MONTHS }, (_, i) => {
    const [from, to] = [monthBegin(now, MONTHS - 1 - i), monthBegin(now, MONTHS - 2 - i)];
    const month = from.toISOString().slice(0, 7);
    return { month, figure: figureFor(definition, groups.get(month) ?? [], { from: from.getTime(), to: Math.min(to.getTime(), now.getTime()) }) };
  }).filter(({ month }) => isOpen || month !== now.toISOString().slice(0, 7));
  const months = isOpen ? plain : suppressedParts(plain);
  const whole = months.filter(({ month, figure }) => figure.value !== null && month !== now.toISOString().slice(0, 7));
  const values = whole.map(({ figure }) => figure.value ?? 0);
  const chart = values.length < FEWEST_FOR_CHART ? null : definition.measure.as === 'count' ? cChart(values) : individualsChart(values);
  const points = new Map(whole.map(({ month }, i) => [month, chart?.points[i]]));
  const within = (limit: number | undefined): number | null => (limit === undefined ? null : Math.max(0, definition.unit === 'share' ? Math.min(1, limit) : limit));
  return months.map(({ month, figure }) => ({ month, figure, lcl: within(points.get(month)?.lcl), ucl: within(points.get(month)?.ucl), center: chart?.center ?? null, isOut: (points.get(month)?.rules.length ?? 0) > 0 }));
}

/** One figure with its months and, where asked for, its parts by site, shift or type. */
export async function readFigure(ctx: Ctx, { key, siteId, days, by }: Input<typeof contract.readFigure>): Promise<Reply<typeof contract.readFigure>> {
  const scope = await scopeOf(ctx, siteId);
  const definition = definitionOf(key);
  if (definition === null) throw new Problem('refused', 'metrics.unknown', 'There is no such figure in the catalogue.', { errors: [{ pointer: '/key', detail: 'Use a key of the list of figures.' }] });
  if (by !== undefined && !definition.parts.includes(by)) throw new Problem('refused', 'metrics.no_parts', 'This figure has no such parts.', { errors: [{ pointer: '/by', detail: `Choose one of ${definition.parts.join(', ') || 'none'}.` }] });
  const readable = (await readableIn(ctx, scope, [definition.reads])).get(definition.reads);
  const isOpen = isOpenIn(definition, scope, readable);
  const now = ctx.now();
  const period = periodOf(now, days, isOpen);
  const year = { from: monthBegin(now, MONTHS), to: isOpen ? now : monthBegin(now, 0) };
  const [whole, months, parts] = await sumsOf(ctx, scope, [
    { definition, period, by: 'none' }, ...(definition.isMoment ? [] : [{ definition, period: year, by: 'month' as const }]), ...(by ? [{ definition, period, by }] : []),
  ]).then(([first, second, third]) => (definition.isMoment ? [first, undefined, second] : [first, second, third]));
  return {
    ...readingOf(definition, { period, isOpen, scope, inForce: await targetsFor(ctx, [scope], period.to) }, whole?.get('') ?? []), months: months ? monthsOf(definition, now, isOpen, months) : [],
    parts: by && parts ? await partsOf(ctx, definition, parts, { by, scope, period, isShown: (part) => isOpen || (by === 'site' && readable?.has(part) === true) }) : [],
  };
}

export type { Figure };
