/**
 * What stands before the data of a body: `"token"sequence[Rreceiver][Lline][#account]` (DC-09 §5.5).
 * `echo` is all of it after the token, which an answer repeats byte for byte; `dataAt` is where the first `[` is, or the end.
 */
export type Header = {
  ok: true;
  token: string;
  isEncrypted: boolean;
  sequence: number;
  receiver: string | null;
  line: string | null;
  account: string | null;
  echo: string;
  dataAt: number;
};

/** A header that cannot be read. `sequence` holds its four digits where at least they can, so that it can be answered. */
export type HeaderFault = { ok: false; reason: 'token' | 'sequence' | 'address'; sequence: string | null };

const LONGEST_TOKEN = 16;
const LONGEST_PREFIX = 6;
const LONGEST_ACCOUNT = 16;
const BRACKET = 91;

/** Reads the header of a body. The line may be missing and the account may be any 1 to 16 letters and digits, since real senders do both. */
export function readHeader(body: string): Header | HeaderFault {
  const quote = body.indexOf('"', 1);
  if (quote < 2 || quote > LONGEST_TOKEN) return { ok: false, reason: 'token', sequence: null };
  const echoAt = quote + 1;
  const sequence = readDigits(body, echoAt, 4);
  if (sequence < 0) return { ok: false, reason: 'sequence', sequence: null };
  let at = echoAt + 4;
  const receiverEnd = endOfPart(body, at, 82, LONGEST_PREFIX, isHex);
  const receiver = receiverEnd > at ? body.slice(at + 1, receiverEnd) : null;
  at = receiverEnd;
  const lineEnd = endOfPart(body, at, 76, LONGEST_PREFIX, isHex);
  const line = lineEnd > at ? body.slice(at + 1, lineEnd) : null;
  at = lineEnd;
  const accountEnd = endOfPart(body, at, 35, LONGEST_ACCOUNT, isAlphanumeric);
  const account = accountEnd > at ? body.slice(at + 1, accountEnd) : null;
  at = accountEnd;
  if (at < body.length && body.charCodeAt(at) !== BRACKET) return { ok: false, reason: 'address', sequence: body.slice(echoAt, echoAt + 4) };
  const isEncrypted = body.charCodeAt(1) === 42;
  return { ok: true, token: body.slice(isEncrypted ? 2 : 1, quote), isEncrypted, sequence, receiver, line, account, echo: body.slice(echoAt, at), dataAt: at };
}

/** The account of a message without one in its header: that of its data block, `[#1234|…`, or null. */
export function accountInData(body: string, dataAt: number): string | null {
  if (body.charCodeAt(dataAt) !== BRACKET) return null;
  const end = endOfPart(body, dataAt + 1, 35, LONGEST_ACCOUNT, isAlphanumeric);
  return end > dataAt + 1 ? body.slice(dataAt + 2, end) : null;
}

/** The time that a body ends with, `_HH:MM:SS,MM-DD-YYYY` in GMT (DC-09 §5.5), in ms since 1970; null where there is none or no such moment. */
export function readSentAt(body: string): number | null {
  const at = body.length - 20;
  return at > 0 && body.charCodeAt(at) === 95 ? readMoment(body, at + 1) : null;
}

/** `HH:MM:SS,MM-DD-YYYY` at `at` as ms since 1970, or null where it is not a moment. */
export function readMoment(text: string, at: number): number | null {
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58 || text.charCodeAt(at + 8) !== 44) return null;
  if (text.charCodeAt(at + 11) !== 45 || text.charCodeAt(at + 14) !== 45) return null;
  const hour = readDigits(text, at, 2);
  const minute = readDigits(text, at + 3, 2);
  const second = readDigits(text, at + 6, 2);
  const month = readDigits(text, at + 9, 2);
  const day = readDigits(text, at + 12, 2);
  const year = readDigits(text, at + 15, 4);
  if ((hour | minute | second | month | day | year) < 0 || hour > 23 || minute > 59 || second > 59) return null;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || year < 1970) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** `HH:MM:SS,MM-DD-YYYY` of a moment in ms since 1970, in GMT. */
export function writeMoment(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(11, 19)},${iso.slice(5, 7)}-${iso.slice(8, 10)}-${iso.slice(0, 4)}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Where a part that begins with `mark` ends; `at` itself where there is none of 1 to `longest` characters. */
function endOfPart(text: string, at: number, mark: number, longest: number, belongs: (code: number) => boolean): number {
  if (text.charCodeAt(at) !== mark) return at;
  const stop = Math.min(text.length, at + 1 + longest);
  let end = at + 1;
  while (end < stop && belongs(text.charCodeAt(end))) end++;
  return end > at + 1 ? end : at;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isHex = (code: number): boolean => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
const isAlphanumeric = (code: number): boolean => isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** The number in `count` digits, or -1. */
function readDigits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}
