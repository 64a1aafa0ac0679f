import { moneyWords } from '../report/money.ts';
import { type FormFacts, namesOf, ofKind } from './facts.ts';
import { clock, type Fill, joined, table, text } from './filling.ts';

const MOST_EVENTS = 30;
const INJURIES = ['first aid', 'medical', 'hospital', 'death'] as const;

const met = ({ objectives }: FormFacts): number => objectives.filter(({ state }) => state === 'met').length;

function casualties({ incident, period }: FormFacts): string[][] {
  const victims = incident.people.filter(({ role, struckAt }) => role === 'victim' && struckAt === null);
  const rows = INJURIES.flatMap((injury) => {
    const hurt = victims.filter((one) => one.injury === injury);
    const within = hurt.filter(({ addedAt }) => period === null || addedAt >= period.startsAt);
    return hurt.length === 0 ? [] : [[injury, String(within.length), String(hurt.length)]];
  });
  return rows.length > 0 ? rows : [['none recorded', '0', '0']];
}

function commitment({ cards }: FormFacts): string[][] {
  const here = cards.filter(({ checkedInAt, state }) => checkedInAt !== null && state !== 'released');
  return [...Map.groupBy(here, ({ agency, kind }) => `${agency}\n${kind}`)].map(([key, same]) => {
    const [agency = '', kind = ''] = key.split('\n');
    return [agency || 'own', kind, String(same.length), String(same.reduce((sum, { persons }) => sum + persons, 0))];
  });
}

/** Form 209, the status of the incident: its longest. */
export const STATUS: Readonly<Record<string, Fill>> = {
  version: ({ incident, sheets }) => text('Earlier 209s', incident.state === 'closed' ? 'Final' : sheets.some(({ form, state }) => form === '209' && state === 'signed') ? 'Update' : 'Initial'),
  commander: (facts) => text('Positions of the command', joined(namesOf(ofKind(facts, 'commander')), facts.organisation)), organisation: ({ command }) => text('The command', command?.current ? (command.current.mode === 'unified' ? 'Unified command' : 'Single command') : command?.past[0] ? 'Ended command' : ''),
  startedAt: (facts) => text('The incident', clock(facts, facts.incident.occurredFrom)), currentSize: () => null, percentContained: (facts) => text('Share of objectives met', facts.objectives.length === 0 ? '' : `${Math.round((100 * met(facts)) / facts.objectives.length)} % (${met(facts)} of ${facts.objectives.length} objectives met)`),
  incidentType: ({ type }) => text('The incident', type), complexity: ({ command }) => text('The command', (command?.current ?? command?.past[0]) && `Level ${(command?.current ?? command?.past[0])?.level}`),
  forPeriod: (facts) => text('The operational period', facts.period ? `${facts.period.number}: ${clock(facts, facts.period.startsAt)} to ${clock(facts, facts.period.endsAt)}` : ''),
  approvedBy: (facts) => text('Positions of the command', namesOf(ofKind(facts, 'planning') ?? ofKind(facts, 'commander')) && `To be approved by ${namesOf(ofKind(facts, 'planning')) || namesOf(ofKind(facts, 'commander'))}`), submittedTo: () => null,
  location: ({ incident, address }) => text('The site', joined(incident.site, incident.place, address)),
  significantEvents: (facts) => text('Command log', facts.log.filter(({ kind }) => kind !== 'note' && kind !== 'contact').slice(-MOST_EVENTS).map((entry) => `${clock(facts, entry.at)}: ${entry.text}`).join('\n')),
  primaryHazards: ({ safety }) => text('Safety messages', safety.map((one) => one.text).join('\n')), damage: ({ incident }) => table('Losses', incident.lossLines.filter(({ struckAt, kind }) => struckAt === null && kind !== 'response').map((loss) => [loss.description, '', moneyWords(loss.amountMinor, loss.currency), ''])),
  casualtiesPublic: (facts) => table('People involved', casualties(facts)), casualtiesResponders: () => null, accountedFor: () => null, lifeSafetyManagement: () => null, weather: () => null, projected12to72h: () => null,
  strategicObjectives: ({ objectives }) => text('Objectives', objectives.map((one) => one.text).join('\n')), currentThreat: ({ reports }) => text('Latest situation report', reports[0]?.conditions),
  criticalNeeds: (facts) => table('Requests and reported needs', [...facts.cards.filter(({ checkedInAt, state }) => checkedInAt === null && state !== 'released').map((card) => [card.name, clock(facts, card.expectedAt)]), ...facts.reports.flatMap(({ needs }) => needs.filter(({ became }) => became === null).map((one) => [one.need, '']))]),
  plannedActions: ({ objectives, tasks }) => text('Objectives and open tasks', [...objectives.filter(({ state }) => state !== 'met').map(({ text: words, strategies }) => joined(words, strategies)), ...tasks.filter(({ isOpen }) => isOpen).map(({ title }) => title)].join('\n')), projectedEnd: () => null,
  costs: ({ incident }) => text('Losses of the incident', incident.losses.map(({ amountMinor, currency }) => `${moneyWords(amountMinor, currency)} to date`).join(', ')), resourceCommitment: (facts) => table('Resources', commitment(facts)),
};

