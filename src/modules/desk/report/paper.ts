import type { JsonValue } from '#platform/report/text.ts';
import type { Content, Filled, Pack, PackFigure, PackLine } from '../pack-contract.ts';
import { monthsSvg } from './chart.ts';

export const PACK_TEMPLATE = 'modules/desk/report/pack.typ';

const WORDS = {
  none: 'None became known.', incidentHeads: ['Number', 'Incident', 'Severity', 'Site', 'Known'], actionHeads: ['Action', 'Incident', 'Due'], lines: 'Decisions and actions', lineHeads: ['What', 'Words', 'Recorded'], record: 'Where this comes from',
};
const FEWEST_FOR_SHARE = 20;
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

type Metric = PackFigure['metric'];

export const dayWords = (iso: string): string => new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const momentWords = (iso: string): string => `${dayWords(iso)}, ${new Date(iso).toISOString().slice(11, 16)} UTC`;
const monthWords = (month: string): string => new Date(`${month}-01T00:00:00Z`).toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const decimal = (value: number, digits = 1): string => value.toLocaleString('en-GB', { maximumFractionDigits: digits });

/** A month or a quarter by name. */
export const cutoffWords = ({ kind, startsAt }: Pick<Content['cutoff'], 'kind' | 'startsAt'>): string => (kind === 'month' ? monthWords(startsAt.slice(0, 7)) : `Quarter ${1 + Math.floor(new Date(startsAt).getUTCMonth() / 3)} of ${new Date(startsAt).getUTCFullYear()}`);

function secondsWords(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${decimal(seconds)} s`;
  if (seconds < 2 * HOUR) return `${decimal(seconds / MINUTE)} min`;
  return seconds < 2 * DAY ? `${decimal(seconds / HOUR)} h` : `${decimal(seconds / DAY)} days`;
}

const valueWords = ({ unit }: Metric, value: number): string => (unit === 'share' ? `${decimal(100 * value)} %` : unit === 'number' ? decimal(value) : secondsWords(value));

/** A figure as it stands first on the paper. */
function figureWords(metric: Metric, { isFew, value, n, of }: PackFigure['figure']): string {
  if (isFew) return 'fewer than 5';
  if (value === null) return 'no data';
  return metric.smallCount === 'wilson' && (of ?? 0) < FEWEST_FOR_SHARE ? `${n ?? 0} of ${of ?? 0}` : valueWords(metric, value);
}

function ofWords(metric: Metric, { value, n, of, lo, hi, p90, p985 }: PackFigure['figure']): string {
  if (value === null) return '';
  const whole = of === null ? '' : metric.unit === 'share' ? `${decimal(n ?? 0, 0)} of ${decimal(of, 0)}` : metric.unit === 'number' ? '' : `of ${decimal(of, 0)}`;
  const between = lo === null || hi === null ? '' : `between ${valueWords(metric, lo)} and ${valueWords(metric, hi)}, 95 % sure`;
  const late = p90 === null || p985 === null ? '' : `90 % within ${valueWords(metric, p90)}, 98.5 % within ${valueWords(metric, p985)}`;
  return [whole, between, late].filter(Boolean).join('; ');
}

function goalWords(metric: Metric, { value: goal }: PackFigure['goals']): string {
  if (goal === null) return 'No target';
  return `Target: ${metric.direction === 'up' ? 'at least' : 'at most'} ${valueWords(metric, goal.value)}${goal.keeps === null ? '' : goal.keeps ? ', kept' : ', missed'}`;
}

/** What the chart shows, for who cannot see it. */
const altOf = ({ metric, months }: PackFigure): string => `${metric.name} by month: ${months.map(({ month, figure }) => `${monthWords(month)} ${figureWords(metric, figure)}`).join(', ')}.`;

const figurePart = (one: PackFigure): JsonValue => ({
  name: one.metric.name, value: figureWords(one.metric, one.figure), of: ofWords(one.metric, one.figure), goal: goalWords(one.metric, one.goals), formula: `${one.metric.formula} (version ${one.metric.version}).`, caveat: one.metric.caveat, svg: monthsSvg(one) ?? '', alt: altOf(one),
});

function sectionPart(section: Filled): JsonValue {
  switch (section.kind) {
    case 'text': return section;
    case 'figures': return { kind: 'figures', title: section.title, figures: section.figures.map(figurePart) };
    case 'incidents': return { kind: 'incidents', title: section.title, rows: section.items.map((one) => [one.number, one.title, String(one.severity), one.site ?? 'The organisation', dayWords(one.knownAt)]), more: section.more > 0 ? `and ${section.more} more of severity ${section.least} and above` : '' };
    case 'actions': return { kind: 'actions', title: section.title, lead: `${section.open} open, ${section.late} overdue.`, rows: section.items.map((one) => [one.title, one.number, dayWords(one.dueAt)]) };
  }
}

const linePart = ({ kind, text, by, at, struck, task }: PackLine): string[] => [
  kind === 'decision' ? 'Decision' : 'Action', `${text}${task === null ? '' : ` (${[task.owner ?? 'nobody yet', task.dueAt === null ? '' : `due ${dayWords(task.dueAt)}`, task.state].filter(Boolean).join(', ')})`}${struck === null ? '' : `. Struck ${dayWords(struck.at)} by ${struck.by}: ${struck.why}`}`, `${by}, ${dayWords(at)}`,
];

export type Print = { by: string; at: string; organisation: string; isDemo: boolean; record: string };

/** The data of `pack.typ`, all in words. */
export function packPaper(pack: Pack & { content: Content }, { by, at, organisation, isDemo, record }: Print): { title: string; data: JsonValue } {
  const { content } = pack;
  const kind = pack.kind === 'board' ? 'Board pack' : 'Briefing';
  const facts = [
    ['Of', cutoffWords(content.cutoff)], ['Where', pack.site ?? 'The whole organisation'], ['Prepared', `${dayWords(pack.madeAt)}, ${pack.madeBy}`], ['Frozen', pack.frozenAt === null ? '' : `${momentWords(pack.frozenAt)}, ${pack.frozenBy ?? ''}`],
    ['Issued', pack.issuedAt === null ? 'Not issued: nobody has approved it' : `${momentWords(pack.issuedAt)}, proposed by ${pack.proposedBy ?? ''}, ${pack.approvedBy === null ? 'alone' : `approved by ${pack.approvedBy}`}`],
  ].filter(([, value]) => value !== '').map(([label = '', value = '']) => ({ label, value }));
  return {
    title: pack.title,
    data: {
      frame: { organisation: organisation.slice(0, 60), department: 'Corporate security', number: pack.number, kind, demo: isDemo ? 'Demonstration: invented people, places and events' : null, walled: null, printed: `Printed ${momentWords(at)} by ${by.slice(0, 60)}`, record, of: 'of' },
      words: WORDS, title: pack.title, facts, lead: 'Figures stand as they were frozen at the end of their period; what changed in a record since moves none of them. Nothing simulated, on test or behind a wall is in any figure, and groups under five are not shown in them.',
      sections: content.sections.map(sectionPart), lines: pack.lines.map(linePart),
      proof: `The figures were frozen ${momentWords(content.cutoff.frozenAt)} from everything that was counted; the hash over it begins ${content.cutoff.digest.slice(0, 16)} and stands in the ledger. The hash over this pack begins ${(pack.digest ?? '').slice(0, 16)}.`,
    },
  };
}
