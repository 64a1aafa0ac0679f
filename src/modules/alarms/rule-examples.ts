import type { Reply } from '#platform/kernel/contract.ts';
import { correlations } from '#modules/signals/public.ts';
import type { Definition, Place } from './correlation-rules.ts';
import type * as contract from './rule-contract.ts';

type Proposal = (typeof correlations)[number];

/** Where a proposal of the shipped taxonomy looks, as far as signals say it. */
const SCOPES: Readonly<Record<string, { place: Place; note: string }>> = {
  'area, different zones': { place: 'area', note: '' },
  panel: { place: 'source', note: '' },
  'same panel, switch or uplink': { place: 'source', note: 'It takes one device; what hangs on one switch is not known here.' },
  'device, any type': { place: 'source', note: '' },
  site: { place: 'site', note: '' },
  building: { place: 'site', note: 'It takes the whole site; buildings are not told apart here.' },
  zone: { place: 'site', note: 'It takes the whole site: in any order, points of two devices are not compared by zone.' },
  portal: { place: 'point', note: '' },
  'portal or person': { place: 'point', note: 'It counts at one door, whoever is denied.' },
};

/** What a proposal needs that signals do not say. */
const WHY_NOT = 'It needs to know of which person, host or subject a signal speaks. No source says that yet.';

const PARTIES = new Set(['forced-and-person']);
const ON_PLAN = { place: 'near', note: 'It takes a zone of the floor’s plan and those beside it: draw the zones, and set the points in them.' } as const;

function definitionOf({ key, when, windowS, effect, result }: Proposal, place: Place): Definition {
  const types = when.map(({ type }) => type);
  const isAny = key === 'runaway';
  const [first = ''] = isAny ? ['*'] : types;
  const total = when.reduce((sum, { count }) => sum + count, 0);
  const raises = { withinS: windowS, place, result, priority: null };
  if (effect === 'suppress' || effect === 'group') return { kind: 'suppress', cause: [first], held: [types[1] ?? ''], withinS: windowS, place };
  if (new Set(types).size > 1) return { kind: 'sequence', steps: types.map((type) => [type]), inOrder: key.includes('-then-'), ...raises };
  if (key === 'two-zones' || key === 'duress-double') return { kind: 'points', types: [first], count: total, ...raises };
  return { kind: 'threshold', types: [first], count: total, ...raises };
}

/** What single signals do already. */
const DONE: Readonly<Record<string, string>> = { 'held-then-closed': 'A door that closes ends its alarm by itself already.' };

/** The taxonomy's proposals: those that signals can carry as drafts to begin from, and the others with why not. */
export async function listExamples(): Promise<Reply<typeof contract.listExamples>> {
  const items: Reply<typeof contract.listExamples>['items'] = [];
  const waiting: Reply<typeof contract.listExamples>['waiting'] = [];
  for (const proposal of correlations) {
    const { key, title } = proposal;
    const scope = proposal.scope === 'zone' && key.includes('-then-') ? ON_PLAN : PARTIES.has(key) ? SCOPES['zone'] : SCOPES[proposal.scope];
    const done = DONE[key];
    if (done || !scope) waiting.push({ key, title, why: done ?? WHY_NOT });
    else items.push({ key, title, note: scope.note, definition: definitionOf(proposal, scope.place) });
  }
  return { items, waiting };
}
