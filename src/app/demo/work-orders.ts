/** One step of an order of work, so many hours before now. */
export type WorkStep =
  | { do: 'assign'; firm: string; firmContact: string } | { do: 'visit'; who: string; hours: number } | { do: 'arrive' } | { do: 'leave' } | { do: 'start' } | { do: 'pause'; reason: string }
  | { do: 'part'; name: string; quantity: number; unitMinor: number } | { do: 'fix'; cause: string; done: string; labourMinutes: number } | { do: 'retest' } | { do: 'pass'; reason: string } | { do: 'close' };
export type WorkPlan = { key: string; kind: 'reader' | 'detector' | 'panel' | 'switch'; nth: number; title: string; faultCode: string; priority: number; steps: readonly [hoursAgo: number, step: WorkStep | { do: 'raise' }][] };

const FIRM = { do: 'assign', firm: 'Brightwater Alarm Service (fictional)', firmContact: 'service desk, +31 20 555 0142' } as const;

/** What was broken in the last weeks, and how far it is: invented, as everything here. The second reader came back within a month. */
export const WORK: readonly WorkPlan[] = [
  {
    key: 'reader-first', kind: 'reader', nth: 0, title: 'Reader takes three tries', faultCode: 'reader.no-read', priority: 3,
    steps: [[620, { do: 'raise' }], [618, FIRM], [598, { do: 'start' }], [597, { do: 'part', name: 'Reader module HX-R2', quantity: 1, unitMinor: 18_450 }], [597, { do: 'fix', cause: 'Antenna cracked by a trolley', done: 'Module replaced, bracket turned by 90 degrees', labourMinutes: 55 }], [596, { do: 'retest' }], [595, { do: 'pass', reason: 'Ten badges, ten openings' }], [595, { do: 'close' }]],
  },
  {
    key: 'reader-again', kind: 'reader', nth: 0, title: 'Reader dead after rain', faultCode: 'reader.no-read', priority: 2,
    steps: [[170, { do: 'raise' }], [169, FIRM], [150, { do: 'start' }], [149, { do: 'part', name: 'Seal set HX-R2', quantity: 2, unitMinor: 1_290 }], [149, { do: 'fix', cause: 'Water behind the plate, seal left out last time', done: 'Dried, sealed, tested with a spray bottle', labourMinutes: 80 }], [148, { do: 'retest' }], [147, { do: 'pass', reason: 'Opens and reports, dry inside a day later' }], [147, { do: 'close' }]],
  },
  { key: 'detector', kind: 'detector', nth: 0, title: 'Detector rings when the heating starts', faultCode: 'sensor.false-trigger', priority: 2, steps: [[52, { do: 'raise' }], [51, FIRM], [50, { do: 'visit', who: 'J. Tammsaar, Brightwater (fictional)', hours: 54 }], [1, { do: 'arrive' }], [1, { do: 'start' }]] },
  { key: 'panel-battery', kind: 'panel', nth: 1, title: 'Battery low at each self test', faultCode: 'power.battery', priority: 3, steps: [[140, { do: 'raise' }], [130, FIRM], [100, { do: 'start' }], [99, { do: 'pause', reason: 'Waits for two 17 Ah batteries, expected on Thursday' }]] },
  { key: 'switch', kind: 'switch', nth: 0, title: 'Fan of the switch is loud', faultCode: 'damage.environment', priority: 4, steps: [[30, { do: 'raise' }]] },
  { key: 'reader-fixed', kind: 'reader', nth: 3, title: 'Door is reported open while it is shut', faultCode: 'door.contact', priority: 3, steps: [[75, { do: 'raise' }], [74, FIRM], [40, { do: 'start' }], [39, { do: 'fix', cause: 'Magnet of the contact had slipped', done: 'Set anew and glued', labourMinutes: 70 }]] },
];

/** Plans of maintenance, so that the calendar is not empty; the first is late. */
export const PLANS = [
  { title: 'Walk test of the detectors', deviceKind: 'detector', every: 3, unit: 'month', startsInDays: -4, points: ['Each detector rings when it is walked', 'Nothing hangs before it', 'Housing is whole and clean'] },
  { title: 'Panels: mains off for ten minutes', deviceKind: 'panel', every: 6, unit: 'month', startsInDays: 9, points: ['Goes on by battery', 'Reports mains lost and back', 'Voltage of the battery is noted'] },
  { title: 'Readers and doors', deviceKind: 'reader', every: 4, unit: 'week', startsInDays: 2, points: ['Reads at the first try', 'Door closes by itself', 'Seal is in place'] },
] as const;
