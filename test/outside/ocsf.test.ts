import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeOcsf } from '#modules/convergence/formats/ocsf.ts';
import type { Said } from '#modules/convergence/said.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/fixtures/ocsf/schema');
const isThere = existsSync(FOLDER);
if (!isThere) console.info('ocsf: the outside schema is not here, skipped');

type Attribute = { requirement?: string; enum?: Record<string, unknown>; type?: string; object_type?: string; is_array?: boolean };
type Definition = { extends?: string; uid?: number; attributes?: Record<string, Attribute> & { $include?: string[] } };
const read = (file: string): Definition => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Definition;
const dictionary = isThere ? (read('dictionary.json') as { attributes: Record<string, Attribute> }).attributes : {};
const FILES: Readonly<Record<string, string>> = { base_event: 'events/base_event.json', finding: 'events/findings/finding.json', detection_finding: 'events/findings/detection_finding.json', incident_finding: 'events/findings/incident_finding.json' };

/** What a profile asks for counts only where the event says that it has that profile. */
const withoutDuty = (all: Record<string, Attribute>): Record<string, Attribute> => Object.fromEntries(Object.entries(all).map(([key, one]) => [key, { ...one, requirement: 'optional' }]));

/** The attributes of a class or object with those that it inherits and includes. */
function attributesOf(name: string): Record<string, Attribute> {
  const file = FILES[name] ?? `objects/${name}.json`;
  // `object` is the root of objects and has no file.
  if (!existsSync(join(FOLDER, file))) return {};
  const { extends: parent, attributes = {} } = read(file);
  const { $include = [], ...own } = attributes as { $include?: string[] } & Record<string, Attribute>;
  const included = $include.filter((one) => existsSync(join(FOLDER, one))).map((one) => withoutDuty((read(one).attributes ?? {}) as Record<string, Attribute>));
  const all = [parent === undefined ? {} : attributesOf(parent), ...included, own];
  return all.reduce<Record<string, Attribute>>((sum, part) => ({ ...sum, ...Object.fromEntries(Object.entries(part).map(([key, value]) => [key, { ...dictionary[key], ...sum[key], ...value, enum: { ...dictionary[key]?.enum, ...sum[key]?.enum, ...value.enum } }])) }), {});
}

const OF_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = { integer_t: Number.isInteger, long_t: Number.isInteger, timestamp_t: Number.isInteger, boolean_t: (value) => typeof value === 'boolean', string_t: (value) => typeof value === 'string', url_t: (value) => typeof value === 'string' };

/** What of an event breaks the schema: unknown attributes, missing required ones, values outside an enum or of another type. */
function faults(name: string, value: Record<string, unknown>, at: string): string[] {
  const known = attributesOf(name);
  const missing = Object.entries(known).filter(([key, { requirement }]) => requirement === 'required' && !(key in value)).map(([key]) => `${at}.${key} is missing`);
  return [...missing, ...Object.entries(value).flatMap(([key, one]) => {
    const attribute = known[key];
    if (!attribute) return [`${at}.${key} is unknown`];
    const all = attribute.is_array ? (one as unknown[]) : [one];
    if (attribute.is_array && !Array.isArray(one)) return [`${at}.${key} is no list`];
    if (attribute.type === 'object_t' && attribute.object_type && attribute.object_type !== 'object') return all.flatMap((each) => faults(attribute.object_type ?? '', each as Record<string, unknown>, `${at}.${key}`));
    if (attribute.enum && Object.keys(attribute.enum).length > 0 && key.endsWith('_id') && !(String(one) in attribute.enum)) return [`${at}.${key} is not ${String(one)}`];
    const fits = OF_TYPE[attribute.type ?? ''];
    return fits && !all.every(fits) ? [`${at}.${key} is no ${attribute.type ?? ''}`] : [];
  })];
}

const sender = { messageId: '0190f5a0-0000-7000-8000-000000000001', version: '0.1.0', host: 'works', link: 'https://parapet.example/watch/alarms/a' };
const said = (change: Partial<Said>, record: Partial<Said['record']> = {}): Said => ({
  event: 'alarms.raised', means: 'begins', noun: 'alarm', at: '2026-11-22T01:02:03.000Z', site: { id: 's', name: 'North gate' }, source: { id: 'p', name: 'Panel', point: 'zone:7', area: '1' }, outcome: null, alarm: null, isSimulated: false, narrative: 'What was seen', ...change,
  record: { id: 'a', number: 'ALM-1', title: 'Break-in', type: 'intrusion.alarm', state: 'unacknowledged', priority: 1, severity: null, occurredAt: '2026-11-22T01:02:00.000Z', ...record },
});

describe.skipIf(!isThere)('events of OCSF, against the schema of the project', () => {
  it.each([
    ['an alarm raised', 'detection_finding', said({})], ['an alarm closed as false', 'detection_finding', said({ event: 'alarms.closed', means: 'ends', outcome: { key: 'x', isFalse: true } }, { state: 'closed' })],
    ['an alarm shelved', 'detection_finding', said({ event: 'alarms.shelved', means: 'goes-on' }, { state: 'shelved' })], ['a device down', 'detection_finding', said({ event: 'devices.went-down', noun: 'device', source: null }, { state: 'down', priority: 3 })],
    ['a test', 'detection_finding', said({ event: 'test', noun: 'test', means: 'goes-on', source: null, site: null }, { state: 'test' })], ['an incident declared', 'incident_finding', said({ event: 'incidents.declared', noun: 'incident', source: null, alarm: 'ALM-1' }, { severity: 5, state: 'open' })],
    ['an incident closed', 'incident_finding', said({ event: 'incidents.closed', means: 'ends', noun: 'incident', source: null }, { severity: 2, state: 'closed' })],
  ] as const)('%s is a valid %s', (_what, name, event) => expect(faults(name, writeOcsf(event, sender), '')).toEqual([]));

  it('finds what is wrong', () => {
    const { finding_info: _gone, ...rest } = writeOcsf(said({}), sender);
    expect(faults('detection_finding', { ...rest, status_id: 77, nonsense: 1, time: 'now' }, '')).toEqual(expect.arrayContaining(['.finding_info is missing', '.status_id is not 77', '.nonsense is unknown', '.time is no timestamp_t']));
  });
});
