/** A moment in words: the site's clock first, UTC second with its day where that is another, null where the two say the same. */
export type Moment = { day: string; time: string; zone: string; utc: string | null };

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, timeZone: string, name: 'short' | 'longOffset'): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${name}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: name });
  formats.set(key, made);
  return made;
}

const partsOf = (at: Date, format: Intl.DateTimeFormat): Record<string, string> => Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));

/** The zone's letters where its people use some (CET, EST, IST), else its offset: `UTC+05:45`. English locales each know their own letters. */
function zoneOf(at: Date, timeZone: string): string {
  if (timeZone === 'UTC') return 'UTC';
  for (const locale of ['en-GB', 'en-US', 'en-AU', 'en-NZ', 'en-ZA', 'en-IN']) {
    const name = partsOf(at, formatOf(locale, timeZone, 'short'))['timeZoneName'] ?? '';
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  const offset = partsOf(at, formatOf('en-GB', timeZone, 'longOffset'))['timeZoneName'] ?? '';
  return offset.replace('GMT', 'UTC');
}

const read = (at: Date, timeZone: string): { day: string; time: string } => {
  const { day, month, year, hour, minute, second } = partsOf(at, formatOf('en-US', timeZone, 'short'));
  return { day: `${day} ${month} ${year}`, time: `${hour}:${minute}:${second}` };
};

/** Says a moment (ISO 8601) for a site's IANA zone, to the second. */
export function momentOf(iso: string, timeZone: string): Moment {
  const at = new Date(iso);
  const here = read(at, timeZone);
  const utc = read(at, 'UTC');
  const isSame = here.day === utc.day && here.time === utc.time;
  return { ...here, zone: zoneOf(at, timeZone), utc: isSame ? null : `${here.day === utc.day ? '' : `${utc.day.replace(/ \d+$/, '')} `}${utc.time}` };
}

/** `20 Nov 2026 02:12:09 GMT`. */
export const momentWords = (iso: string, timeZone: string): string => {
  const { day, time, zone } = momentOf(iso, timeZone);
  return `${day} ${time} ${zone}`;
};

/** `momentWords`, with UTC behind it where that differs. */
export const bothClocks = (iso: string, timeZone: string): string => {
  const { utc } = momentOf(iso, timeZone);
  return `${momentWords(iso, timeZone)}${utc === null ? '' : ` (${utc} UTC)`}`;
};

const UNITS = [[86_400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']] as const;

/** A length of time by its two greatest units: `2 s`, `3 min 56 s`, `5 h 3 min`, `2 d`. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const first = UNITS.findIndex(([size]) => seconds >= size);
  if (first < 0) return '0 s';
  const said = UNITS.slice(first, first + 2).map(([size, unit], at) => ({ unit, value: Math.floor(at === 0 ? seconds / size : (seconds % (UNITS[first]?.[0] ?? 1)) / size) }));
  return said.filter(({ value }) => value > 0).map(({ value, unit }) => `${value} ${unit}`).join(' ');
}
