import { fileURLToPath } from 'node:url';
import { Fault } from '#platform/kernel/fault.ts';

/** Where heads go. `name` is the address as it was set, which is also how its standing is kept. */
export type Target = { kind: 'folder'; name: string; folder: string } | { kind: 'syslog'; name: string; transport: 'tcp' | 'udp'; host: string; port: number };

/** Reads the addresses of PARAPET_WITNESSES: `file:///folder`, `syslog+tcp://host:port`, `syslog+udp://host:port`. Throws Fault for any other. */
export const targetsOf = (addresses: readonly string[]): Target[] => addresses.map(targetOf);

function targetOf(address: string): Target {
  const [, transport, host, port] = /^syslog\+(tcp|udp):\/\/(.+):(\d+)$/.exec(address) ?? [];
  if (transport && host && port) return { kind: 'syslog', name: address, transport: transport === 'tcp' ? 'tcp' : 'udp', host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  if (!URL.canParse(address) || new URL(address).protocol !== 'file:') throw new Fault(`PARAPET_WITNESSES names "${address}", which is neither file:///folder nor syslog+tcp://host:port nor syslog+udp://host:port.`);
  return { kind: 'folder', name: address, folder: fileURLToPath(address) };
}
