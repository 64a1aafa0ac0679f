import { z } from 'zod';
import demoFile from './content/demo.json' with { type: 'json' };
import fortnightFile from './content/fortnight.json' with { type: 'json' };
import scenarioFile from './content/scenarios.json' with { type: 'json' };

const Counts = z.strictObject({ doors: z.int(), cameras: z.int(), panels: z.int(), intrusionPoints: z.int(), firePoints: z.int(), duressPoints: z.int(), environmentSensors: z.int(), intercoms: z.int() });
const Site = z.strictObject({
  code: z.string().regex(/^[A-Z]{3}$/), name: z.string(), region: z.string(), use: z.string(), country: z.string().length(2), city: z.string(), address: z.string(), lat: z.number(), lon: z.number(),
  timeZone: z.string(), people: z.int(), hours: z.string(), criticality: z.int(), devices: Counts, tenure: z.string(), buildings: z.array(z.string()).min(1), accountPrefix: z.string().regex(/^\d\d$/), hasGate: z.boolean(), centre: z.enum(['UTR', 'CMH']),
});
const Person = z.strictObject({ key: z.string(), name: z.string(), role: z.string(), site: z.string(), scope: z.string(), title: z.string(), email: z.email() });
const Curve = z.array(z.number()).length(24);
const Months = z.record(z.enum(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']), z.number());
const Season = z.object({
  basePerDay: z.record(z.string(), z.strictObject({ per: z.enum(['intrusionPoints', 'doors', 'cameras', 'duressPoints', 'firePoints', 'environmentSensors', 'equipment', 'site', 'people', 'gate']), rate: z.number() })),
  hour: z.strictObject({ access: Curve, intrusion: Curve, video: Curve, other: Curve }),
  weekday: z.record(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), z.number()),
  monthNorth: Months, monthSouth: Months, monthMonsoon: Months,
  monthBySite: z.record(z.string(), z.enum(['monthNorth', 'monthSouth', 'monthMonsoon'])),
  specials: z.array(z.strictObject({ site: z.string(), type: z.string(), factor: z.number(), fromDay: z.int(), toDay: z.int(), why: z.string() })),
  dispositionMix: z.record(z.string(), z.number()),
  typeMix: z.record(z.string(), z.number()),
  causesByFamily: z.record(z.string(), z.array(z.string())),
  expect: z.strictObject({ alarmsPerYear: z.string(), loadedShare: z.number(), trueShareFirstQuarter: z.number(), trueShareLastQuarter: z.number() }),
});
const Wall = z.strictObject({ lead: z.string(), custodian: z.string(), members: z.array(z.string()) });
const Story = z.object({
  n: z.int(), day: z.int(), localTime: z.string(), site: z.string(), title: z.string(), incidentType: z.string(), severity: z.int(), icsLevel: z.int(),
  signals: z.array(z.strictObject({ type: z.string(), offsetMin: z.number() })), sop: z.string(), thread: z.array(z.strictObject({ module: z.string(), what: z.string() })),
  figures: z.object({ cost: z.int(), recovered: z.int().optional(), currency: z.string().length(3) }), wall: Wall.nullable(),
  minutes: z.int(), answers: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
});
const Demo = z.object({
  company: z.object({ name: z.string(), trade: z.string(), employees: z.int(), founded: z.int(), currency: z.string(), listed: z.boolean() }),
  regions: z.array(z.strictObject({ code: z.string(), name: z.string(), timeZone: z.string() })),
  sites: z.array(Site), people: z.array(Person), seasonality: Season, story: z.array(Story), signIns: z.array(z.strictObject({ person: z.string(), shows: z.string() })),
});

const Point = z.strictObject({ number: z.string(), name: z.string() });
const Scenario = z.strictObject({ type: z.string(), raise: z.string(), restore: z.string(), hours: z.enum(['access', 'intrusion', 'video', 'other']), weight: z.number(), points: z.array(Point) });
const Offset = z.strictObject({ offsetMin: z.number() });
const Told = z.strictObject({
  key: z.string(), day: z.int().nullable(), localTime: z.string().nullable(), minutesAgo: z.int().nullable(), site: z.string(),
  alarm: z.strictObject({ type: z.string(), raise: z.string(), restore: z.string(), number: z.string(), name: z.string(), area: z.string().nullable(), restoreMin: z.number().nullable() }).nullable(),
  title: z.string(), type: z.string(), subtype: z.string().nullable(), severity: z.int(), place: z.string(), reportedBy: z.string(), narrative: z.string(),
  log: z.array(z.tuple([z.number(), z.enum(['note', 'decision', 'action', 'contact']), z.string()])),
  people: z.array(z.strictObject({ role: z.enum(['victim', 'subject', 'witness', 'reporter']), name: z.string(), injury: z.enum(['none', 'first aid', 'medical', 'hospital', 'death']).nullable(), details: z.string() })),
  things: z.array(z.strictObject({ kind: z.enum(['vehicle', 'item', 'document', 'data-carrier', 'weapon', 'substance', 'drone', 'organisation', 'other']), description: z.string(), identifier: z.string(), role: z.string() })),
  losses: z.array(z.strictObject({ kind: z.enum(['property', 'stock', 'cash', 'data', 'damage', 'response', 'interruption', 'other']), description: z.string(), amountMinor: z.int(), currency: z.string(), recoveredMinor: z.int() })),
  answers: z.record(z.string(), z.union([z.string(), z.number(), Offset, z.record(z.string(), z.string())])),
  tasks: z.array(z.strictObject({ title: z.string(), owner: z.string(), dueDays: z.int(), doneMin: z.number().nullable() })),
  endsMin: z.number().nullable(), close: z.strictObject({ afterMin: z.number(), reason: z.string(), summary: z.string() }).nullable(),
});
const LeftOpen = z.strictObject({ site: z.string(), secondsAgo: z.int(), type: z.string(), raise: z.string(), number: z.string(), name: z.string(), area: z.string().nullable(), acknowledgedAfterS: z.int().nullable() });

export type DemoSite = z.output<typeof Site>;
export type DemoPerson = z.output<typeof Person>;
export type Scenario = z.output<typeof Scenario>;
export type ToldStory = z.output<typeof Told>;
export type YearStory = z.output<typeof Story>;
export type Wall = z.output<typeof Wall>;

/** Halden Works: everything in it is invented. */
export const demo = Demo.parse(demoFile);

/** How the panels of the demonstration speak. */
export const scenarios: readonly Scenario[] = z.array(Scenario).parse(scenarioFile.scenarios);

/** What happened in the last two weeks, and what is left open for the visitor. */
export const fortnight = z.object({ rule: z.string(), stories: z.array(Told), leftOpen: z.array(LeftOpen) }).parse(fortnightFile);
