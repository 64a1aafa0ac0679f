import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { NS } from './names.ts';
import { childOf, readXml } from './xml.ts';

/** What answered to a probe. `addresses` are those of its device service, as it names them; the words are its own and prove nothing. */
export type Found = { id: string; addresses: string[]; name: string; model: string; place: string; remote: string };

export type ProbeOptions = { /** Where the probe goes; the group of WS-Discovery unless said. */ to?: { host: string; port: number }; waitMs?: number; /** Whose answers alone are read. */ most?: number };

const GROUP = { host: '239.255.255.250', port: 3_702 };
const WAIT_MS = 2_500;
const MOST_FOUND = 200;
const LONGEST_ANSWER = 32_768;
const AGAIN_MS = 500;

/** A Probe for network video transmitters (WS-Discovery 2005/04 §5.2, ONVIF Core 7.3). */
export const probeOf = (id: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${NS.s}" xmlns:a="${NS.a}" xmlns:d="${NS.d}"><s:Header><a:Action s:mustUnderstand="1">${NS.d}/Probe</a:Action><a:MessageID>urn:uuid:${id}</a:MessageID><a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe><d:Types xmlns:dn="${NS.dn}">dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>`;

/** The devices of an answer to the probe of that id; none where it is something else. It never throws. */
export function matchesIn(text: string, id: string, remote: string): Found[] {
  const read = readXml(text);
  if (!read.ok) return [];
  const relates = childOf(childOf(read.root, NS.s, 'Header'), NS.a, 'RelatesTo')?.text ?? '';
  if (relates.replace(/^(?:urn:)?uuid:/, '') !== id) return [];
  const matches = childOf(childOf(read.root, NS.s, 'Body'), NS.d, 'ProbeMatches')?.children.filter(({ ns, name }) => ns === NS.d && name === 'ProbeMatch') ?? [];
  return matches.flatMap((match) => {
    const addresses = (childOf(match, NS.d, 'XAddrs')?.text ?? '').split(/\s+/).filter((address) => address.length <= 255 && URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)).slice(0, 8);
    const scopes = (childOf(match, NS.d, 'Scopes')?.text ?? '').split(/\s+/);
    const said = (name: string): string => wordIn(scopes.find((scope) => scope.startsWith(`onvif://www.onvif.org/${name}/`)) ?? '');
    const key = childOf(childOf(match, NS.a, 'EndpointReference'), NS.a, 'Address')?.text ?? '';
    return addresses.length === 0 ? [] : [{ id: (key || addresses[0] || '').slice(0, 200), addresses, name: said('name'), model: said('hardware'), place: said('location'), remote }];
  });
}

function wordIn(scope: string): string {
  const word = scope.split('/').slice(4).join('/');
  try {
    return decodeURIComponent(word).slice(0, 120);
  } catch {
    return word.slice(0, 120);
  }
}

/** Asks the network that this machine stands in which cameras are there; each that answers once. Routers do not carry it further. Rejects where nothing can be sent. */
export async function probe({ to = GROUP, waitMs = WAIT_MS, most = MOST_FOUND }: ProbeOptions = {}): Promise<Found[]> {
  const socket = createSocket('udp4');
  const id = randomUUID();
  const found = new Map<string, Found>();
  socket.on('error', () => undefined);
  socket.on('message', (bytes, from) => {
    if (bytes.length > LONGEST_ANSWER || found.size >= most) return;
    for (const one of matchesIn(bytes.toString('utf8'), id, from.address)) if (!found.has(one.id)) found.set(one.id, one);
  });
  try {
    await new Promise<void>((resolve, reject) => void socket.once('error', reject).bind(0, resolve));
    const ask = (): Promise<void> => new Promise((resolve, reject) => socket.send(probeOf(id), to.port, to.host, (error) => (error ? reject(error) : resolve())));
    await ask();
    // Datagrams are lost: it is asked twice (WS-Discovery, application-level transmission).
    setTimeout(() => void ask().catch(() => undefined), AGAIN_MS).unref();
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  } finally {
    socket.close();
  }
  return [...found.values()].toSorted((a, b) => a.remote.localeCompare(b.remote, 'en', { numeric: true }));
}
