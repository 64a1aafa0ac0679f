import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import connector from './connector.ts';
import { encodeFrame, frameText } from './encode.ts';

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as { name: string; hex: string }[];
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const frame = (body: string): Buffer => latin1(frameText(body, 'ascii'));

describe('a stored frame', () => {
  it('is read for people: address, events, texts and blocks, with the names that the panel gave', () => {
    const [named] = golden;
    expect(connector.decode(Buffer.from(named?.hex ?? '', 'hex'))).toEqual({
      token: 'SIA-DCS',
      account: '70A1',
      sequence: 417,
      sentAt: '2028-02-28T22:41:07.000Z',
      events: [{ token: 'SIA-DCS', code: 'BA', qualifier: null, number: '014', area: '3', user: null, text: 'North hatch · Motion behind the grille' }],
      facts: [
        { name: 'Receiver', value: '12' },
        { name: 'Line', value: '3' },
        { name: 'CRC', value: 'four hex digits' },
        { name: 'Account in the data', value: '70A1' },
        { name: 'Time of the event', value: '2028-02-28T22:41:05.000Z' },
        { name: 'BA number', value: '014 North hatch' },
        { name: 'BA area', value: '3 Vault' },
        { name: "BA panel's time", value: '22:41:07' },
        { name: 'Text', value: 'Motion behind the grille' },
        { name: 'time of the event', value: '22:41:05,02-28-2028' },
      ],
      problem: null,
    });
  });

  it('says what of it could not be read', () => {
    const problemOf = (raw: Buffer): string | null => connector.decode(raw).problem;
    expect(problemOf(frame('"SIA-DCS"0013L0#8801[#8801|NOP001?x9]ZZ'))).toBe('Not all of it could be read: ?x9 … ZZ');
    expect(problemOf(frame('"SIA-DCS"0013L0#8801[#8801|AHello]'))).toBe('A text without an event: Hello');
    expect(problemOf(frame('"SIA-DCS"0013L0#8801[]'))).toBe('The data block is empty.');
    expect(problemOf(frame('"*SIA-DCS"0013L0#8801[00FF'))).toBe('The message is encrypted.');
    expect(problemOf(frame('"RFC"0013L0#8801[]'))).toBe('Messages of the kind RFC are not read.');
    expect(problemOf(frame('"SIA-DCS"0013L0!'))).toContain('could not be read');
    expect(problemOf(latin1('rubbish'))).toContain('no frame');
    expect(problemOf(Buffer.alloc(0))).toContain('cut off');
    expect(problemOf(frame('"NULL"0000L0#8801[]'))).toBeNull();
  });

  it('arrives again as it arrived, and not at all where it carries no event', () => {
    for (const { hex, name } of golden) {
      const raw = Buffer.from(hex, 'hex');
      expect(connector.arrivalOf(raw, 5, '192.0.2.7'), name).toMatchObject({ protocol: 'dc09', raw, receivedAt: 5, remote: '192.0.2.7' });
    }
    for (const body of ['"NULL"0000L0#1[]', '"*SIA-DCS"0001L0#1[00', '"XYZ"0001L0#1[]', '"SIA-DCS"x']) expect(connector.arrivalOf(frame(body), 5, ''), body).toBeNull();
    expect(connector.arrivalOf(latin1('rubbish'), 5, '')).toBeNull();
  });

  it('has the same identity when it is sent again with another time, and another with another content', () => {
    const identity = (sentAt: number | null, data = 'NBA1'): string | null | undefined =>
      connector.arrivalOf(encodeFrame({ token: 'SIA-DCS', sequence: 1, account: '1', data, sentAt }), 0, '')?.identity;
    expect(identity(1_800_000_000_000)).toBe(identity(1_800_000_020_000));
    expect(identity(null)).toBe(identity(1_800_000_020_000));
    expect(identity(null, 'NBA2')).not.toBe(identity(null));
  });
});
