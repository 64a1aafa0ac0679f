import { spokenLanguage } from '#platform/web/messages.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB'];

/** A number of bytes in words, by powers of 1024: `3.2 MiB`. */
export function bytesWords(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  return `${value.toLocaleString(spokenLanguage(), { maximumFractionDigits: step === 0 || value >= 100 ? 0 : 1 })} ${UNITS[step]}`;
}
