import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answersIn } from './answers.ts';
import { dumpOf } from './bytes.ts';
import { incidentReport } from './data.ts';
import { logDays } from './lines.ts';
import { amountWords, moneyWords } from './money.ts';
import { aSignal, LOG, someFacts } from './testing.ts';
import { bothClocks, momentOf, spanWords } from './times.ts';

describe('times in a report', () => {
  test.each([
    ['2026-11-20T02:12:09.204Z', 'Europe/London', '20 Nov 2026 02:12:09 GMT'],
    ['2026-07-01T12:00:00Z', 'Europe/London', '1 Jul 2026 13:00:00 BST (12:00:00 UTC)'],
    ['2026-11-20T01:12:09Z', 'Europe/Amsterdam', '20 Nov 2026 02:12:09 CET (01:12:09 UTC)'],
    ['2026-11-20T23:30:00Z', 'Asia/Kathmandu', '21 Nov 2026 05:15:00 UTC+05:45 (20 Nov 23:30:00 UTC)'],
    ['2026-11-20T03:30:00Z', 'America/New_York', '19 Nov 2026 22:30:00 EST (20 Nov 03:30:00 UTC)'],
    ['2026-11-20T00:00:00Z', 'Asia/Kolkata', '20 Nov 2026 05:30:00 IST (00:00:00 UTC)'],
    ['2026-12-31T23:59:59Z', 'UTC', '31 Dec 2026 23:59:59 UTC'],
  ])('%s at %s is %s', (iso, zone, words) => {
    expect(bothClocks(iso, zone)).toBe(words);
  });

  test('tell the two hours of an autumn night apart by the zone’s letters', () => {
    expect([momentOf('2026-10-25T00:30:00Z', 'Europe/Amsterdam'), momentOf('2026-10-25T01:30:00Z', 'Europe/Amsterdam')].map(({ time, zone }) => `${time} ${zone}`)).toEqual(['02:30:00 CEST', '02:30:00 CET']);
  });

  test.each([[0, '0 s'], [2204, '2 s'], [236_000, '3 min 56 s'], [18_201_000, '5 h 3 min'], [172_800_000, '2 d'], [-5, '0 s']])('%i ms lasts %s', (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });
});

describe('money in a report', () => {
  test.each([[614_050, 'EUR', 'EUR 6,140.50'], [48_000, 'JPY', 'JPY 48,000'], [1, 'EUR', 'EUR 0.01'], [1_234_567, 'KWD', 'KWD 1,234.567'], [-250, 'EUR', 'EUR -2.50'], [9_000_000_000_000_001, 'EUR', 'EUR 90,000,000,000,000.01']])('%i in %s is %s', (minor, currency, words) => {
    expect(moneyWords(minor, currency)).toBe(words);
  });

  test('keeps every digit at any size', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, currency) => {
      expect(BigInt(amountWords(minor, currency).replaceAll(/[,.]/g, ''))).toBe(BigInt(minor));
    }));
  });
});

describe('bytes in a report', () => {
  test('are all there, in order, in hexadecimal and as text', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const lines = dumpOf(Buffer.from(bytes).toString('hex'));
      expect(Buffer.from(lines.map(({ hex }) => hex).join('').replaceAll(' ', ''), 'hex')).toEqual(Buffer.from(bytes));
      expect(lines.map(({ ascii }) => ascii).join('')).toBe([...bytes].map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join(''));
      expect(lines.every(({ at }, line) => Number.parseInt(at, 16) === line * 12)).toBe(true);
    }));
  });
});

describe('the command log', () => {
  test('is kept by days of the site’s calendar, struck and late entries saying so', () => {
    const days = logDays(LOG, 'Europe/Amsterdam');
    expect(days.map(({ day, zone, entries }) => [day, zone, entries.length])).toEqual([['20 Nov 2026', 'CET', 6], ['21 Nov 2026', 'CET', 1]]);
    expect(days[0]?.entries[2]).toMatchObject({ time: '02:17:16', utc: '01:17:16', late: 'Written down 02:29:40, 12 min 24 s later', struck: '' });
    expect(days[0]?.entries[3]?.struck).toBe('Struck 20 Nov 2026 03:40:00 CET by E. Marlow: It was our own driver, recognised on camera.');
    expect(days[1]?.entries[0]?.utc).toBe('20 Nov 23:10:00');
  });
});

describe('answers in a report', () => {
  test('are in words, in the order of their questions, without what stands elsewhere', () => {
    const facts = answersIn('burglary', { narrative: 'not here', 'access.portal': { stated: 'unknown' }, firstActions: 'Patrol sent.', policeReference: 'PL-77', 'no.such': 'x' }, 'UTC');
    expect(facts.map(({ value }) => value)).toEqual(expect.arrayContaining(['Patrol sent.', 'PL-77', 'Not known']));
    expect(JSON.stringify(facts)).not.toMatch(/not here|no\.such/);
  });
});

describe('the first lines', () => {
  const dataOf = (facts: ReturnType<typeof someFacts>) => incidentReport(facts).data as { lead: string; frame: { walled: { line: string } | null; demo: string | null; organisation: string }; record: { facts: { label: string; value: string }[] } };

  test('say what, where, when, how soon it was known and where it stands', () => {
    expect(dataOf(someFacts()).lead).toBe('Entry to a data hall without right at Kestrel Quay, Utrecht, 20 Nov 2026 at 02:12:07 CET, known 2 s later. It was closed 5 h 3 min after that: handed to authorities.');
    expect(dataOf(someFacts({ incident: { closedAt: null, type: null }, site: null })).lead).toBe('Not classified, 20 Nov 2026 at 01:12:07 UTC, known 2 s later. It is open.');
  });

  test('are short on each page, however long the names are', () => {
    const { frame } = dataOf(someFacts({ incident: { isWalled: true }, print: { organisation: '👮🏽'.repeat(500), by: 'x'.repeat(500), purpose: 'y'.repeat(200) } }));
    expect(frame.walled?.line).toHaveLength(120);
    expect([...new Intl.Segmenter('en').segment(frame.organisation)]).toHaveLength(60);
  });

  test('name the key that signed the head by its id', () => {
    expect(dataOf(someFacts()).record.facts.at(-1)).toEqual({ label: 'Key', value: 'halden.example/ledger+8f7bf499' });
  });

  test('do not mark what is neither walled nor a demonstration', () => {
    expect(dataOf(someFacts({ alarms: [], log: [] })).frame).toMatchObject({ walled: null, demo: null });
    expect(aSignal().hex).toMatch(/^0a.*0d$/);
  });
});
