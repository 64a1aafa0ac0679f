import { cut } from './text.ts';

/** An event that a product wrote into a message in ArcSight's Common Event Format or QRadar's Log Event Extended Format. */
export type Inside = {
  kind: 'cef' | 'leef';
  vendor: string;
  product: string;
  version: string;
  /** CEF's signature id, LEEF's event id. */
  id: string;
  /** CEF's name of the event; LEEF has none, and its `cat` stands here. */
  name: string;
  /** 0 to 10 where it is a number; CEF's words are put at the top of their range. Null where neither. */
  severity: number | null;
  /** The extension by key, as written. */
  fields: Record<string, string>;
  /** What the sender labelled (`cs1Label=badge cs1=4523`), by its label. */
  labelled: Record<string, string>;
};

const MOST_FIELDS = 512;
const START = /(?:^|[\s:])(?:CEF:\d{1,3}\||LEEF:[12]\.0\|)/;
const CEF_HEADER = /^CEF:\d{1,3}\|((?:[^|\\]|\\[^])*)\|((?:[^|\\]|\\[^])*)\|((?:[^|\\]|\\[^])*)\|((?:[^|\\]|\\[^])*)\|((?:[^|\\]|\\[^])*)\|((?:[^|\\]|\\[^])*)(?:\||$)/;
const CEF_KEY = /(?:^|\s)([A-Za-z0-9_.[\]-]{1,100})=/g;
const DELIMITER = /^(?:|[^=]|0?x[0-9a-f]{1,4})$/i;
/** Words for ranges of severity: Low 0-3, Medium 4-6, High 7-8, Very-High 9-10. */
const WORDS: Readonly<Record<string, number>> = { low: 3, medium: 6, high: 8, 'very-high': 10 };

/** Finds a CEF or LEEF event in the text of a message; null where there is none, or where its header is not whole. */
export function readInside(message: string): Inside | null {
  const found = START.exec(message);
  if (!found) return null;
  const text = message.slice(found.index).replace(/^[\s:]/, '');
  return text.startsWith('CEF') ? readCef(text) : readLeef(text);
}

function readCef(text: string): Inside | null {
  const header = CEF_HEADER.exec(text);
  if (!header) return null;
  const [vendor = '', product = '', version = '', id = '', name = '', severity = ''] = header.slice(1).map((part) => part.replace(/\\([\\|])/g, '$1'));
  const fields = cefFields(text.slice(header[0].length));
  return { kind: 'cef', vendor, product, version, id, name, severity: severityOf(severity), fields, labelled: labelledOf(fields) };
}

/** A value ends where the next key begins: it may hold spaces, and an equals sign only behind a backslash. */
function cefFields(text: string): Record<string, string> {
  const keys = [...text.matchAll(CEF_KEY)].slice(0, MOST_FIELDS + 1);
  return Object.fromEntries(keys.slice(0, MOST_FIELDS).map((key, i) => [key[1] ?? '', unescaped(text.slice(key.index + key[0].length, keys[i + 1]?.index).trim())]));
}

const unescaped = (value: string): string => value.replace(/\\([\\=|nr])/g, (_, char: string) => (char === 'n' ? '\n' : char === 'r' ? '\r' : char));

function readLeef(text: string): Inside | null {
  const parts = text.split('|');
  const [, vendor, product, version, id] = parts;
  if (vendor === undefined || product === undefined || version === undefined || id === undefined) return null;
  const hasDelimiter = text.startsWith('LEEF:2') && parts.length > 6 && DELIMITER.test(parts[5] ?? '');
  const body = parts.slice(hasDelimiter ? 6 : 5).join('|');
  const pairs = body.split(hasDelimiter ? delimiterOf(parts[5] ?? '') : '\t', MOST_FIELDS).filter((pair) => pair.includes('='));
  const fields = Object.fromEntries(pairs.map((pair) => cut(pair, '=')).map(([key, value]) => [key.trim(), value.trim()]));
  return { kind: 'leef', vendor, product, version, id, name: fields['cat'] ?? '', severity: severityOf(fields['sev'] ?? ''), fields, labelled: {} };
}

/** LEEF 2.0 names its delimiter: one character, or its code as `x5E` or `0x5E`; a tab where it names none. */
function delimiterOf(field: string): string {
  const code = /^0?x([0-9a-f]{1,4})$/i.exec(field)?.[1];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return field === '' ? '\t' : field.slice(0, 1);
}

function severityOf(text: string): number | null {
  const word = WORDS[text.trim().toLowerCase()];
  if (word !== undefined) return word;
  return /^(?:\d|10)$/.test(text.trim()) ? Number(text) : null;
}

const labelledOf = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([key, label]): [string, string][] => {
    const value = key.endsWith('Label') ? fields[key.slice(0, -'Label'.length)] : undefined;
    return value === undefined ? [] : [[label, value]];
  }));
