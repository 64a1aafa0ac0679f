import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openPress, type RenderOptions } from '#platform/report/press.ts';
import { canRead, factsOfPdf, structureOf, textOf, withoutSpace } from '#platform/report/testing.ts';
import { INCIDENT_TEMPLATE, incidentReport } from './data.ts';
import type { ReportFacts } from './facts.ts';
import { anAlarmFact, aSignal, LOG, someFacts } from './testing.ts';

const press = openPress();
afterAll(() => press.close());

const print = (facts: ReportFacts, change: Partial<RenderOptions> = {}) => {
  const { title, data } = incidentReport(facts);
  return press.render(INCIDENT_TEMPLATE, data, { lang: 'en', title, at: new Date(facts.print.at), strict: true, ...change });
};
const pagesOf = (pdf: Buffer): string[] => textOf(pdf).split('\f').slice(0, -1).map((page) => page.replaceAll(/\s+/g, ' '));
const longLog = Array.from({ length: 22 }, () => LOG).flat().map((entry, i) => ({ ...entry, seq: i + 1, at: new Date(Date.parse('2026-11-20T01:13:00Z') + i * 600_000).toISOString() }));

describe('the incident report', () => {
  test('passes the strict export whole, bare, walled and demonstrating, on both papers and as PDF/A-2a', async () => {
    const bare = someFacts({ incident: { type: null, narrative: '', people: [], things: [], lossLines: [], losses: [], clocks: [], closedAt: null, closedBy: null, state: 'open', fields: {}, reportedBy: '', place: '', commander: null }, site: null, alarms: [], log: [], tasks: [], head: null });
    for (const facts of [someFacts(), bare, someFacts({ incident: { isWalled: true }, print: { purpose: 'For counsel', isDemo: true } })])
      for (const change of [{}, { paper: 'us-letter' }, { standard: 'a-2a' }] as const) expect(await print(facts, change)).toMatchObject({ spelled: [], warnings: [] });
  });

  test('is read by another program as tagged, titled, and with headings and heads of tables', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const { pdf } = await print(someFacts());
    expect(factsOfPdf(pdf)).toMatchObject({ Title: 'INC-2026-00042 Intrusion, prototype lab', Tagged: 'yes', 'Page size': '595.276 x 841.89 pts (A4)' });
    const structure = structureOf(pdf);
    expect(structure).toMatch(/H1 "Intrusion, prototype lab"/);
    for (const heading of ['From the wire to this paper', 'How it came to us', 'Command log', 'How to verify this paper']) expect(structure).toContain(`H2 "${heading}"`);
    expect(structure.match(/\bTH\b/g)?.length).toBeGreaterThan(20);
  });

  test('says everything, from the board’s sentence to the bytes and the signed head', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const text = withoutSpace(textOf((await print(someFacts())).pdf));
    const wanted = [
      'Entry to a data hall without right at Kestrel Quay', '3, Serious: One person in hospital', 'Halden Works › Europe › Kestrel Quay (KSQ)', '4 Kestrel Quay, Utrecht, NL', 'Europe/Amsterdam', '20 Nov 2026 02:12:07 CET (01:12:07 UTC)',
      'ALM-2026-00311', 'intrusion.burglary', 'M. Okafor, 11 s after it rang (target 30 s)', 'Genuine: real unwanted act or event', '019aa0f2-6c11-7a40-9d53-2f1f86f0a6b1', '0a 35 42 31 43 30 30 33 30 22 41 44', '.5B1C0030"AD', 'Burglary alarm (1130)',
      'J. Doe', 'Struck 20 Nov 2026 04:00:00 CET by E. Marlow: Was not there that night.', 'USB drive, 64 GB', 'HW-77120', 'Door and lock (a guess)', '6,140.50', 'EUR 4,940.50', 'JPY 48,000',
      'Officer K7 sent, 139 m away.', 'Struck 20 Nov 2026 03:40:00 CET by E. Marlow: It was our own driver, recognised on camera.', '20 Nov 23:10:00', 'Night post 2 filled', 'EU GDPR art. 33', 'Not due: No personal data on the drive', 'Handed to the police with the drive and the access log.',
      '4,118,533', 'W+GSqF1o0cJmWk4rH8nTQb7f3yZVx5uE2pL9dKaX58A=', 'halden.example/ledger+8f7bf499', someFacts().head?.note ?? '', 'Printed by S. Ferro',
    ];
    expect(wanted.filter((part) => !text.includes(withoutSpace(part)))).toEqual([]);
  });

  test('marks each page: number, who printed it and when, the page of how many, the wall with its purpose, the demonstration', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const { pdf, pages } = await print(someFacts({ log: longLog, incident: { isWalled: true }, print: { purpose: 'Briefing of counsel', isDemo: true } }));
    const texts = pagesOf(pdf);
    expect(texts).toHaveLength(pages);
    expect(pages).toBeGreaterThan(5);
    for (const [at, page] of texts.entries())
      for (const mark of ['INC-2026-00042', 'Printed 20 Nov 2026 10:40:12 CET by S. Ferro', `${at + 1} of ${pages}`, 'Walled', 'S. Ferro: Briefing of counsel', 'Demonstration.']) expect(page).toContain(mark);
    expect(pagesOf((await print(someFacts())).pdf).join('')).not.toMatch(/Walled|Demonstration/);
    // The paper is a witness of the ledger: what the verifier takes as --paper stands on each page.
    const { size, root, at } = someFacts().head ?? { size: 0, root: '', at: '' };
    for (const page of texts) expect(withoutSpace(page)).toContain(withoutSpace(`Ledger of ${size} leaves, root ${root}, ${new Date(at ?? '').toISOString()}.`));
  });

  test('repeats the head of a long log on each of its pages, and tears no entry', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const texts = pagesOf((await print(someFacts({ log: longLog }))).pdf);
    const withLog = texts.filter((page) => /(Officer K7 sent, 139|Police take over\.|Copying to a USB drive ends)/.test(page));
    expect(withLog.length).toBeGreaterThan(4);
    expect(withLog.filter((page) => !page.includes('Time UTC Kind Entry By'))).toEqual([]);
    expect(texts.filter((page) => /Struck \d+ Nov 2026 03:40:00 CET by E\. Marlow: It was our own driver, recognised on camera\./.test(page)).length).toBeGreaterThan(4);
    expect(texts.join(' ').match(/It was our own driver, recognised on camera\./g)).toHaveLength(longLog.filter(({ struckAt }) => struckAt !== null).length);
  });

  test('takes the longest texts that may be written, over as many pages as they need', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i}`).join(' ');
    const facts = someFacts({ incident: { narrative: words(2500), people: someFacts().incident.people.map((person) => ({ ...person, details: words(500) })) }, log: LOG.map((entry) => ({ ...entry, text: words(500) })) });
    const { pdf } = await print(facts);
    const text = textOf(pdf);
    expect(text).toContain('word2499');
    expect(text.match(/\bword499\b/g)).toHaveLength(1 + 2 + LOG.length);
  });
});

test('lists the files with their whole hash, struck ones with the reason', async ({ skip }) => {
  if (!canRead()) skip('poppler-utils is not installed');
  const seen = textOf((await print(someFacts())).pdf).replaceAll(/\s+/g, ' ');
  for (const part of ['Camera 14, 01:10 to 01:20.mp4', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', '734,003,200', 'Wrong door.jpg', 'by E. Marlow: It shows another building.']) expect(seen).toContain(part);
});

test('says what was said beside the log, the earliest first, struck with its reason', async ({ skip }) => {
  if (!canRead()) skip('poppler-utils is not installed');
  const seen = textOf((await print(someFacts())).pdf).replaceAll(/\s+/g, ' ');
  const at = ['Comments', 'The vendor says the reader was replaced in May. (changed', 'The reader was never replaced.', 'by E. Marlow: Meant another door.'].map((part) => seen.lastIndexOf(part));
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  expect(at[0]).toBeGreaterThan(0);
});

describe('hostile text in an incident', () => {
  const hostileFacts = (text: string, name: string): ReportFacts =>
    someFacts({
      incident: { title: text, narrative: text, place: text, reportedBy: text, closureSummary: text, fields: { firstActions: text }, people: someFacts().incident.people.map((person) => ({ ...person, name: text, details: text, struckReason: text })), things: someFacts().incident.things.map((thing) => ({ ...thing, description: text, identifier: text })) },
      log: LOG.map((entry) => ({ ...entry, text, author: name })), alarms: [anAlarmFact({ title: text, note: text, sourceName: name, signals: [aSignal({ title: text, problem: text, events: [], facts: [{ name: text, value: text }] })] })],
      tasks: [{ title: text, assignee: name, dueAt: null, state: text, doneAt: null }], files: someFacts().files.map((file) => ({ ...file, name: text, addedBy: name, struckReason: text })), comments: someFacts().comments.map((comment) => ({ ...comment, text, author: name, struckReason: text })), print: { by: name, organisation: name, department: text, purpose: text },
    });

  test('is shown as what it is', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const text = '#panic("x") $ x_1 $ *bold* _it_ @cite <label> `raw` = head // comment /* c */ \\ #{ [ ] } ~ -- "quoted" \'q\' & <b>';
    const { pdf } = await print(hostileFacts(text, '#name'));
    const seen = withoutSpace(textOf(pdf));
    expect(seen.split(withoutSpace(text)).length - 1).toBeGreaterThan(10);
  });

  test('in other scripts, pictures, one endless word and controls neither breaks nor leaves the page', async ({ skip }) => {
    const text = `שלום עולם ABC مرحبا 東京 नेपाल ไทย 👩‍🚒 \u202Egnidaer\u0000\u0007 ${'W'.repeat(400)} ${'漢'.repeat(200)}`;
    const { pdf, spelled, warnings } = await print(hostileFacts(text, 'Ł. Ōe 東'), { strict: false });
    expect({ spelled: [...spelled].sort(), warnings }).toEqual({ spelled: ['[U+0000]', '[U+0007]', '[U+202E]'], warnings: [] });
    if (!canRead()) skip('poppler-utils is not installed');
    const seen = textOf(pdf);
    expect(withoutSpace(seen)).toContain('W'.repeat(400));
    expect(seen).toContain('東京');
    expect(seen.replaceAll(/\s+/g, ' ')).toContain('3 kinds of character stand here as Unicode numbers');
  });

  test('of any kind is printed', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), fc.string({ unit: 'grapheme', maxLength: 40 }), async (text, name) => {
      const { pdf, warnings } = await print(hostileFacts(text, name), { strict: false });
      expect(pdf.toString('latin1', 0, 8)).toBe('%PDF-1.7');
      expect(warnings).toEqual([]);
    }), { seed: 20261120, numRuns: 60 });
  }, 120_000);
});
