import { isIPv4, isIPv6 } from 'node:net';

/** A block of addresses that outgoing connections may reach although it is not public; null is any port. */
export type Allowance = { range: string; port: number | null };

type Block = { bytes: readonly number[]; bits: number };

/**
 * An address as 4 or 16 bytes; null for what is none. A zone (`%eth0`) belongs to one machine's links and is refused.
 */
export function bytesOf(address: string): readonly number[] | null {
  if (isIPv4(address)) return address.split('.').map(Number);
  if (!isIPv6(address) || address.includes('%')) return null;
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain = tail ? `${tail[1]}${hextet(tail[2], tail[3])}:${hextet(tail[4], tail[5])}` : address;
  const [before = '', after] = plain.split('::');
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const words = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right].map((word) => Number.parseInt(word, 16));
  return words.flatMap((word) => [word >> 8, word & 255]);
}

const hextet = (high: string | undefined, low: string | undefined): string => ((Number(high) << 8) | Number(low)).toString(16);

/** A block in CIDR notation; null where it is none or has bits set behind its prefix. */
export function blockOf(range: string): Block | null {
  const [address = '', length = ''] = range.split('/');
  const bytes = bytesOf(address);
  const bits = Number(length);
  if (!bytes || !/^\d{1,3}$/.test(length) || bits > bytes.length * 8) return null;
  return bytes.every((byte, i) => (byte & ~maskOf(bits, i) & 255) === 0) ? { bytes, bits } : null;
}

const maskOf = (bits: number, byte: number): number => (0xff00 >> Math.max(0, Math.min(8, bits - byte * 8))) & 255;

const covers = ({ bytes, bits }: Block, address: readonly number[]): boolean =>
  bytes.length === address.length && bytes.every((byte, i) => (byte & maskOf(bits, i)) === ((address[i] ?? 0) & maskOf(bits, i)));

const overlaps = (one: Block, other: Block): boolean => covers(one, other.bytes) || covers(other, one.bytes);

type Row = { why: string; blocks: readonly Block[] };
const row = (why: string, ...ranges: readonly string[]): Row => ({ why, blocks: ranges.map((range) => blockOf(range) as Block) });

// IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890); fec0::/10 RFC 3879, ::/96 RFC 4291. Cloud metadata by their vendors' manuals.
const NEVER: readonly Row[] = [
  row('the metadata service of a cloud', '169.254.169.254/32', '100.100.100.200/32', '192.0.0.192/32', 'fd00:ec2::254/128', 'fd20:ce::254/128'),
  row('no address at all', '0.0.0.0/8', '::/128'),
  row('link-local', '169.254.0.0/16', 'fe80::/10', 'fec0::/10'),
  row('multicast or broadcast', '224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'),
  row('reserved', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '240.0.0.0/4', '2001:db8::/32', '3fff::/20', '100::/64', '5f00::/16'),
  row('a tunnel to another network', '::/96', '64:ff9b:1::/48', '2001::/23', '2002::/16'),
];
const INSIDE: readonly Row[] = [row('this machine', '127.0.0.0/8', '::1/128'), row('a private network', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')];
const GLOBAL_IPV6 = blockOf('2000::/3') as Block;
// They carry an IPv4 address in their last four bytes, and are judged by it.
const CARRIERS = ['::ffff:0:0/96', '64:ff9b::/96'].map((range) => blockOf(range) as Block);
const LOOPBACK = INSIDE[0]?.blocks ?? [];

const found = (rows: readonly Row[], bytes: readonly number[]): string | undefined => rows.find(({ blocks }) => blocks.some((block) => covers(block, bytes)))?.why;

/** Network, host and ISATAP bits (RFC 5214): an interface that stands for an IPv4 address. */
const isIsatap = (bytes: readonly number[]): boolean => bytes.length === 16 && ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;

/**
 * Why an outgoing connection must not go to this address and port; null where it may. Public addresses may be reached,
 * what is inside only by an allowance, and some (metadata, link-local, multicast, unspecified, tunnels) never.
 */
export function refusalOf(address: string, port: number, allowed: readonly Allowance[]): string | null {
  const bytes = bytesOf(address);
  return bytes ? refusalOfBytes(bytes, port, allowed) : 'no address at all';
}

function refusalOfBytes(bytes: readonly number[], port: number, allowed: readonly Allowance[]): string | null {
  if (CARRIERS.some((block) => covers(block, bytes))) return refusalOfBytes(bytes.slice(12), port, allowed);
  const inside = found(INSIDE, bytes);
  const never = found(NEVER.slice(0, 1), bytes) ?? (inside ? undefined : (found(NEVER, bytes) ?? (isIsatap(bytes) ? 'a tunnel to another network' : undefined)));
  if (never) return never;
  if (!inside) return bytes.length === 16 && !covers(GLOBAL_IPV6, bytes) ? 'reserved' : null;
  return allowed.some((one) => (one.port === null || one.port === port) && covers(blockOf(one.range) ?? { bytes: [], bits: 0 }, bytes)) ? null : inside;
}

/** Why a block cannot be allowed; null where it can. Loopback only by port, since this machine's own services listen there. */
export function objectionTo({ range, port }: Allowance): string | null {
  const block = blockOf(range);
  if (!block) return 'Write a block of addresses such as 10.20.0.0/16, with zeros behind its prefix.';
  if (!INSIDE.some(({ blocks }) => blocks.some((one) => one.bits <= block.bits && covers(one, block.bytes)))) return 'Only blocks of private networks or of this machine need to be allowed: what is public may be reached anyway, and the rest never.';
  if (port === null && LOOPBACK.some((one) => overlaps(one, block))) return 'Name the port: this machine’s own services listen on its loopback addresses.';
  return null;
}

/** The IPv4 addresses of a block in CIDR notation that can be asked, without its own and its broadcast address; null where it is none, or has more than `most`. */
export function addressesIn(range: string, most: number): string[] | null {
  const block = blockOf(range);
  if (block?.bytes.length !== 4 || 2 ** (32 - block.bits) > most + 2) return null;
  const first = block.bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const count = 2 ** (32 - block.bits);
  const numbers = Array.from({ length: count }, (_, i) => first + i);
  return (count > 2 ? numbers.slice(1, -1) : numbers).map((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.'));
}
