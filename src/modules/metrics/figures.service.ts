import { incidentTypeTitle } from '#modules/incidents/public.ts';
import { typeOf } from '#modules/signals/public.ts';
import { namesOf } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { PartFigure } from './contract.ts';
import { DEFINITIONS, type Definition, definitionOf, type Part } from './definitions.ts';
import { type Bin, type Figure, hidden, suppressed, suppressedParts } from './figure-rules.ts';
import { metrics } from './figure-store.ts';
import { frozenMonths } from './frozen.service.ts';
import { countedBy, tellingFor } from './hidden-places.ts';
import { MONTHS, monthsOf } from './months.ts';
import { periodOf } from './periods.ts';
import { catalogueOf, figureFor, metricOf } from './reading.ts';
import { isOpenIn, type Period, readableIn, type Scope, scopeOf, sumsOf, targetsFor } from './sums.ts';
import { goalsOf, type InForce } from './target-rules.ts';

const DAY_MS = 86_400_000;

type Standing = { period: Period; isOpen: boolean; isTold: boolean; scope: Scope; inForce: readonly InForce[] };

function readingOf(definition: Definition, { period, isOpen, isTold, scope, inForce }: Standing, bins: readonly Bin[]): contract.Reading {
  const whole = figureFor(definition, bins, period);
  const figure = isOpen ? whole : isTold ? suppressed(whole) : hidden();
  return { metric: metricOf(definition), from: period.from.toISOString(), cutOffAt: period.to.toISOString(), isMonth: !isOpen, figure, goals: goalsOf(inForce, { key: definition.key, place: scope }, catalogueOf(definition), figure) };
}

/**
 * Whoever may not read the records is told of the last whole month only, as it was frozen: two figures an hour apart would say what came between, and
 * two of the same month what was changed in it.
 */
async function lastMonth(ctx: Ctx): Promise<{ period: Period; cutoffId: string | null }> {
  const period = periodOf('month', ctx.now(), 1);
  const row = await metrics.read(ctx).selectFrom('metrics.cutoff').select('id').where('kind', '=', 'month').where('startsAt', '=', period.from.toISOString()).executeTakeFirst();
  return { period, cutoffId: row?.id ?? null };
}

/** Every figure of the catalogue: computed over all records of the scope, whoever asks; small ones are hidden from who may not read the records. */
export async function listFigures(ctx: Ctx, { siteId, days }: Input<typeof contract.listFigures>): Promise<Reply<typeof contract.listFigures>> {
  const scope = await scopeOf(ctx, siteId);
  const readable = await readableIn(ctx, scope, [...new Set(DEFINITIONS.map(({ reads }) => reads))]);
  const [open, closed] = [true, false].map((isOpen) => DEFINITIONS.filter((one) => isOpenIn(one, scope, readable.get(one.reads)) === isOpen)) as [Definition[], Definition[]];
  const recent = { from: new Date(ctx.now().getTime() - days * DAY_MS), to: ctx.now() };
  const past = closed.length === 0 ? { period: recent, cutoffId: null } : await lastMonth(ctx);
  const [ofOpen, ofClosed, isTold, inForce] = await Promise.all([
    sumsOf(ctx, scope, open.map((definition) => ({ definition, period: recent, by: 'none' }))), countedBy(ctx, scope, closed, past, 'none'), tellingFor(ctx, scope, closed, past), targetsFor(ctx, [scope], ctx.now()),
  ]);
  const bins = new Map([...open.map((one, i) => [one.key, ofOpen[i]?.get('')] as const), ...closed.map((one, i) => [one.key, ofClosed[i]?.get('')] as const)]);
  return { items: DEFINITIONS.map((one) => readingOf(one, open.includes(one) ? { period: recent, isOpen: true, isTold: true, scope, inForce } : { period: past.period, isOpen: false, isTold: isTold(one), scope, inForce }, bins.get(one.key) ?? [])) };
}

const SHIFTS: readonly string[] = ['day', 'evening', 'night'];
const typeTitle = (key: string): string | null => incidentTypeTitle(key) ?? typeOf(key)?.title ?? (key === '' ? null : key);

type Parted = { by: Part; scope: Scope; period: Period; isShown: (site: string) => boolean };

async function partsOf(ctx: Ctx, definition: Definition, groups: ReadonlyMap<string, Bin[]>, { by, scope, period, isShown }: Parted): Promise<PartFigure[]> {
  const names = by === 'site' ? await namesOf(ctx, [...groups.keys()].filter(Boolean)) : null;
  const all = [...groups].map(([key, bins]) => ({ key, name: names ? (names.get(key)?.name ?? null) : by === 'type' ? typeTitle(key) : key, figure: figureFor(definition, bins, period) }));
  const hidden = suppressedParts(all.filter(({ key }) => !isShown(key)));
  // Of a count only parts in which something counts are parts of it.
  const shown = [...all.filter(({ key }) => isShown(key)), ...hidden].filter(({ figure }) => definition.measure.as !== 'count' || figure.value !== 0);
  const sizeOf = ({ figure }: { figure: Figure }): number => (definition.measure.as === 'count' ? figure.n : figure.of) ?? 0;
  const inForce = await targetsFor(ctx, by === 'site' ? shown.map(({ key }) => key || null) : [scope], period.to);
  const goaled = shown.map((one) => ({ ...one, goals: goalsOf(inForce, { key: definition.key, place: by === 'site' ? one.key || null : scope, ...(by !== 'site' && { [by]: one.key }) }, catalogueOf(definition), one.figure) }));
  return by === 'shift' ? goaled.toSorted((a, b) => SHIFTS.indexOf(a.key) - SHIFTS.indexOf(b.key)) : goaled.toSorted((a, b) => sizeOf(b) - sizeOf(a) || (a.key < b.key ? -1 : 1));
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
  const counted = isOpen ? { period: { from: new Date(now.getTime() - days * DAY_MS), to: now }, cutoffId: null } : await lastMonth(ctx);
  // Below the highest place of who does not read the records, months and parts beside those of other places would give single records away.
  const isWhole = isOpen || scope === (await scopeOf(ctx, undefined));
  const isTold = isOpen || (await tellingFor(ctx, scope, [definition], counted))(definition);
  const year = { from: periodOf('month', now, MONTHS).from, to: isOpen ? now : periodOf('month', now).from };
  const [[whole], [months], [parts], frozen, inForce] = await Promise.all([
    countedBy(ctx, scope, [definition], counted, 'none'), definition.isMoment || !isWhole ? [undefined] : sumsOf(ctx, scope, [{ definition, period: year, by: 'month' }]),
    by && isWhole ? countedBy(ctx, scope, [definition], counted, by) : [undefined], isOpen || !isWhole ? new Map<string, Figure>() : frozenMonths(ctx, key, scope), targetsFor(ctx, [scope], counted.period.to),
  ]);
  return {
    ...readingOf(definition, { period: counted.period, isOpen, isTold, scope, inForce }, whole?.get('') ?? []), months: months ? monthsOf(definition, { now, isOpen, frozen }, months) : [],
    parts: by && parts ? await partsOf(ctx, definition, parts, { by, scope, period: counted.period, isShown: (part) => isOpen || (by === 'site' && readable?.has(part) === true) }) : [],
  };
}

export type { Figure };
