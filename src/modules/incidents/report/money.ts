const formats = new Map<string, { digits: number; format: Intl.NumberFormat }>();

/** Whole minor units as `6,140.00`, exact at any size; as many decimals as the currency has. */
export function amountWords(minor: number, currency: string): string {
  const known = formats.get(currency) ?? make(currency);
  formats.set(currency, known);
  const padded = String(Math.abs(minor)).padStart(known.digits + 1, '0');
  const decimal = known.digits === 0 ? padded : `${padded.slice(0, -known.digits)}.${padded.slice(-known.digits)}`;
  return known.format.format(`${minor < 0 ? '-' : ''}${decimal}` as `${number}`);
}

function make(currency: string): { digits: number; format: Intl.NumberFormat } {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return { digits, format: new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }) };
}

/** `EUR 6,140.00`. */
export const moneyWords = (minor: number, currency: string): string => `${currency} ${amountWords(minor, currency)}`;
