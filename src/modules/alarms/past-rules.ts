import { type Finding } from '#engines/alarm-analysis/past.ts';
import { LocalTime, readTime, type TimeForm } from '#engines/alarm-analysis/local-time.ts';

/** How a file of alarms is read, as its sender confirmed it. Words are in lower case. */
export type Reading = {
  timeZone: string;
  timeForm: TimeForm;
  /** The file's words for a type to a type of the taxonomy; a word that is not there has none. */
  types: Readonly<Record<string, string>>;
  /** The file's words for what an alarm was; a word that is not there says nothing. */
  findings: Readonly<Record<string, Finding>>;
};

/** The cells that an alarm of the past is read from. */
export type PastCells = { external_id?: string; raised_on?: string; raised_at?: string; closed_at?: string; device?: string; site?: string; type?: string; finding?: string };
/** An alarm of the past as its file says it. Times in ms since 1970. */
export type PastRow = { at: number; closedAt: number | null; device: string; site: string | null; said: string; type: string | null; finding: Finding };
type Fault = { column: keyof PastCells; detail: string };

const MOST = 200;
/** Words are compared without regard to case and to how many blanks stand between. */
export const wordOf = (cell: string): string => cell.trim().replaceAll(/\s+/g, ' ').toLowerCase().slice(0, MOST);
const textOf = (cell: string | undefined): string => (cell ?? '').replaceAll('\u0000', '').trim();

/** What a row becomes, or what is wrong with it. */
export function readPast(cells: PastCells, { timeForm, types, findings }: Reading, local: LocalTime, now: number): { ok: true; row: PastRow } | { ok: false; faults: Fault[] } {
  const faults: Fault[] = [];
  const read = (cell: string): number | null => readTime(cell, timeForm, local);
  const raised = [textOf(cells.raised_on), textOf(cells.raised_at)].filter((part) => part !== '').join(' ');
  const at = read(raised);
  if (raised === '') faults.push({ column: 'raised_at', detail: 'This must be there' });
  else if (at === null) faults.push({ column: 'raised_at', detail: 'This is no time as the file is said to write them, or clocks leapt over it' });
  else if (at > now) faults.push({ column: 'raised_at', detail: 'This lies ahead' });
  const [device, said] = [textOf(cells.device), textOf(cells.type)];
  for (const [column, text] of [['device', device], ['type', said]] as const) {
    if (text === '') faults.push({ column, detail: 'This must be there' });
    else if (text.length > MOST) faults.push({ column, detail: `At most ${MOST} characters` });
  }
  if (faults.length > 0 || at === null) return { ok: false, faults };
  const closed = textOf(cells.closed_at) === '' ? null : read(textOf(cells.closed_at));
  const finding = findings[wordOf(textOf(cells.finding))] ?? 'unknown';
  return { ok: true, row: { at, closedAt: closed !== null && closed >= at ? closed : null, device, site: textOf(cells.site).slice(0, MOST) || null, said, type: types[wordOf(said)] || null, finding } };
}

const FALSE_WORDS = /\b(false|nuisance|error|user|test|drill|fault|equipment|technical|no finding|nothing|cancel\w*|weather|animal|wind|spider|authori[sz]ed|fehl\w*|falsch\w*|täuschung\w*|bedien\w*|technisch\w*|störung|probe\w*)\b/;
const TRUE_WORDS = /\b(true|genuine|real|confirmed|verified|actual|intrusion|breach|police|echt\w*|bestätigt|real\w*)\b/;

/** What a word of the file most likely says, to be confirmed. `columnIsFalse`: its column is named after false alarms, so that yes means false. */
export function suggestFinding(word: string, columnIsFalse: boolean): Finding {
  const plain = wordOf(word);
  if (/^(yes|y|ja|j|1|x)$/.test(plain)) return columnIsFalse ? 'false' : 'true';
  if (/^(no|n|nein|0)$/.test(plain)) return columnIsFalse ? 'true' : 'false';
  if (columnIsFalse && plain === 'true') return 'false';
  if (columnIsFalse && plain === 'false') return 'true';
  if (/\b(unknown|unbekannt|open|pending)\b/.test(plain) || plain === '') return 'unknown';
  return FALSE_WORDS.test(plain) ? 'false' : TRUE_WORDS.test(plain) ? 'true' : 'unknown';
}

/** What one false alarm costs, as the organisation says. Money in minor units of the currency. */
export type Cost = {
  currency: string;
  /** Minutes of an operator that one takes. */
  minutes: number;
  /** What an hour of an operator costs. */
  hourMinor: number;
  /** What it costs to send somebody. */
  dispatchMinor: number;
  /** To how many of a hundred somebody is sent. */
  dispatchPercent: number;
  /** Nobody measured it. */
  isAssumption: boolean;
  /** Where the figures come from. */
  basis: string;
};

/** What one false alarm costs on average, in whole minor units. */
export const eachMinorOf = ({ minutes, hourMinor, dispatchMinor, dispatchPercent }: Pick<Cost, 'minutes' | 'hourMinor' | 'dispatchMinor' | 'dispatchPercent'>): number =>
  Math.round((minutes * hourMinor) / 60 + (dispatchPercent * dispatchMinor) / 100);
