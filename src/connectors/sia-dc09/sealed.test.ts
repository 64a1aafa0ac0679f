import { afterEach, describe, expect, it } from 'vitest';
import { openBody } from './cipher.ts';
import { Dialler, type DiallerOptions } from './dialler.ts';
import { encodeFrame } from './encode.ts';
import { readHeader } from './header.ts';
import { aReceiver, TestLine, until } from './testing.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'latin1');

async function start() {
  const receiver = await aReceiver({ drainMs: 100 });
  ends.push(() => receiver.close());
  receiver.sink.keys.set('70A1', KEY);
  const dial = (more: Partial<DiallerOptions> = {}): Dialler => {
    const dialler = new Dialler({ host: '127.0.0.1', port: receiver.port, account: '70A1', key: KEY, resendMs: 5_000, ...more });
    ends.push(() => dialler.close());
    return dialler;
  };
  const line = await TestLine.open(receiver.port);
  ends.push(() => line.socket.destroy());
  return { ...receiver, dial, line };
}

const event = (sequence: number, more: { key?: Buffer; sentAt?: number; account?: string } = {}): Buffer =>
  encodeFrame({ token: 'SIA-DCS', sequence, account: more.account ?? '70a1', data: 'Nri1/BA001', sentAt: more.sentAt ?? Date.now(), ...(more.key && { key: more.key }) });

describe('a source with a key', () => {
  it.each(['tcp', 'udp'] as const)('is answered encrypted, with the time of the answer, over %s; link tests too', async (transport) => {
    const { sink, dial } = await start();
    const dialler = dial({ transport });
    expect(await dialler.sendEvent('SIA-DCS', 'Nri1/BA001')).toMatchObject({ kind: 'ACK' });
    expect(await dialler.testLink()).toMatchObject({ kind: 'ACK' });
    expect(sink.arrivals).toMatchObject([{ account: '70A1', token: 'SIA-DCS', identity: '"SIA-DCS"0001L0#70A1[#70A1|Nri1/BA001]' }]);
    expect(sink.arrivals[0]?.clear?.toString()).toMatch(/^#70A1\|Nri1\/BA001\]_\d\d:/);
    expect(sink.heardAccounts).toEqual(['70A1', '70A1']);
  });

  it('gets an acknowledgement that ends in its bracket and time, echoing sequence, line and account as they came', async () => {
    const { line } = await start();
    const [answer = ''] = await line.ask(event(41, { key: KEY }));
    const header = readHeader(answer);
    expect(header).toMatchObject({ token: 'ACK', isEncrypted: true, sequence: 41, line: '0', account: '70a1' });
    const opened = header.ok && openBody(answer, header, KEY);
    expect(opened && opened.ok && opened.clear).toMatch(/^\]_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4}$/);
    expect(opened && opened.ok && Math.abs(opened.sentAt - Date.now())).toBeLessThan(30_000);
  });

  it('is refused with DUH and without life where its frame is plain or does not open, and the refusal says whose it was', async () => {
    const { sink, line } = await start();
    await line.ask(Buffer.concat([event(1), encodeFrame({ token: 'NULL', sequence: 0, account: '70A1', data: null }), event(2, { key: Buffer.alloc(16, 7) })]), 3);
    expect(line.answers).toEqual(['"DUH"0001L0#70a1[]', '"DUH"0000L0#70A1[]', '"DUH"0002L0#70a1[]']);
    expect(sink.refusedArrivals.map(({ kind, account }) => [kind, account])).toEqual([['not-encrypted', '70A1'], ['not-encrypted', '70A1'], ['wrong-key', '70A1']]);
    expect([sink.arrivals, sink.heardAccounts]).toEqual([[], []]);
  });

  it('gets NAK with our time where its own is 40 s behind or 20 s ahead, and is taken within', async () => {
    const { sink, line } = await start();
    for (const off of [-60_000, 60_000]) await line.ask(event(1, { key: KEY, sentAt: Date.now() + off }));
    for (const answer of line.answers) {
      expect(answer).toMatch(/^"NAK"0000R0L0A0\[\]_/);
      expect(Math.abs(Date.parse(`${answer.slice(-4)}-${answer.slice(-10, -5)}T${answer.slice(-19, -11)}Z`) - Date.now())).toBeLessThan(30_000);
    }
    expect([sink.refusals, sink.arrivals]).toEqual([['wrong-time', 'wrong-time'], []]);
    await line.ask(Buffer.concat([event(2, { key: KEY, sentAt: Date.now() - 20_000 }), event(3, { key: KEY })]), 4);
    expect(sink.arrivals.map(({ sequence }) => sequence)).toEqual([2, 3]);
  });

  it('whose clock is off sets it by the NAK and is heard', async () => {
    const { sink, dial } = await start();
    const dialler = dial({ now: () => Date.now() - 3_600_000 });
    expect(await dialler.sendEvent('ADM-CID', '1130 01 015')).toMatchObject({ kind: 'ACK' });
    expect([sink.refusals, sink.arrivals.length, dialler.resent]).toEqual([['wrong-time'], 1, 1]);
  });

  it('is asked for once and waited for where it is not known yet, and the order of answers holds', async () => {
    const { sink, line } = await start();
    let tell: (key: Buffer | null) => void = () => undefined;
    sink.keyOf = () => new Promise((resolve) => (tell = resolve));
    line.socket.write(event(7, { key: KEY, account: 'NEW1' }));
    await until(() => tell.length === 1);
    sink.keyOf = () => null;
    line.socket.write(event(8));
    await until(() => sink.arrivals.length === 1);
    expect(line.answers).toEqual([]);
    tell(KEY);
    await until(() => line.answers.length === 2);
    expect(line.answers[0]).toMatch(/^"\*ACK"0007/);
    expect(line.answers[1]).toBe('"ACK"0008L0#70a1[]');
  });
});

it('what is encrypted and has no key is refused with DUH', async () => {
  const { sink, line } = await start();
  sink.keys.clear();
  expect(await line.ask(event(3, { key: KEY }))).toEqual(['"DUH"0003L0#70a1[]']);
  expect(sink.refusals).toEqual(['no-key']);
});
