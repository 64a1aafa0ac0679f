import type { Fault, SiteLine } from './import.ts';

/** What is there already of a code, as far as the importer sees it. */
export type Existing = {
  id: string; parentId: string | null; parentCode: string | null; name: string; kind: SiteLine['kind']; timeZone: string; country: string | null;
  city: string; address: string; latitude: number | null; longitude: number | null; state: 'active' | 'closed';
  /** False where the importer sees it and may not change it. */
  isMine: boolean;
};

/** What exists: the sites that the importer sees, codes that are taken by any, and whether sites may be added at the top. */
export type Known = { sites: ReadonlyMap<string, Existing>; taken: ReadonlySet<string>; mayAddAtTop: boolean };

/** How deep the tree may be. */
export const MOST_LEVELS = 16;

export type Values = { name: string; kind: NonNullable<SiteLine['kind']>; timeZone: string; country: string | null; city: string; address: string; latitude: number | null; longitude: number | null };

/** One line with what it would do. `depth` is its place in the order of making: what stands above comes first. */
export type Planned = { line: SiteLine; does: 'add' | 'change' | 'nothing' | 'refused'; depth: number; values: Values | null; faults: Fault[] };

/** Decides for every line what it would do, from the file and from what exists. Pure: nothing is read or changed. */
export function planSites(lines: readonly SiteLine[], { sites: existing, taken, mayAddAtTop }: Known): Planned[] {
  const inFile = new Map(lines.map((line) => [line.code, line]));
  const parentOf = (code: string): string | null => inFile.get(code)?.parentCode ?? existing.get(code)?.parentCode ?? null;
  const planned = new Map<string, Planned>();
  const plan = (line: SiteLine): Planned => {
    const known = planned.get(line.code);
    if (known && known.line === line) return known;
    const faults = [...line.faults];
    const made: Planned = { line, does: 'refused', depth: 0, values: null, faults };
    if (!known) planned.set(line.code, made);
    const placeFault = faultOfPlace(line.code, parentOf);
    if (placeFault) faults.push({ field: 'parent', detail: placeFault });
    const before = existing.get(line.code);
    if (!before && line.parentCode === undefined && !mayAddAtTop) faults.push({ field: 'parent', detail: 'Name a site of yours that it stands below' });
    if (before ? !before.isMine : taken.has(line.code)) faults.push({ field: 'code', detail: 'This code is taken by a site that is not for you to change' });
    const parent = faults.length === 0 && line.parentCode !== undefined ? parentPlan(line.parentCode, inFile, existing, plan) : null;
    if (parent?.fault) faults.push(parent.fault);
    made.depth = parent?.depth ?? 0;
    checkState(line, before, faults);
    made.values = valuesOf(line, before, parent?.values ?? null);
    if (faults.length === 0 && made.values.timeZone === '') faults.push({ field: 'time_zone', detail: 'Name a zone of the IANA database, such as Europe/Berlin' });
    if (faults.length === 0) made.does = before ? (isSame(before, made.values, line) ? 'nothing' : 'change') : 'add';
    return made;
  };
  return lines.map(plan);
}

function faultOfPlace(code: string, parentOf: (code: string) => string | null): string | null {
  let levels = 1;
  for (let at: string | null = parentOf(code); at !== null; at = parentOf(at)) {
    if (at === code) return 'A site cannot stand below itself';
    if (++levels > MOST_LEVELS) return `It stands more than ${MOST_LEVELS} levels deep, or below one that stands below itself`;
  }
  return null;
}

type Parent = { depth: number; values: Pick<Values, 'timeZone' | 'country'> | null; fault: Fault | null };

function parentPlan(code: string, inFile: ReadonlyMap<string, SiteLine>, existing: ReadonlyMap<string, Existing>, plan: (line: SiteLine) => Planned): Parent {
  const line = inFile.get(code);
  const before = existing.get(code);
  if (!line && !before) return { depth: 0, values: null, fault: { field: 'parent', detail: `There is no site ${code} in this file or among yours` } };
  if (before && !before.isMine) return { depth: 0, values: null, fault: { field: 'parent', detail: `The site ${code} is not for you to change` } };
  if (before?.state === 'closed') return { depth: 0, values: null, fault: { field: 'parent', detail: `The site ${code} is closed` } };
  if (!line) return { depth: 0, values: before ?? null, fault: null };
  const above = plan(line);
  const fault = above.faults.length > 0 ? { field: 'parent', detail: `Line ${line.line}, which it stands below, is refused` } : null;
  return { depth: above.depth + 1, values: above.values, fault };
}

function checkState(line: SiteLine, before: Existing | undefined, faults: Fault[]): void {
  if (line.state !== undefined && line.state !== (before?.state ?? 'active')) faults.push({ field: 'state', detail: 'A file neither closes nor opens a site. Do it on its page, with the reason' });
}

/** What the file does not say stays as it is, or is that of the site above. */
function valuesOf(line: SiteLine, before: Existing | undefined, above: Pick<Values, 'timeZone' | 'country'> | null): Values {
  return {
    name: line.name,
    kind: line.kind ?? before?.kind ?? 'site',
    timeZone: line.timeZone ?? before?.timeZone ?? above?.timeZone ?? '',
    country: line.country ?? before?.country ?? above?.country ?? null,
    city: line.city ?? before?.city ?? '',
    address: line.address ?? before?.address ?? '',
    latitude: line.latitude ?? before?.latitude ?? null,
    longitude: line.longitude ?? before?.longitude ?? null,
  };
}

const FIELDS = ['name', 'kind', 'timeZone', 'country', 'city', 'address', 'latitude', 'longitude'] as const;

const isSame = (before: Existing, values: Values, line: SiteLine): boolean =>
  FIELDS.every((field) => before[field] === values[field]) && (line.parentCode === undefined || line.parentCode === before.parentCode);
