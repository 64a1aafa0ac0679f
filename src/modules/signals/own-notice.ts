import type { Decoded } from '#platform/wire/port.ts';
import type { Classified } from './classify.ts';

/** What this installation says of a source in the order of its signals: nothing came over the wire, so that its bytes are none. `since` is when it was last heard; `everyS` how often it should be. */
export type Notice = { silence: 'began' | 'ended'; since: string; everyS: number | null };

/** A notice as it is kept, beside no bytes. */
export const writeNotice = (notice: Notice): Buffer => Buffer.from(JSON.stringify(notice));

/** The notice that a signal without bytes is; null where bytes came. */
export const readNotice = (raw: Buffer, clear: Buffer | null): Notice | null => (raw.length === 0 && clear ? (JSON.parse(clear.toString()) as Notice) : null);

/** What a notice says, for people. */
export function decodeNotice({ since, everyS }: Notice): Decoded {
  const facts = [{ name: 'Made by', value: 'Parapet: nothing came over the wire' }, { name: 'Last heard before', value: since }];
  return { token: 'SUPERVISION', account: '', sequence: 0, sentAt: null, events: [], facts: everyS === null ? facts : [...facts, { name: 'Expected', value: `every ${everyS} s` }], problem: null };
}

/** A silent panel, camera or head-end is a lost line; a silent host is a silent log. At a point of its own, so that no restore of the panel's own ends it. */
export const classifyNotice = (protocol: string, { silence }: Notice): Classified => ({
  ok: true, type: protocol === 'syslog' ? 'cyber.source-silent' : 'equipment.comms-lost', effect: silence === 'began' ? 'raise' : 'restore', point: 'supervision', area: null, user: null, numberMeans: 'none',
  stillPresent: false, understood: true, title: silence === 'began' ? 'Source silent' : 'Source heard again', basis: 'table', note: '', mappingVersion: '',
});
