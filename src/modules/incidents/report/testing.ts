import type { LogEntry } from '../contract.ts';
import type { AlarmFacts, ReportFacts, SignalFacts } from './facts.ts';

const unstruck = { struckAt: null, struckBy: null, struckReason: null };
const own = { mergedFrom: null };
const FRAME = '\n5B1C0030"ADM-CID"0417L0#4711[#4711|1130 02 014]_02:12:09,11-20-2026\r';

export const aSignal = (change: Partial<SignalFacts> = {}): SignalFacts => ({
  id: '019aa0f2-6c11-7a40-9d53-2f1f86f0a6b1', sourceName: 'Kestrel Quay panel', account: '4711', sequence: 417, occurredAt: '2026-11-20T01:12:07.000Z', receivedAt: '2026-11-20T01:12:09.204Z', hasTime: true, isLate: false, repeats: 1, title: 'Burglary alarm',
  hex: Buffer.from(FRAME, 'latin1').toString('hex'), events: [{ code: '1130', title: 'Burglary alarm', area: '02', user: null, text: null, point: '014', priority: 1 }], facts: [{ name: 'Form', value: 'ADM-CID (Contact ID)' }, { name: 'Line', value: 'L0' }], problem: null, ...change,
});

export const anAlarmFact = (change: Partial<AlarmFacts> = {}): AlarmFacts => ({
  number: 'ALM-2026-00311', title: 'Burglary alarm', type: 'intrusion.burglary', priority: 1, sourceName: 'Kestrel Quay panel', point: '014', area: '02', raisedAt: '2026-11-20T01:12:07.000Z', knownAt: '2026-11-20T01:12:09.204Z', answerBy: '2026-11-20T01:12:39.204Z',
  acknowledgedAt: '2026-11-20T01:12:20.310Z', acknowledger: 'M. Okafor', returnedAt: '2026-11-20T01:31:00.000Z', closedAt: '2026-11-20T01:58:41.000Z', closer: 'M. Okafor', disposition: 'Genuine: real unwanted act or event', cause: null, note: 'Cabinet found forced on camera 14.', repeats: 3, signals: [aSignal()], ...change,
});

const entry = (seq: number, at: string, kind: LogEntry['kind'], text: string, change: Partial<LogEntry> = {}): LogEntry => ({ id: `019aa0f2-0000-7000-8000-${String(seq).padStart(12, '0')}`, seq, kind, text, at, notedAt: at, author: 'M. Okafor', corrects: null, writtenAt: null, ...unstruck, ...change });

export const LOG: readonly LogEntry[] = [
  entry(1, '2026-11-20T01:13:20.000Z', 'action', 'Officer K7 sent, 139 m away.'),
  entry(2, '2026-11-20T01:15:02.000Z', 'note', 'Copying to a USB drive ends, 4.1 GB.', { author: 'S. Ferro' }),
  entry(3, '2026-11-20T01:17:16.000Z', 'contact', 'K7 in the room. One person held. No force used.', { author: 'K7', notedAt: '2026-11-20T01:29:40.000Z' }),
  entry(4, '2026-11-20T01:20:00.000Z', 'note', 'Second person seen at the loading bay.', { struckAt: '2026-11-20T02:40:00.000Z', struckBy: 'E. Marlow', struckReason: 'It was our own driver, recognised on camera.' }),
  entry(5, '2026-11-20T01:31:00.000Z', 'action', 'Drive seized, bag HW-77120.', { author: 'K7' }),
  entry(6, '2026-11-20T01:56:00.000Z', 'contact', 'Police take over.'),
  entry(7, '2026-11-20T23:10:00.000Z', 'decision', 'Badges of the held person’s firm cancelled until the review.', { author: 'E. Marlow' }),
];

/** The facts of a report in which each part says something. */
export const someFacts = (change: Partial<Omit<ReportFacts, 'incident' | 'print'>> & { incident?: Partial<ReportFacts['incident']>; print?: Partial<ReportFacts['print']> } = {}): ReportFacts => {
  const { incident, print, ...others } = change;
  return {
    incident: {
      number: 'INC-2026-00042', title: 'Intrusion, prototype lab', type: 'datacentre-intrusion', subtype: null, severity: 3, state: 'closed', place: 'Building C, level 2, C2-14', isWalled: false, isSimulated: false, isMerged: false, mergedInto: null, merged: [], occurredFrom: '2026-11-20T01:12:07.000Z', occurredTo: '2026-11-20T01:17:16.000Z', knownAt: '2026-11-20T01:12:09.204Z',
      closedAt: '2026-11-20T06:15:30.000Z', commander: 'E. Marlow', losses: [{ currency: 'EUR', amountMinor: 614_050, recoveredMinor: 120_000 }, { currency: 'JPY', amountMinor: 48_000, recoveredMinor: 0 }], noLoss: null, disputed: [],
      reportedBy: 'Kestrel Quay panel', narrative: 'One person forced door C2-14, copied 4.1 GB to a USB drive and was held 5 minutes 9 seconds after the first signal.\nThe drive is in our custody. No copy left the building by network.', fields: { firstActions: 'Officer K7 sent; doors of level 2 held shut.' },
      declaredBy: 'M. Okafor', declaredAt: '2026-11-20T01:14:02.000Z', closedBy: 'E. Marlow', closureReason: 'police', closureSummary: 'Handed to the police with the drive and the access log.',
      people: [
        { id: '1', role: 'subject', personId: null, name: 'J. Doe', injury: 'none', details: 'Employee of a cleaning firm, badge 5520.', addedBy: 'M. Okafor', addedAt: '2026-11-20T01:20:00.000Z', ...unstruck, ...own },
        { id: '2', role: 'witness', personId: null, name: 'R. Lindqvist', injury: null, details: '', addedBy: 'M. Okafor', addedAt: '2026-11-20T01:24:00.000Z', struckAt: '2026-11-20T03:00:00.000Z', struckBy: 'E. Marlow', struckReason: 'Was not there that night.', ...own },
      ],
      things: [{ id: '3', kind: 'data-carrier', description: 'USB drive, 64 GB', identifier: 'HW-77120', role: 'Used to copy', details: '', addedBy: 'K7', addedAt: '2026-11-20T01:31:00.000Z', ...unstruck, ...own }],
      lossLines: [
        { id: '4', kind: 'damage', description: 'Door and lock', amountMinor: 494_050, currency: 'EUR', recoveredMinor: 0, isEstimate: true, addedBy: 'S. Ferro', addedAt: '2026-11-20T05:00:00.000Z', ...unstruck, ...own },
        { id: '5', kind: 'response', description: 'Guard overtime', amountMinor: 120_000, currency: 'EUR', recoveredMinor: 120_000, isEstimate: false, addedBy: 'S. Ferro', addedAt: '2026-11-20T05:00:00.000Z', ...unstruck, ...own },
        { id: '6', kind: 'property', description: 'Sample case', amountMinor: 48_000, currency: 'JPY', recoveredMinor: 0, isEstimate: false, addedBy: 'S. Ferro', addedAt: '2026-11-20T05:01:00.000Z', ...unstruck, ...own },
      ],
      clocks: [{ key: 'gdpr-authority', title: 'EU GDPR art. 33: notice to the supervisory authority', appliesWhen: '', startsAt: 'awareAt', startedAt: '2026-11-20T01:12:09.204Z', dueAt: '2026-11-23T01:12:09.204Z', allowance: '72 h', confidence: 'high', advice: '', decision: 'not-due', note: 'No personal data on the drive; counsel agreed.' }],
      ...incident,
    },
    site: { code: 'KSQ', name: 'Kestrel Quay', above: ['Halden Works', 'Europe'], address: '4 Kestrel Quay', city: 'Utrecht', country: 'NL', timeZone: 'Europe/Amsterdam' },
    alarms: [anAlarmFact()], log: LOG,
    cost: {
      cutOffAt: '2026-11-20T09:40:12.000Z', isWhole: false, hasEstimates: true, hours: [], lines: [], sums: [{ currency: 'EUR', lossMinor: 614_050, recoveredMinor: 120_000, hoursMinor: 48_000, linesMinor: 9_900, netMinor: 551_950 }],
      missing: [{ kind: 'rate', words: 'K9 team, Acme Guards', minutes: 390 }],
    },
    tasks: [{ title: 'Night post 2 filled', assignee: 'Guard vendor', dueAt: '2026-12-02T17:00:00.000Z', state: 'Open', doneAt: null }],
    comments: [
      { text: 'The vendor says the reader was replaced in May.', author: 'M. Okafor', at: '2026-11-20T04:10:00.000Z', editedAt: '2026-11-20T04:12:00.000Z', ...unstruck },
      { text: 'The reader was never replaced.', author: 'S. Ferro', at: '2026-11-20T04:20:00.000Z', editedAt: null, struckAt: '2026-11-20T04:30:00.000Z', struckBy: 'E. Marlow', struckReason: 'Meant another door.' },
    ],
    files: [
      { name: 'Camera 14, 01:10 to 01:20.mp4', size: 734_003_200, sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', addedBy: 'S. Ferro', addedAt: '2026-11-20T02:05:00.000Z', ...unstruck },
      { name: 'Wrong door.jpg', size: 48_120, sha256: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752', addedBy: 'S. Ferro', addedAt: '2026-11-20T02:06:00.000Z', struckAt: '2026-11-20T02:40:00.000Z', struckBy: 'E. Marlow', struckReason: 'It shows another building.' },
    ],
    head: { size: 4_118_533, root: 'W+GSqF1o0cJmWk4rH8nTQb7f3yZVx5uE2pL9dKaX58A=', at: '2026-11-20T09:40:12.000Z', note: 'halden.example/ledger\n4118533\nW+GSqF1o0cJmWk4rH8nTQb7f3yZVx5uE2pL9dKaX58A=\n2026-11-20T09:40:12.000Z\n\n— halden.example/ledger j3v0mSx0Tg1x5pM3cQe8m3Lr2m0oQb2n7v5cKf0r1nWw8pY6v4aZc7dEJ9kLs2hUqB1oXtR3yNiPmVbGz0fSgHwDAQ4=\n' },
    print: { by: 'S. Ferro', at: '2026-11-20T09:40:12.000Z', organisation: 'Halden Works', department: 'Corporate security', purpose: null, isDemo: false, ...print },
    ...others,
  };
};
