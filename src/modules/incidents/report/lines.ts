import type { CommentFacts, FileFacts, ReportFacts, TaskFacts } from './facts.ts';
import { amountWords } from './money.ts';
import { momentOf, momentWords, spanWords } from './times.ts';
import { WORDS_EN as words } from './words.ts';

type From = { mergedFrom: string | null };
const fromWords = ({ mergedFrom }: From): string => (mergedFrom === null ? '' : ` (${mergedFrom})`);

type Struck = { struckAt: string | null; struckBy: string | null; struckReason: string | null };

/** A cell of a table. `struck` says when, by whom and why its row was struck. */
type Row = { cells: string[]; struck: string };

const struckWords = ({ struckAt, struckBy, struckReason }: Struck, zone: string): string =>
  struckAt === null ? '' : `Struck ${momentWords(struckAt, zone)}${struckBy === null ? '' : ` by ${struckBy}`}: ${struckReason ?? ''}`;

const zoneOf = ({ site }: ReportFacts): string => site?.timeZone ?? 'UTC';

/** Role, name, injury, details. */
export const personRows = (facts: ReportFacts): Row[] =>
  facts.incident.people.map((person) => ({ cells: [words.roles[person.role], `${person.name}${fromWords(person)}`, person.injury === null ? '' : words.injury[person.injury], person.details], struck: struckWords(person, zoneOf(facts)) }));

/** Kind, what, mark or number, role and details. */
export const thingRows = (facts: ReportFacts): Row[] =>
  facts.incident.things.map((thing) => ({ cells: [words.things[thing.kind], `${thing.description}${fromWords(thing)}`, thing.identifier, [thing.role, thing.details].filter((part) => part !== '').join('. ')], struck: struckWords(thing, zoneOf(facts)) }));

/** The lines of loss, and what they come to in each currency; different currencies are never added up. */
export function lossTable(facts: ReportFacts): { rows: Row[]; totals: { currency: string; amount: string; recovered: string; left: string }[]; hasNone: boolean } {
  const { lossLines, losses, noLoss } = facts.incident;
  const rows = lossLines.map((loss) => ({
    cells: [words.losses[loss.kind], `${loss.description}${loss.isEstimate ? ' (a guess)' : ''}${fromWords(loss)}`, loss.currency, amountWords(loss.amountMinor, loss.currency), amountWords(loss.recoveredMinor, loss.currency)],
    struck: struckWords(loss, zoneOf(facts)),
  }));
  const totals = losses.map(({ currency, amountMinor, recoveredMinor }) => ({ currency, amount: amountWords(amountMinor, currency), recovered: amountWords(recoveredMinor, currency), left: amountWords(amountMinor - recoveredMinor, currency) }));
  return { rows, totals, hasNone: noLoss === true };
}

const NOTED_LATE_MS = 60_000;

type Entry = { time: string; utc: string; kind: string; text: string; author: string; late: string; struck: string };

/** The command log by days of the site's calendar; an entry written down more than a minute late says so. */
export function logDays(log: ReportFacts['log'], zone: string): { day: string; zone: string; entries: Entry[] }[] {
  const days: { day: string; zone: string; entries: Entry[] }[] = [];
  for (const entry of log) {
    const { day, time, zone: letters, utc } = momentOf(entry.at, zone);
    if (days.at(-1)?.day !== day) days.push({ day, zone: letters, entries: [] });
    const lateMs = Date.parse(entry.notedAt) - Date.parse(entry.at);
    const first = log.find(({ id }) => id === entry.corrects);
    const corrects = first ? `Corrects what was written at ${momentOf(first.at, zone).time}. ` : '';
    const late = lateMs > NOTED_LATE_MS ? `Written down ${momentOf(entry.notedAt, zone).time}, ${spanWords(lateMs)} later` : '';
    days.at(-1)?.entries.push({ time, utc: utc ?? '', kind: words.log[entry.kind], text: `${corrects}${entry.text}${fromWords({ mergedFrom: entry.mergedFrom ?? null })}`, author: entry.author, late, struck: struckWords(entry, zone) });
  }
  return days;
}

/** Task, given to, due, state. */
export const taskRows = (tasks: readonly TaskFacts[], zone: string): Row[] =>
  tasks.map((task) => ({ cells: [task.title, task.assignee ?? words.nobody, task.dueAt === null ? '' : momentWords(task.dueAt, zone), `${task.state}${task.doneAt === null ? '' : ` ${momentWords(task.doneAt, zone)}`}`], struck: '' }));

/** Name, hash, size, by whom and when. */
export const fileRows = (files: readonly FileFacts[], zone: string): { name: string; sha256: string; size: string; brought: string; struck: string }[] =>
  files.map((file) => ({ name: file.name, sha256: file.sha256, size: file.size.toLocaleString('en'), brought: `${momentWords(file.addedAt, zone)} by ${file.addedBy}`, struck: struckWords(file, zone) }));

/** When, what, by whom. */
export const commentRows = (comments: readonly CommentFacts[], zone: string): Row[] =>
  comments.map((comment) => ({ cells: [momentWords(comment.at, zone), `${comment.text}${comment.editedAt === null ? '' : ` (changed ${momentWords(comment.editedAt, zone)})`}`, comment.author], struck: struckWords(comment, zone) }));

/** Duty, due, decision with its note. */
export const clockRows = (clocks: ReportFacts['incident']['clocks'], zone: string): Row[] =>
  clocks.map((clock) => ({ cells: [clock.title, clock.dueAt === null ? clock.allowance : momentWords(clock.dueAt, zone), [words.decisions[clock.decision ?? 'open'], clock.note ?? ''].filter((part) => part !== '').join(': ')], struck: '' }));
