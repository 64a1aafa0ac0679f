import { afterEach, expect, it } from 'vitest';
import { speak } from '#platform/web/messages.ts';
import { ageWords, dateWords, dayWords, moneyWords, targetWords, timeWords, twoClocks } from './times.ts';
import { zoneName } from './zone.ts';

afterEach(() => speak('en', {}));

const say = (at: string, siteZone: string, readerZone: string, now: string, seconds = false): string => {
  const { site, reader } = twoClocks(new Date(at), { siteZone, readerZone, now: new Date(now), seconds });
  return `${site.text} ${site.zone}${reader ? ` · ${reader.text} ${reader.zone} yours` : ''}`;
};

it('says the site’s time first and the reader’s second, with seconds where asked', () => {
  expect(say('2026-11-21T02:12:09Z', 'Europe/London', 'Europe/Berlin', '2026-11-21T02:14:00Z', true)).toBe('02:12:09 GMT · 03:12:09 CET yours');
});

it('leaves the second out where it is equal', () => {
  expect(say('2026-11-21T02:12:09Z', 'Europe/Berlin', 'Europe/Paris', '2026-11-21T02:14:00Z')).toBe('03:12 CET');
});

it('says another day, of the site’s clock and of the reader’s', () => {
  expect(say('2026-11-14T20:10:00Z', 'Asia/Singapore', 'Europe/Berlin', '2026-11-20T09:00:00Z')).toBe('15 Nov 04:10 SGT · 14 Nov 21:10 CET yours');
  expect(say('2025-12-31T23:30:00Z', 'Europe/London', 'Europe/Berlin', '2026-11-20T09:00:00Z')).toBe('31 Dec 2025 23:30 GMT · 1 Jan 00:30 CET yours');
});

it('counts ages up in the words of the queue', () => {
  expect([9_000, 142_000, 3_720_000, 3 * 86_400_000, -5].map(ageWords)).toEqual(['0:09', '2:22', '1:02 h', '3 d', '0:00']);
});

it('counts targets down, and says how far one is over', () => {
  const start = new Date('2026-11-21T02:12:00Z');
  expect(targetWords(start, 180_000, new Date('2026-11-21T02:14:22Z'))).toEqual({ isOver: false, text: '0:38', part: 142 / 180 });
  expect(targetWords(start, 90_000, new Date('2026-11-21T02:15:22Z'))).toEqual({ isOver: true, text: '1:52', part: 1 });
});

it('says money by the minor units of its currency', () => {
  expect([moneyWords({ minor: 614_000, currency: 'EUR' }), moneyWords({ minor: 614_050, currency: 'EUR' }), moneyWords({ minor: 6140, currency: 'JPY' }), moneyWords({ minor: 1, currency: 'KWD' })]).toEqual(['EUR 6,140', 'EUR 6,140.50', 'JPY 6,140', 'KWD 0.001']);
  expect(moneyWords({ minor: 17_635_000, currency: 'EUR' }, { saysCurrency: false })).toBe('176,350');
});

it('names a zone as the language does, where it has a name for it', () => {
  const [at, zones] = [new Date('2026-07-15T10:00:00Z'), ['Europe/Berlin', 'Europe/London', 'Asia/Singapore']];
  expect(zones.map((zone) => zoneName(at, zone))).toEqual(['CEST', 'BST', 'SGT']);
  speak('de', {});
  expect(zones.map((zone) => zoneName(at, zone))).toEqual(['MESZ', 'BST', 'SGT']);
});

it('says days and sums as the language does, and hours as everywhere', () => {
  const at = { year: 2026, month: 3, day: 5, hour: 4, minute: 12, second: 0 };
  speak('de', {});
  expect([dayWords(at, 2026), dayWords(at, 2027), timeWords(at), moneyWords({ minor: 614_050, currency: 'EUR' })]).toEqual(['5. März', '5. März 2026', '04:12', '6.140,50 EUR']);
  speak('en-US', {});
  expect([dayWords(at, 2026), dayWords(at, 2027), timeWords(at)]).toEqual(['Mar 5', 'Mar 5, 2026', '04:12']);
  speak('en', {});
  expect([dayWords(at, 2026), dayWords(at, 2027)]).toEqual(['5 Mar', '5 Mar 2026']);
});

it('a day without a time is said as it is, wherever the reader is', () => {
  const now = new Date('2026-11-22T23:30:00Z');
  expect([dateWords('2026-12-20', now), dateWords('2027-01-01', now), dateWords('2026-12-20T23:59:00Z', now)]).toEqual(['20 Dec', '1 Jan 2027', '20 Dec']);
});
