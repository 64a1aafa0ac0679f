import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSyslog } from '#connectors/syslog/read.ts';
import type { Said } from '../said.ts';
import { escapeExtension, escapeHeader, writeCef } from './cef.ts';
import { type Sender, syslogMessage, webhookBody } from './format.ts';
import { writeOcsf } from './ocsf.ts';

const sender: Sender = { messageId: '0190f5a0-0000-7000-8000-000000000001', version: '0.1.0', host: 'works-1', link: 'https://parapet.example/watch/alarms/a' };
const said = (change: Partial<Said> = {}, record: Partial<Said['record']> = {}): Said => ({
  event: 'alarms.raised', means: 'begins', noun: 'alarm', at: '2026-11-22T01:02:03.000Z', site: { id: 's', name: 'North gate' }, source: { id: 'p', name: 'Panel 7', point: 'zone:7', area: null }, outcome: null, alarm: null, isSimulated: false, narrative: null, ...change,
  record: { id: 'a', number: 'ALM-2026-00007', title: 'Break-in', type: 'intrusion.alarm', state: 'unacknowledged', priority: 1, severity: null, occurredAt: '2026-11-22T01:02:00.000Z', ...record },
});

describe('CEF', () => {
  test('has the type as its id, the priority as its severity, and every sign escaped where the format says', () => {
    expect(writeCef(said({}, { title: 'Door a|b \\ c=d' }), sender)).toBe('CEF:0|Parapet|Parapet|0.1.0|intrusion.alarm|Door a\\|b \\\\ c=d|10|rt=1795309323000 start=1795309320000 act=alarms.raised cat=alarm externalId=ALM-2026-00007 deviceExternalId=p cs1Label=Site cs1=North gate cs2Label=Source cs2=Panel 7 cs3Label=Point cs3=zone:7 cs4Label=State cs4=unacknowledged cs5Label=Message cs5=0190f5a0-0000-7000-8000-000000000001 cs6Label=Record cs6=a cn1Label=Priority cn1=1 request=https://parapet.example/watch/alarms/a');
    expect([1, 2, 3, 4].map((priority) => /\|(\d+)\|rt=/.exec(writeCef(said({}, { priority: priority as 1 }), sender))?.[1])).toEqual(['10', '8', '5', '3']);
    expect(/\|(\d+)\|rt=/.exec(writeCef(said({ event: 'alarms.closed', means: 'ends' }), sender))?.[1]).toBe('3');
  });

  test('whatever people wrote is read back as it was, by our own reader of syslog', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 20 }), (title, place) => {
      const plain = title.replace(/\p{Cc}+/gu, ' ');
      expect(escapeHeader(title).replace(/\\([\\|])/g, '$1')).toBe(plain);
      expect(escapeExtension(place).replace(/\\(.)/g, (_all, sign: string) => (sign === 'n' ? '\n' : sign === 'r' ? '\r' : sign)).replace(/[^\n\r\P{Cc}]/gu, ' ')).toBe(place.replace(/[^\n\r\P{Cc}]/gu, ' '));
    }), { numRuns: 25 });
  });
});

describe('syslog', () => {
  test('has header, structured data and a line for people, as RFC 5424 says', () => {
    const line = syslogMessage('rfc5424', said({ site: { id: 's', name: 'Tor "Nord" \\ ]' } }), sender).toString();
    expect(line).toMatch(/^<129>1 2026-11-22T01:02:03\.000Z works-1 parapet - alarms\.raised \[parapet@32473 id="0190f5a0-0000-7000-8000-000000000001" event="alarms\.raised" /);
    expect(line).toContain('site="Tor \\"Nord\\" \\\\ \\]"');
    expect(line).toMatch(/\] ALM-2026-00007, Break-in, Tor "Nord" \\ \]$/);
    expect(JSON.stringify(readSyslog(Buffer.from(line)))).toContain('zone:7');
  });

  test('what goes on or ends is informational; line breaks make no second message', () => {
    expect(syslogMessage('rfc5424', said({ event: 'alarms.closed', means: 'ends' }), sender).toString()).toMatch(/^<134>1 /);
    for (const format of ['rfc5424', 'cef', 'ocsf'] as const) expect(syslogMessage(format, said({ narrative: 'One\ntwo\r\nthree' }, { title: 'A\nb' }), sender).toString()).not.toMatch(/[\r\n]/);
  });
});

describe('OCSF', () => {
  test('an alarm is a detection finding that is created, updated and closed under one id', () => {
    const raised = writeOcsf(said(), sender);
    const acknowledged = writeOcsf(said({ event: 'alarms.acknowledged', means: 'goes-on' }, { state: 'acknowledged' }), sender);
    const closed = writeOcsf(said({ event: 'alarms.closed', means: 'ends', outcome: { key: 'false-alarm', isFalse: true } }, { state: 'closed' }), sender);
    expect(raised).toMatchObject({ class_uid: 2004, type_uid: 200401, activity_id: 1, severity_id: 5, status_id: 1, is_alert: true, time: 1795309323000, start_time: 1795309320000, finding_info: { uid: 'a', types: ['intrusion.alarm'] } });
    expect([acknowledged, closed].map((one) => [one['type_uid'], one['status_id']])).toEqual([[200402, 2], [200403, 3]]);
    expect(writeOcsf(said({ event: 'alarms.shelved', means: 'goes-on' }, { state: 'shelved' }), sender)).toMatchObject({ status_id: 99, status: 'shelved' });
  });

  test('an incident is an incident finding, and a test says that nothing happened', () => {
    expect(writeOcsf(said({ event: 'incidents.declared', noun: 'incident', source: null }, { severity: 4, priority: 2, state: 'open' }), sender)).toMatchObject({ class_uid: 2005, type_uid: 200501, severity_id: 4, status_id: 1, finding_info_list: [{ uid: 'a' }] });
    expect(writeOcsf(said({ event: 'test', noun: 'test', means: 'goes-on', site: null, source: null }, { state: 'test' }), sender)).toMatchObject({ type_uid: 200499, severity_id: 1, metadata: { labels: ['test'] } });
  });
});

test('our own form is an envelope with the event in its data', () => {
  expect(JSON.parse(webhookBody('parapet', said(), sender))).toMatchObject({ id: sender.messageId, type: 'alarms.raised', timestamp: '2026-11-22T01:02:03.000Z', data: { noun: 'alarm', record: { number: 'ALM-2026-00007' }, site: { name: 'North gate' }, link: sender.link } });
});
