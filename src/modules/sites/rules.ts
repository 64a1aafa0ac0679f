/** What a place can be, from the widest to the narrowest. */
export const SITE_KINDS = ['region', 'country', 'site', 'building', 'floor', 'zone', 'room'] as const;
export type SiteKind = (typeof SITE_KINDS)[number];

/** A code as it is written on drawings and in panels: capitals, digits, and . _ - within. */
export const SITE_CODE = /^[A-Z0-9][A-Z0-9._-]{0,31}$/;

const ZONE_NAME = /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/;
const known = new Map<string, boolean>();

/** Is this the name of a zone in the IANA time zone database, as this machine knows it? Offsets such as `+01:00` are none. */
export function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  const before = known.get(name);
  if (before !== undefined) return before;
  let isKnown = true;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    isKnown = false;
  }
  if (known.size < 2000) known.set(name, isKnown);
  return isKnown;
}
