import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mapping } from '#modules/signals/mapping-contract.ts';
import type { NewSource } from '#modules/signals/contract.ts';

/** Keys of the demonstration's senders: of the encrypted panel (hexadecimal) and of the head-end. */
export type SourceKeys = { panel: string; headEnd: string };

/** Sources beside the panels of the plan that speak: one that encrypts and is watched, a head-end over HTTP, a switch that logs. */
export const WIRES = { panel: '1199', headEnd: 'halden-doors', host: 'sw-core-1' } as const;
/** Heard so often at the least, in seconds; silence longer than that and a half is an alarm. */
const SUPERVISE_S = 300;

/** A head-end speaks when a door does, so that only a long silence says something. */
const HEAD_END_S = 6 * 3_600;

export const wireSources = (keys: SourceKeys, siteIdOf: (code: string) => string | null): NewSource[] => [
  { protocol: 'dc09', account: WIRES.panel, name: 'Vault panel, Main building', siteId: siteIdOf('UTR-1'), key: keys.panel, superviseS: SUPERVISE_S },
  { protocol: 'http', account: WIRES.headEnd, name: 'Door head-end (fictional)', siteId: siteIdOf('GRE'), keyIn: 'header', key: keys.headEnd, superviseS: HEAD_END_S },
  { protocol: 'syslog', account: WIRES.host, name: 'Core switch, Main building', siteId: siteIdOf('UTR-1') },
  { protocol: 'mqtt', account: 'halden/energy/#', name: 'Energy meters (fictional; no broker is set here)', siteId: siteIdOf('HIL') },
  { protocol: 'mail', name: 'Old video recorder (fictional; mail in is off here)', siteId: siteIdOf('NBO') },
];

/** How the head-end's messages are read: `{"at", "event", "door", "who"}`, a form of its own. */
export const HEAD_END_MAPPING: Mapping = {
  each: '', places: { externalId: 'fields.id', occurredAt: 'fields.at', device: 'fields.door', zone: '', severity: '', message: 'fields.who' },
  rows: [
    { title: 'Access granted', when: 'fields.event == "granted"', type: 'access.granted', effect: 'note', isUnverified: false },
    { title: 'Unknown badge', when: 'fields.event == "unknown-badge"', type: 'access.denied-unknown', effect: 'note', isUnverified: false },
    { title: 'Door forced', when: 'fields.event == "forced"', type: 'access.forced', effect: 'raise', isUnverified: false },
    { title: 'Door closed again', when: 'fields.event == "closed"', type: 'access.forced', effect: 'restore', isUnverified: false },
    { title: 'Door held open', when: 'fields.event == "held"', type: 'access.held', effect: 'raise', isUnverified: false },
  ],
};

/** How many sources there are beside the panels; those by MQTT and mail show how such a one stands, and nothing is sent to them. */
export const WIRE_COUNT = 5;

const fileOf = (dataDir: string): string => join(dataDir, 'source-keys.json');

/** The keys of this installation, or null where none were made. */
export const readSourceKeys = (dataDir: string): SourceKeys | null => (existsSync(fileOf(dataDir)) ? (JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as SourceKeys) : null);

/** The keys of this installation, random, made and kept (mode 0600) before any source has one. */
export function keepSourceKeys(dataDir: string): SourceKeys {
  const before = readSourceKeys(dataDir);
  if (before) return before;
  const keys = { panel: randomBytes(16).toString('hex').toUpperCase(), headEnd: randomBytes(24).toString('base64url') };
  writeFileSync(`${fileOf(dataDir)}.new`, `${JSON.stringify(keys)}\n`, { mode: 0o600, flush: true });
  renameSync(`${fileOf(dataDir)}.new`, fileOf(dataDir));
  return keys;
}

/** The senders of the demonstration know their keys no more. */
export const forgetSourceKeys = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });
