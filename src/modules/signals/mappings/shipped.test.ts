import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileMapping } from '#engines/mapping/compile.ts';
import { readByMapping } from '#engines/mapping/read.ts';
import { typeOf } from '../taxonomy.ts';
import { TYPES } from './compiled.ts';
import { mappedEvents } from './mapped.ts';
import { shippedMappings } from './shipped.ts';

function compiled(key: string) {
  const found = shippedMappings.find((one) => one.key === key);
  const made = found ? compileMapping(found.mapping, TYPES) : null;
  if (!made?.ok) throw new Error(`${key}: ${JSON.stringify(made?.faults)}`);
  return made.compiled;
}
const said = (key: string, fields: unknown) => mappedEvents({ format: 'json', header: {}, fields }, compiled(key)).map(({ classified }) => [classified.type, classified.effect, classified.point]);

test.each(shippedMappings.map((one) => [one.key, one] as const))('%s can be used as it ships, has a page, and raises and restores only what can be', (key, { mapping, page }) => {
  compiled(key);
  expect(existsSync(page)).toBe(true);
  for (const { type, effect } of mapping.rows) {
    if (effect === 'raise') expect([type, typeOf(type)?.raisesAlarm]).toEqual([type, true]);
    if (effect === 'restore') expect(typeOf(type)?.restoredBy).toContain(`${type}#restore`);
  }
});

// The messages are of our own making, in the form that the documents on each page give.
test('Verkada: an alarm site, a camera and a sensor', () => {
  const site = (data: object) => ({ org_id: 'o', webhook_type: 'alarm_site_state_changed', created_at: 1_795_000_000, webhook_id: 'w', data: { site_id: 's-1', site_name: 'Works', timestamp: 1_794_999_990, ...data } });
  expect(said('verkada', site({ event_type: 'alarm', device_event_type: 'opened', device_name: 'Gate 3' }))).toEqual([['intrusion.alarm', 'raise', 'device:Gate 3']]);
  expect(said('verkada', site({ event_type: 'alarm', device_event_type: 'smoke', device_name: 'Hall' }))).toEqual([['fire.alarm', 'raise', 'device:Hall']]);
  expect(said('verkada', site({ event_type: 'silent_alarm' }))).toEqual([['duress.holdup', 'raise', 'device:Works']]);
  expect(said('verkada', site({ event_type: 'resolved' }))).toEqual([['intrusion.disarmed', 'note', 'device:Works']]);
  const sensor = { webhook_type: 'sensor_alert', created_at: 1_795_000_001, data: { alert_event_id: 'a-9', start_time: 1_795_000_000.5, end_time: null, is_above_max_event: true, reading: 'calibrated_temperature', device_name: 'Server room' } };
  expect(said('verkada', sensor)).toEqual([['environment.temp-high', 'raise', 'device:Server room']]);
  expect(readByMapping(compiled('verkada'), { format: 'json', header: {}, fields: sensor })).toMatchObject({ occurredAt: 1_795_000_000_500, externalId: expect.stringContaining('a-9') });
  expect(said('verkada', { webhook_type: 'notification', created_at: 1, data: { camera_id: 'c-4', notification_type: 'motion', created: 1_795_000_000 } })).toEqual([['video.motion', 'note', 'device:c-4']]);
});

test('Rhombus: what the summary says, known again by the id of the alert', () => {
  const alert = (summary: string) => ({ version: 2, summary, deviceUuid: 'D1', alertUuid: 'A1', timestampMs: 1_795_000_000_123, location: 'L1' });
  expect(said('rhombus', alert('Camera Offline: Yard camera at Works is offline'))).toEqual([['video.signal-lost', 'raise', 'device:D1']]);
  expect(said('rhombus', alert('Yard camera at Works is now online'))).toEqual([['video.signal-lost', 'restore', 'device:D1']]);
  expect(said('rhombus', alert('Someone fell at Works (Hall)'))).toEqual([['video.fall', 'raise', 'device:D1']]);
  expect(readByMapping(compiled('rhombus'), { format: 'json', header: {}, fields: alert('x') })).toMatchObject({ externalId: 'A1', occurredAt: 1_795_000_000_123 });
});

test('UniFi Protect: each trigger of an alarm is an event', () => {
  expect(said('unifi-protect', { alarm: { name: 'Night', triggers: [{ key: 'person', device: '74ACB9000001' }, { key: 'vehicle', device: '74ACB9000002' }] }, timestamp: 1_795_000_000_000 })).toEqual([['video.person', 'raise', 'device:74ACB9000001'], ['video.vehicle', 'note', 'device:74ACB9000002']]);
});
