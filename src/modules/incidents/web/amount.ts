/** Digits after the point of a currency (ISO 4217): 2 for EUR, 0 for JPY. */
export function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Reads an amount as people type it (`6,140.50`, `6140,5`, `1 200`) into minor units; null where it is none, or has more digits than the currency. */
export function readAmount(typed: string, currency: string): number | null {
  const text = typed.trim().replaceAll(/[\s'’\u00a0\u202f]/g, '');
  const found = /^(\d{1,3}(?:([.,])\d{3})*|\d+)(?:([.,])(\d+))?$/.exec(text);
  if (!found) return null;
  const [, whole = '', grouping, point, fraction = ''] = found;
  if (grouping !== undefined && grouping === point) return null;
  const digits = digitsOf(currency);
  if (grouping !== undefined && point === undefined && digits > 0 && whole.split(grouping).length === 2) return readGrouped(whole, digits);
  if (fraction.length > digits) return null;
  return safe(Number(whole.replaceAll(/[.,]/g, '') + fraction.padEnd(digits, '0')));
}

/** One mark before three digits groups thousands: no currency that has two digits writes three after its point. */
const readGrouped = (whole: string, digits: number): number | null => (digits === 3 ? null : safe(Number(whole.replaceAll(/[.,]/g, '') + '0'.repeat(digits))));

const safe = (minor: number): number | null => (Number.isSafeInteger(minor) ? minor : null);

/** An amount as it stands in a field. */
export function writeAmount(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return digits === 0 ? String(minor) : (minor / 10 ** digits).toFixed(digits);
}
