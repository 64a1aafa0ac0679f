import type { FormKey } from '../form-contract.ts';
import type { Resource } from '../resource-contract.ts';
import { formOf } from './catalogue.ts';
import { type FormFacts, heldBy, namesOf, ofKind, standing, taskOf } from './facts.ts';
import { type Fill, type Filled, clock, joined, lines, table, text } from './filling.ts';
import { STATUS } from './status.ts';

const INCIDENT = 'The incident';
const COMMAND = 'Positions of the command';
const PERIOD = 'The operational period';
const OBJECTIVES = 'Objectives';
const CARDS = 'Resources';
const LOG = 'Command log';
const REPORTS = 'Latest situation report';
const SAFETY = 'Safety messages';
const CLOCK = 'The clock';
const WRITER = 'Who fills it in';

const periodWords = (facts: FormFacts): string => (facts.period ? `${facts.period.number}: ${clock(facts, facts.period.startsAt)} to ${clock(facts, facts.period.endsAt)}` : '');
const writerWords = ({ writer }: FormFacts): string => joined(writer.name, writer.position);
const toApprove = (facts: FormFacts, kind: string): Filled | null => {
  const who = namesOf(ofKind(facts, kind));
  return text(COMMAND, who && `To be approved by ${who}`);
};
const objectiveLines = ({ objectives }: FormFacts): Filled | null => lines(OBJECTIVES, objectives.map(({ text: words, state }) => (state === 'met' ? `${words} (met)` : words)));
const chart = (facts: FormFacts): Filled | null => {
  const positions = standing(facts);
  return table(COMMAND, positions.map((position) => [position.span === 'wide' ? `${position.title} (span too wide: ${position.reports})` : position.title, namesOf(position) || 'open', positions.find(({ id }) => id === position.parentId)?.title ?? '']));
};
const under = (facts: FormFacts, kinds: readonly string[]): Filled | null => {
  const positions = standing(facts);
  const within = (id: string | null): boolean => {
    const parent = positions.find((one) => one.id === id);
    return parent !== undefined && (kinds.includes(parent.kind) || within(parent.parentId));
  };
  return table(COMMAND, positions.filter((one) => kinds.includes(one.kind) || (within(one.parentId) && !['safety', 'information', 'liaison'].includes(one.kind))).map((one) => [one.title, namesOf(one) || 'open']));
};
const position = ({ subject }: FormFacts) => (subject?.is === 'position' ? subject.position : undefined);
const card = ({ subject }: FormFacts): Resource | undefined => (subject?.is === 'resource' ? subject.card : undefined);
const onScene = ({ cards }: FormFacts): readonly Resource[] => cards.filter(({ checkedInAt, state }) => checkedInAt !== null && state !== 'released');
const safetyWords = ({ safety }: FormFacts): string => safety.map((one) => one.text).join('\n');
const cardName = ({ name, identifier }: Resource): string => joined(name, identifier);
const unitTitle: Fill = (facts) => text(COMMAND, position(facts)?.title);
const workOf = (facts: FormFacts): Filled | null => {
  const unit = position(facts);
  if (!unit) return null;
  const { objectives, tasks } = taskOf(facts, unit);
  return text('Objectives and tasks of the unit', [...objectives.flatMap(({ text: words, strategies }) => [words, strategies]), ...tasks.map(({ title }) => title)].filter(Boolean).join('\n'));
};
const sums = ({ cards }: FormFacts): readonly (readonly [string, number, number])[] =>
  [...Map.groupBy(cards.filter(({ state }) => state !== 'released'), ({ kind }) => kind)].map(([kind, same]) => [kind, same.length, same.filter(({ checkedInAt }) => checkedInAt !== null).length]);
const need = (required: number, have: number): string => String(Math.max(0, required - have));

/** Fields that stand alike on several forms. */
const COMMON: Readonly<Record<string, Fill>> = {
  incidentName: ({ incident }) => text(INCIDENT, incident.title), incidentNumber: ({ incident }) => text(INCIDENT, incident.number), period: (facts) => text(PERIOD, periodWords(facts)), preparedBy: (facts) => text(WRITER, writerWords(facts)), preparedAt: (facts) => text(CLOCK, clock(facts, facts.now)),
};

const FILLS: Readonly<Record<FormKey, Readonly<Record<string, Fill>>>> = {
  '201': {
    initiatedAt: (facts) => text(INCIDENT, clock(facts, facts.incident.declaredAt)), mapSketch: ({ address, incident }) => text('The site, in words', joined(incident.site, incident.place, address)),
    situationSummary: ({ incident, reports }) => text('The incident and the latest situation report', [incident.narrative, reports[0]?.conditions].filter(Boolean).join('\n\n')), healthSafety: (facts) => text(SAFETY, safetyWords(facts)), currentObjectives: objectiveLines,
    actions: (facts) => table(LOG, facts.log.filter(({ kind }) => kind === 'action' || kind === 'decision' || kind === 'order').map((entry) => [clock(facts, entry.at), entry.text])), organisation: chart,
    resources: (facts) => table(CARDS, facts.cards.map((one) => [one.name, one.identifier, clock(facts, one.requestedAt), clock(facts, one.expectedAt), one.checkedInAt ? clock(facts, one.checkedInAt) : 'not yet', one.notes])),
  },
  '202': {
    objectives: objectiveLines, commandEmphasis: ({ period }) => text(PERIOD, period?.emphasis), situationalAwareness: ({ reports }) => text(REPORTS, reports[0]?.conditions), siteSafetyPlanRequired: ({ sheets, safety }) => text('Form 208 and safety messages', sheets.some(({ form }) => form === '208') || safety.length > 0 ? 'Yes' : ''),
    safetyPlanPlace: ({ sheets }) => text('Form 208', sheets.some(({ form }) => form === '208') ? 'In this plan, form 208' : ''), planAttachments: ({ sheets }) => lines('Signed forms of the period', sheets.filter(({ state }) => state === 'signed').map(({ form, subject }) => joined(`ICS ${form}`, subject))), approvedBy: (facts) => toApprove(facts, 'commander'),
  },
  '203': {
    commandStaff: (facts) => table(COMMAND, standing(facts).filter(({ kind }) => ['commander', 'deputy', 'safety', 'information', 'liaison'].includes(kind)).map((one) => [one.title, namesOf(one) || 'open'])),
    agencyRepresentatives: (facts) => table('Positions and resources', [...new Map([...standing(facts).flatMap((one) => heldBy(one).map(({ agency, name }) => [agency, name] as const)), ...onScene(facts).map(({ agency, leader }) => [agency, leader] as const)].filter(([agency, name]) => agency !== '' && name !== '')).entries()]),
    planning: (facts) => under(facts, ['planning', 'intelligence']), logistics: (facts) => under(facts, ['logistics']), finance: (facts) => under(facts, ['finance']),
    operations: (facts) => table(COMMAND, (under(facts, ['operations'])?.value as string[][] | undefined ?? []).map(([title = '', name = '']) => (standing(facts).some((one) => one.title === title && one.kind === 'branch') ? [title, '', name] : ['', title, name]))),
  },
  '204': {
    branchDivisionGroup: unitTitle,
    operationsPersonnel: (facts) => table(COMMAND, [ofKind(facts, 'operations'), standing(facts).find(({ id }) => id === position(facts)?.parentId), position(facts)].filter((one, at, all) => one !== undefined && all.indexOf(one) === at).map((one) => [one?.title ?? '', namesOf(one) || 'open', ''])),
    resourcesAssigned: (facts) => table(CARDS, position(facts) ? taskOf(facts, position(facts) as never).cards.map((one) => [cardName(one), one.leader, String(one.persons), one.contact, one.place, one.notes]) : []), workAssignments: workOf, specialInstructions: (facts) => text(SAFETY, safetyWords(facts)),
    communications: (facts) => table(CARDS, (position(facts) ? taskOf(facts, position(facts) as never).cards : []).filter(({ contact }) => contact !== '').map((one) => [one.name, 'Contact', one.contact])),
  },
  '205': { channels: () => null, specialInstructions: () => null },
  '205A': { contacts: (facts) => table('Positions and resources', [...standing(facts).flatMap((one) => heldBy(one).map(({ name, agency }) => [one.title, joined(name, agency), ''])), ...onScene(facts).map((one) => [one.assignedTo || one.name, one.leader || one.name, one.contact])]) },
  '206': { aidStations: () => null, transport: () => null, hospitals: () => null, procedures: () => null, approvedBy: (facts) => toApprove(facts, 'safety') },
  '207': { chart },
  '208': { safetyMessage: (facts) => text(SAFETY, safetyWords(facts)), siteSafetyPlanRequired: ({ safety }) => text(SAFETY, safety.length > 0 ? 'Yes' : '') },
  '209': STATUS,
  '210': {
    changes: (facts) => table(CARDS, facts.moves.filter(({ at }) => facts.period === null || (at >= facts.period.startsAt && at <= (facts.period.endedAt ?? facts.period.endsAt))).slice(0, 200).map((move) => [move.resource, move.became.replaceAll('-', ' '), move.was?.replaceAll('-', ' ') ?? '', move.words, clock(facts, move.at)])), comments: () => null,
  },
  '211': {
    checkInPlace: ({ cards }) => text(CARDS, mostOften(cards.filter(({ checkedInAt }) => checkedInAt !== null).map(({ place }) => place))), startedAt: (facts) => text('First check-in', clock(facts, facts.cards.map(({ checkedInAt }) => checkedInAt).filter((at) => at !== null).sort()[0])),
    checkIns: (facts) => table(CARDS, facts.cards.filter(({ checkedInAt }) => checkedInAt !== null).map((one) => [one.kind, one.name, '', one.identifier, one.orderNumber, clock(facts, one.checkedInAt), one.leader, String(one.persons), one.contact, one.agency, one.departedFrom, clock(facts, one.departedAt), one.travel, one.assignedTo, one.qualifications, 'yes'])),
  },
  '213': { to: (facts) => text(COMMAND, joined(namesOf(ofKind(facts, 'commander')), ofKind(facts, 'commander')?.title)), from: (facts) => text(WRITER, writerWords(facts)), subject: () => null, sentAt: (facts) => text(CLOCK, clock(facts, facts.now)), message: () => null, approvedBy: (facts) => toApprove(facts, 'commander'), reply: () => null, repliedBy: () => null, repliedAt: () => null },
  '214': {
    name: (facts) => text(COMMAND, namesOf(position(facts))), position: unitTitle, homeAgency: (facts) => text('Who holds it, else the organisation', heldBy(position(facts))[0] ? heldBy(position(facts))[0]?.agency || facts.organisation : ''),
    resourcesAssigned: (facts) => table(CARDS, position(facts) ? taskOf(facts, position(facts) as never).cards.map((one) => [cardName(one), one.kind, one.agency]) : []),
    activities: (facts) => table(LOG, facts.log.filter(({ author }) => heldBy(position(facts)).some(({ name }) => name === author)).map((entry) => [clock(facts, entry.at), entry.text])),
  },
  '215': {
    branch: (facts) => text(COMMAND, standing(facts).find(({ id, kind }) => id === position(facts)?.parentId && kind === 'branch')?.title ?? (position(facts)?.kind === 'branch' ? position(facts)?.title : '')), divisionGroup: unitTitle, workAssignment: workOf,
    resources: (facts) => table(CARDS, sums(facts).map(([kind, required, have]) => [kind, String(required), String(have), need(required, have)])), overheadPositions: (facts) => lines(COMMAND, standing(facts).filter(({ holders }) => holders.length === 0).map(({ title }) => title)),
    specialEquipment: ({ cards }) => lines(CARDS, cards.filter(({ kind, state }) => kind === 'equipment' && state !== 'released').map(cardName)), reportingPlace: ({ cards }) => text(CARDS, mostOften(cards.filter(({ state }) => state === 'staged' || state === 'checked-in').map(({ place }) => place))),
    requestedArrival: (facts) => text(PERIOD, clock(facts, facts.period?.startsAt)), totals: (facts) => table(CARDS, sums(facts).length === 0 ? [] : [['all', String(total(sums(facts), 1)), String(total(sums(facts), 2)), String(sums(facts).reduce((sum, [, required, have]) => sum + Math.max(0, required - have), 0))]]),
  },
  '215A': { analysis: ({ safety }) => table(SAFETY, safety.map((one) => ['The whole incident', one.text, ''])) },
  '221': {
    plannedRelease: (facts) => text(CARDS, clock(facts, card(facts)?.releaseAt)), resource: (facts) => text(CARDS, card(facts) && cardName(card(facts) as Resource)), orderNumber: (facts) => text(CARDS, card(facts)?.orderNumber), signOffs: () => null, remarks: (facts) => text(CARDS, card(facts)?.notes),
    travel: (facts) => table(CARDS, [card(facts)].filter((one) => one !== undefined && one.departedFrom !== '').map((one) => ['', clock(facts, one?.releaseAt), '', one?.departedFrom ?? '', one?.travel ?? '', one?.contact ?? ''])), reassignment: (facts) => text(CARDS, card(facts)?.assignedTo ? `Assigned to ${card(facts)?.assignedTo}` : card(facts) ? 'No' : ''),
  },
};

const total = (rows: ReturnType<typeof sums>, at: 1 | 2): number => rows.reduce((sum, row) => sum + row[at], 0);

function mostOften(places: readonly string[]): string {
  const counts = [...Map.groupBy(places.filter(Boolean), (place) => place)].map(([place, same]) => [place, same.length] as const);
  return counts.sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** What each field of a form would say before anybody writes; null where nothing is known. */
export function fillForm(key: FormKey, facts: FormFacts): ReadonlyMap<string, Filled | null> {
  const own = FILLS[key];
  return new Map(formOf(key).fields.map(({ key: field }) => [field, (own[field] ?? COMMON[field])?.(facts) ?? null]));
}

/** Fields that nothing here would ever fill, as `form field`: no rule stands for them. */
export const unruled = (key: FormKey): readonly string[] => formOf(key).fields.filter(({ key: field }) => !(field in FILLS[key]) && !(field in COMMON)).map(({ key: field }) => `${key} ${field}`);

