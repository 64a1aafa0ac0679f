import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBody, sealClear } from '#connectors/sia-dc09/cipher.ts';
import { decodeContent } from '#connectors/sia-dc09/content.ts';
import { encodeAck } from '#connectors/sia-dc09/encode.ts';
import { type Fault, type Frame, Splitter } from '#connectors/sia-dc09/frame.ts';
import { readHeader } from '#connectors/sia-dc09/header.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/fixtures/sia-dc09');
const isThere = existsSync(FOLDER);
if (!isThere) console.info('sia-dc09: the outside frames are not here, skipped');

type Made = {
  name: string;
  type: string;
  account: string;
  seq: number;
  receiver: number | null;
  line: number | null;
  key_hex: string | null;
  plain_payload: string;
  frame_hex: string;
  decoded_by_pysiaalarm: { event_qualifier?: string | null; event_type?: string | null; partition?: string | null; ri?: string | null } | null;
  decoded_by_iobroker_sia: { data_message?: string; ack_ascii?: string } | null;
};
type Captured = { frame: string; crc_ok?: boolean; len_ok?: boolean };

const read = <T>(name: string): T[] => (isThere ? (JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as T[]) : []);
const hex = (value: number | null): string | null => (value === null ? null : value.toString(16).toUpperCase());

function split(raw: Buffer): Frame | Fault | null {
  const splitter = new Splitter();
  splitter.push(raw);
  return splitter.next();
}

function frameOf(made: Made): Frame {
  const frame = split(Buffer.from(made.frame_hex, 'hex'));
  if (!frame?.ok) throw new Error(`${made.name}: ${frame?.reason}`);
  return frame;
}

/** jvanovost/dc09_spt (Apache-2.0): frames that an independent sender made, with what two independent receivers read in them. */
describe.skipIf(!isThere)('the frames of dc09_spt', () => {
  const made = read<Made>('dc09_spt-frames.json');

  it('hold, encrypted or not, and say who sent them', () => {
    expect(made.length).toBeGreaterThan(35);
    for (const one of made)
      expect(readHeader(frameOf(one).body), one.name).toMatchObject({
        ok: true,
        token: one.type,
        isEncrypted: one.key_hex !== null,
        sequence: one.seq,
        account: one.account,
        receiver: hex(one.receiver),
        line: hex(one.line),
      });
  });

  it('are acknowledged with the same bytes as by another receiver', () => {
    const plain = made.filter((one) => one.key_hex === null && one.decoded_by_iobroker_sia?.ack_ascii);
    expect(plain.length).toBeGreaterThan(8);
    for (const one of plain) {
      const header = readHeader(frameOf(one).body);
      expect(header.ok && encodeAck(header.echo, 'ascii'), one.name).toBe(one.decoded_by_iobroker_sia?.ack_ascii);
    }
  });

  it('of Contact ID mean what another receiver read', () => {
    const checked = made.filter((one) => one.type === 'ADM-CID' && one.decoded_by_pysiaalarm?.event_type);
    expect(checked.length).toBeGreaterThan(1);
    for (const one of checked) {
      const { event_qualifier, event_type, partition, ri } = one.decoded_by_pysiaalarm ?? {};
      const content = decodeContent('ADM-CID', frameOf(one).body);
      expect(content.ok && content.events, one.name).toMatchObject([{ qualifier: Number(event_qualifier), code: event_type, area: partition, number: ri }]);
    }
  });

  it('are read without a rest, each as one event or a text', () => {
    const events = made.filter((one) => one.type !== 'NULL');
    for (const one of events) {
      const token = one.type === 'ADM-CID' ? 'ADM-CID' : 'SIA-DCS';
      const content = decodeContent(token, `"${token}"0001L0#${one.account}[${one.plain_payload}`);
      if (!content.ok) throw new Error(`${one.name}: ${content.reason}`);
      expect(content, one.name).toMatchObject({ account: one.account, unread: [] });
      expect(content.events.length, one.name).toBe(one.name.endsWith('sia-text') ? 0 : 1);
      const [event] = content.events;
      if (event) expect(one.plain_payload, one.name).toContain(`${event.qualifier ?? ''}${event.code}`);
    }
  });
});

/** eavanvalkenburg/pysiaalarm (MIT): frames of real panels, damaged ones too. */
describe.skipIf(!isThere)('the captured frames of pysiaalarm', () => {
  it('are taken where their length and CRC hold, and only there', () => {
    const captured = read<Captured>('captured-frames.json');
    expect(captured.length).toBeGreaterThan(5);
    for (const { frame, crc_ok, len_ok } of captured) {
      const found = split(Buffer.from(`\n${frame}\r`, 'utf8'));
      expect(found?.ok ?? false, frame).toBe(crc_ok === true && len_ok === true);
    }
  });
});

/** The keys stand with the frames; their moment is that of the capture, so that no test of time is made. */
describe.skipIf(!isThere)('the encrypted frames of dc09_spt', () => {
  const made = read<Made>('dc09_spt-frames.json').filter((one) => one.key_hex !== null);

  it('open with their keys to what was sealed, and with no other', () => {
    expect(made.length).toBeGreaterThan(25);
    for (const one of made) {
      const { body } = frameOf(one);
      const header = readHeader(body);
      if (!header.ok) throw new Error(one.name);
      const opened = openBody(body, header, Buffer.from(one.key_hex ?? '', 'hex'));
      expect(opened, one.name).toMatchObject({ ok: true, clear: expect.stringMatching(/\]_18:2\d:\d\d,11-20-2026$/) as string });
      expect(opened.ok && opened.clear.slice(0, -20), one.name).toContain(one.name.endsWith('gps-extra') ? one.plain_payload.slice(0, -1) : one.plain_payload);
      expect(openBody(body, header, Buffer.alloc(16, 3)), one.name).toEqual({ ok: false, reason: 'wrong-key' });
    }
  });

  it('say the same sealed by us with their pad drawn anew: another receiver reads ours as its own', () => {
    for (const one of made.slice(0, 5)) {
      const key = Buffer.from(one.key_hex ?? '', 'hex');
      const { body } = frameOf(one);
      const header = readHeader(body);
      if (!header.ok) throw new Error(one.name);
      const opened = openBody(body, header, key);
      if (!opened.ok) throw new Error(one.name);
      expect(openBody(body.slice(0, header.dataAt + 1) + sealClear(opened.clear, key), header, key)).toEqual(opened);
    }
  });
});

describe.skipIf(!isThere)('the encrypted frames of real panels', () => {
  it('open with the published key, though the pad is zeros and the account is left out', () => {
    const captured = read<Captured>('captured-frames.json').find(({ frame }) => frame.startsWith('05BB'));
    const frame = split(Buffer.from(`\n${captured?.frame ?? ''}\r`, 'latin1'));
    if (!frame?.ok) throw new Error('no frame');
    const header = readHeader(frame.body);
    expect(header.ok && openBody(frame.body, header, Buffer.from('A'.repeat(16)))).toEqual({ ok: true, clear: 'Nri1/WA000]_16:04:02,07-09-2020', sentAt: Date.UTC(2020, 6, 9, 16, 4, 2) });
  });
});
