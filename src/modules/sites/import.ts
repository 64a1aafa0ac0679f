import type { Given } from '#platform/imports/port.ts';
import { isTimeZone, SITE_CODE, SITE_KINDS, type SiteKind } from './rules.ts';

/** The columns of a file of sites, in the order in which they are exported. */
export const SITE_COLUMNS = ['code', 'name', 'kind', 'parent', 'time_zone', 'country', 'city', 'address', 'latitude', 'longitude', 'state'] as const;
export type SiteColumn = (typeof SITE_COLUMNS)[number];

export type Fault = { field: string; detail: string };

/** One row as a site; an empty cell says nothing, and is undefined. */
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

const LONGEST = { name: 120, city: 200, address: 200 } as const;

/** A row as a site: what it says, and what is wrong with it. */
export function siteLineOf({ cells, line }: Given): SiteLine {
  const faults: Fault[] = [];
  const cell = (column: SiteColumn): string | undefined => cells[column];
  const refuse = (field: SiteColumn, detail: string): undefined => void faults.push({ field, detail });
  const words = (column: 'city' | 'address' | 'name'): string | undefined => {
    const value = cell(column);
    return value !== undefined && value.length > LONGEST[column] ? refuse(column, `At most ${LONGEST[column]} characters`) : value;
  };
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

/** Marks each code that stood in an earlier line already. */
export function markTwice(lines: readonly SiteLine[]): void {
  const first = new Map<string, number>();
  for (const line of lines) {
    const before = first.get(line.code);
    if (before === undefined) first.set(line.code, line.line);
    else line.faults.push({ field: 'code', detail: `This code stands in line ${before} already` });
  }
}
