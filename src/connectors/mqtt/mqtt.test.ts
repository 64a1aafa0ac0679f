import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivalFrom, decodeMessage, rawOf } from './message.ts';
import { closest, isFilter, takes } from './topics.ts';

const came = { filter: 'a/#', receivedAt: 5, remote: 'broker', packetId: 7 };
const arrival = (payload: string, more: object = {}) => arrivalFrom({ topic: 'a/b', payload: Buffer.from(payload) }, { ...came, ...more });

describe('filters of topics', () => {
  test.each(['a', 'a/b', '/a', 'a//b', '+', '#', 'a/+/b', 'a/#', '+/+', '$SYS/#'])('%s is one', (text) => expect(isFilter(text)).toBe(true));
  test.each(['', 'a/', 'a#', 'a/#/b', 'a+/b', '$share/g/a', 'a\0b', 'x'.repeat(256)])('%s is none', (text) => expect(isFilter(text)).toBe(text === 'a/' ? false : false));

  test.each([['a/b', 'a/b', true], ['a/+', 'a/b', true], ['a/+', 'a/b/c', false], ['a/#', 'a', true], ['a/#', 'a/b/c', true], ['#', '$SYS/x', false], ['+/x', '$SYS/x', false], ['$SYS/#', '$SYS/x', true], ['a', 'A', false], ['+', '/', false], ['/+', '/a', true]])('%s takes %s: %s', (filter, topic, is) => {
    expect(takes(filter, topic)).toBe(is);
  });

  test('of several that take a topic the closest is its source', () => {
    expect(closest(['#', 'a/#', 'a/+/c', 'a/b/+', 'a/b/c'], 'a/b/c')).toBe('a/b/c');
    expect(closest(['#', 'a/+/c', 'a/b/+'], 'a/b/c')).toBe('a/b/+');
    expect(closest(['x'], 'a')).toBeNull();
  });
});

test('what names itself or its time is known again by its content, anything else by its packet too', () => {
  const frigate = JSON.stringify({ type: 'new', after: { id: '1-x', frame_time: 1_700_000_000.5 } });
  expect(arrival(frigate)).toMatchObject({ account: 'a/#', externalId: arrival(frigate, { packetId: 8 }).externalId, sentAt: 1_700_000_000_500 });
  expect(arrival('{"timestamp":"2026-11-21T02:00:00Z"}').sentAt).toBe(Date.parse('2026-11-21T02:00:00Z'));
  for (const payload of ['ON', '{"state":"ON"}', '[1]', '', '{"id":{"a":1}}']) {
    expect(arrival(payload).externalId, payload).toBeUndefined();
    expect(arrival(payload).identity).not.toBe(arrival(payload, { packetId: 8 }).identity);
    expect(arrival(payload).identity).toBe(arrival(payload).identity);
  }
});

test('what is kept gives topic and payload back byte by byte, and any bytes can be read', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.json().map((text) => Buffer.from(text))), fc.string({ minLength: 1 }).filter((topic) => !topic.includes('\0')), (bytes, topic) => {
    const payload = Buffer.from(bytes);
    const { subject, facts } = decodeMessage(rawOf({ topic, payload }));
    expect(subject?.header).toMatchObject({ topic: Buffer.from(topic).toString() });
    expect(facts.length).toBeLessThanOrEqual(62);
    decodeMessage(payload);
    arrivalFrom({ topic, payload }, came);
  }), { numRuns: 200 });
});
