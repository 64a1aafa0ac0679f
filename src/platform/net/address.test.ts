import fc from 'fast-check';
import { BlockList } from 'node:net';
import { describe, expect, test } from 'vitest';
import { blockOf, bytesOf, objectionTo, refusalOf } from './address.ts';

const octet = fc.integer({ min: 0, max: 255 });
const ipv4 = fc.tuple(octet, octet, octet, octet).map((bytes) => bytes.join('.'));

// The IANA IPv4 special-purpose registry once more, in the runtime's own block list: the two must agree.
const SPECIAL = new BlockList();
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4]] as const) SPECIAL.addSubnet(net, bits, 'ipv4');

describe('an address', () => {
  test('of IPv4 may be reached exactly where it is not special', () => {
    fc.assert(fc.property(ipv4, (address) => { expect(refusalOf(address, 443, []) === null).toBe(!SPECIAL.check(address, 'ipv4')); }), { numRuns: 2000 });
  });

  test('of IPv4 is judged alike in each of its IPv6 disguises', () => {
    fc.assert(fc.property(ipv4, (address) => {
      const hex = Buffer.from(address.split('.').map(Number)).toString('hex');
      const words = `${hex.slice(0, 4)}:${hex.slice(4)}`;
      const judged = refusalOf(address, 443, []);
      for (const disguise of [`::ffff:${address}`, `::ffff:${words}`, `0:0:0:0:0:FFFF:${words}`, `64:ff9b::${address}`, `64:ff9b::${words}`]) expect(refusalOf(disguise, 443, [])).toBe(judged);
      for (const tunnel of [`::${words}`, `2002:${words}::1`, `2001:0:4136:e378:8000:63bf:${words}`, `64:ff9b:1::${words}`, `2a00:1450::5efe:${words}`, `2a00:1450::200:5efe:${words}`]) expect(refusalOf(tunnel, 443, [{ range: '127.0.0.0/8', port: 443 }])).not.toBeNull();
    }));
  });

  test.each([
    '::', '::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'fc00::1', 'fdff::1', 'ff02::1', 'ff0e::1', '2001:db8::1', '2001::1', '2001:20::1', '3fff::1', '100::1', '5f00::1', '4000::1', '::2', 'fd00:ec2::254',
    '0.0.0.0', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '169.254.169.254', '169.254.0.1', '224.0.0.1', '239.255.255.255', '255.255.255.255', '', 'localhost', '1.2.3', '1.2.3.4.5', '::ffff:1.2.3.4.5', '0x7f.1',
  ])('%s is refused', (address) => expect(refusalOf(address, 443, [])).toEqual(expect.any(String)));

  test.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001:80b::200e', '64:ff9b::808:808', '::ffff:8.8.8.8'])('%s may be reached', (address) => expect(refusalOf(address, 443, [])).toBeNull());

  test('inside is reached by an allowance for its block and port only', () => {
    const allowed = [{ range: '10.20.0.0/16', port: null }, { range: '192.168.1.7/32', port: 8443 }, { range: 'fd12::/16', port: null }];
    expect(['10.20.255.1', '10.21.0.1', '::ffff:10.20.0.1', 'fd12::1', 'fd13::1'].map((address) => refusalOf(address, 443, allowed) === null)).toEqual([true, false, true, true, false]);
    expect([443, 8443].map((port) => refusalOf('192.168.1.7', port, allowed) === null)).toEqual([false, true]);
  });

  test('of a metadata service, a link or many is reached by no allowance', () => {
    const all = [{ range: '0.0.0.0/0', port: null }, { range: '::/0', port: null }];
    for (const address of ['169.254.169.254', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', '169.254.1.1', 'fe80::1', '224.0.0.1', '0.0.0.0', '::', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe']) expect(refusalOf(address, 80, all)).toEqual(expect.any(String));
  });

  test('is read as bytes as the runtime reads it', () => {
    fc.assert(fc.property(fc.ipV6(), (address) => {
      const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
      const left = before.split(':').filter(Boolean);
      const right = (after ?? '').split(':').filter(Boolean);
      const whole = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
      expect(bytesOf(address)).toEqual([...Buffer.from(whole.map((word) => word.padStart(4, '0')).join(''), 'hex')]);
    }));
  });
});

describe('an allowance', () => {
  test.each([['10.0.0.0/8', null], ['10.20.30.40/32', 443], ['192.168.0.0/16', null], ['127.0.0.1/32', 8025], ['::1/128', 8025], ['fd12:3456::/32', null]])('may be made for %s, port %s', (range, port) => expect(objectionTo({ range, port })).toBeNull());

  test.each([['0.0.0.0/0', null], ['169.254.169.254/32', 80], ['8.8.8.0/24', null], ['10.0.0.1/8', null], ['10.0.0.0', null], ['10.0.0.0/33', null], ['::/0', null], ['::ffff:10.0.0.0/104', null], ['fe80::/10', null], ['127.0.0.0/8', null], ['::1/128', null], ['9.0.0.0/7', null], ['nonsense/8', null]])('is refused for %s, port %s', (range, port) => expect(objectionTo({ range, port })).toEqual(expect.any(String)));

  test('reads a block as its bytes and bits', () => expect([blockOf('10.20.0.0/16'), blockOf('fd00::/8')?.bits]).toEqual([{ bytes: [10, 20, 0, 0], bits: 16 }, 8]));
});
