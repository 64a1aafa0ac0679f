import { CsvError, parse } from 'csv-parse/sync';
import { isTimeZone, SITE_CODE, SITE_KINDS, type SiteKind } from './rules.ts';

/** The columns of a file of sites, in the order in which they are exported; `code` and `name` must be there. */
export const SITE_COLUMNS = ['code', 'name', 'kind', 'parent', 'time_zone', 'country', 'city', 'address', 'latitude', 'longitude', 'state'] as const;
export type SiteColumn = (typeof SITE_COLUMNS)[number];

export const MOST_LINES = 5000;

export type Fault = { field: string; detail: string };

/** One line as it was read; an empty cell says nothing, and is undefined. */
export type SiteLine = {
  /** Line of the file, the heading being 1. */
  line: number;
  code: string;
  name: string;
  kind: SiteKind | undefined;
  parentCode: string | undefined;
  timeZone: string | undefined;
  country: string | undefined;
  city: string | undefined;
  address: string | undefined;
  latitude: number | undefined;
  longitude: number | undefined;
  state: 'active' | 'closed' | undefined;
  faults: Fault[];
};

/** The lines of a file, or what is wrong with it as a whole. */
export type SiteFile = { ok: true; lines: SiteLine[] } | { ok: false; reason: string };

/** Reads a file of sites: comma, semicolon or tab, as its heading has it; quotes as RFC 4180. Faults of a line stand on the line. */
export function readSiteFile(csv: string): SiteFile {
  const heading = csv.slice(0, csv.search(/[\r\n]|$/));
  const delimiter = [',', ';', '\t'].reduce((best, one) => (heading.split(one).length > heading.split(best).length ? one : best));
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(csv, { bom: true, delimiter, info: true, skip_empty_lines: true, relax_column_count: true, to: MOST_LINES + 2, max_record_size: 20_000 }) as unknown as typeof records;
  } catch (error) {
    return { ok: false, reason: error instanceof CsvError ? `The file cannot be read as CSV near line ${String(error['lines'] ?? '?')}. Check its quotation marks.` : 'The file cannot be read as CSV.' };
  }
  const [first, ...rest] = records;
  if (!first) return { ok: false, reason: 'The file is empty.' };
  const columns = first.record.map((name) => name.trim().toLowerCase().replaceAll(/[\s-]+/g, '_'));
  const unknown = columns.filter((name) => !SITE_COLUMNS.some((column) => column === name));
  if (unknown.length > 0) return { ok: false, reason: `These columns are not known: ${unknown.slice(0, 5).join(', ')}. Use ${SITE_COLUMNS.join(', ')}.` };
  if (new Set(columns).size < columns.length) return { ok: false, reason: 'A column stands there twice.' };
  if (!columns.includes('code') || !columns.includes('name')) return { ok: false, reason: 'The first line must name the columns, code and name among them.' };
  if (rest.length === 0) return { ok: false, reason: 'There is no line below the heading.' };
  if (rest.length > MOST_LINES) return { ok: false, reason: `There are more than ${MOST_LINES} lines. Split the file, what stands above first.` };
  const lines = rest.map(({ record, info }) => readLine(columns as SiteColumn[], record, info.lines));
  markTwice(lines);
  return { ok: true, lines };
}

const LONGEST = { name: 120, city: 200, address: 200 } as const;

function readLine(columns: readonly SiteColumn[], cells: readonly string[], line: number): SiteLine {
  const faults: Fault[] = [];
  const cell = (column: SiteColumn): string | undefined => {
    const at = columns.indexOf(column);
    return at < 0 ? undefined : (cells[at] ?? '').trim().replace(/^'(?=[=+\-@])/, '') || undefined;
  };
  const refuse = (field: SiteColumn, detail: string): undefined => void faults.push({ field, detail });
  const words = (column: 'city' | 'address' | 'name'): string | undefined => {
    const value = cell(column);
    return value !== undefined && value.length > LONGEST[column] ? refuse(column, `At most ${LONGEST[column]} characters`) : value;
  };
  if (cells.length !== columns.length) faults.push({ field: 'code', detail: `This line has ${cells.length} cells, the heading ${columns.length}` });
  const code = cell('code') ?? '';
  if (!SITE_CODE.test(code)) refuse('code', 'Capitals, digits, and . _ - within; at most 32');
  const name = words('name') ?? '';
  if (name === '') refuse('name', 'Give it a name');
  const parentCode = cell('parent');
  const position = positionOf(cell('latitude'), cell('longitude'), refuse);
  return {
    line, code, name, parentCode, faults, ...position,
    kind: oneOf(SITE_KINDS, cell('kind'), () => refuse('kind', `One of ${SITE_KINDS.join(', ')}`)),
    timeZone: zoneOf(cell('time_zone'), refuse),
    country: countryOf(cell('country'), refuse),
    city: words('city'),
    address: words('address'),
    state: oneOf(['active', 'closed'] as const, cell('state'), () => refuse('state', 'active or closed')),
  };
}

type Refuse = (field: SiteColumn, detail: string) => undefined;

function oneOf<const T extends string>(choices: readonly T[], value: string | undefined, refuse: () => undefined): T | undefined {
  if (value === undefined) return undefined;
  return choices.find((choice) => choice === value.toLowerCase()) ?? refuse();
}

const zoneOf = (value: string | undefined, refuse: Refuse): string | undefined =>
  value === undefined || isTimeZone(value) ? value : refuse('time_zone', 'Name a zone of the IANA database, such as Europe/Berlin');

const countryOf = (value: string | undefined, refuse: Refuse): string | undefined =>
  value === undefined || /^[A-Z]{2}$/.test(value) ? value : refuse('country', 'Two capitals of ISO 3166-1, such as NL');

function positionOf(latitude: string | undefined, longitude: string | undefined, refuse: Refuse): Pick<SiteLine, 'latitude' | 'longitude'> {
  const degrees = (field: 'latitude' | 'longitude', value: string | undefined, most: number): number | undefined => {
    if (value === undefined) return undefined;
    const number = /^[+-]?\d{1,3}(\.\d{1,15})?$/.test(value) ? Number(value) : Number.NaN;
    return Math.abs(number) <= most ? number : refuse(field, `Degrees from -${most} to ${most}, with a point`);
  };
  if ((latitude === undefined) !== (longitude === undefined)) refuse(latitude ? 'longitude' : 'latitude', 'Latitude and longitude stand together or not at all');
  return { latitude: degrees('latitude', latitude, 90), longitude: degrees('longitude', longitude, 180) };
}

function markTwice(lines: readonly SiteLine[]): void {
  const first = new Map<string, number>();
  for (const line of lines) {
    const before = first.get(line.code);
    if (before === undefined) first.set(line.code, line.line);
    else line.faults.push({ field: 'code', detail: `This code stands in line ${before} already` });
  }
}

const quote = (cell: string): string => (/[",;\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const IS_NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** A cell as CSV; what a spreadsheet would take for a formula is made text by an apostrophe, which reading takes away again. */
export const csvCell = (value: string | number | null): string => {
  const text = value === null ? '' : String(value);
  return quote(/^[=+\-@\t\r]/.test(text) && !IS_NUMBER.test(text) ? `'${text}` : text);
};
