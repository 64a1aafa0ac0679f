import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Receiver } from '#platform/wire/port.ts';
import connector from './connector.ts';
import { encodeFrame, frameText } from './encode.ts';
import type { Limits } from './limits.ts';
import { aReceiver, TestLine, until } from './testing.ts';

const opened: (Receiver | TestLine)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) if (one instanceof TestLine) one.socket.destroy();
  else await one.close();
});

async function start(limits: Partial<Limits> = {}) {
  const receiver = await aReceiver({ drainMs: 200, ...limits });
  opened.push(receiver);
  const line = async () => {
    const opening = await TestLine.open(receiver.port);
    opened.push(opening);
    return opening;
  };
  return { receiver, sink: receiver.sink, line };
}

const event = (sequence: number, more: { account?: string; data?: string; crc?: 'ascii' | 'binary' } = {}): Buffer =>
  encodeFrame({ token: 'SIA-DCS', sequence, account: more.account ?? '1234', data: more.data ?? 'Nri1/BA001', sentAt: 1_800_000_000_000 }, more.crc);
const nullFrame = encodeFrame({ token: 'NULL', sequence: 0, account: '1234', data: null });
const sequences = (answers: string[]): number[] => answers.map((answer) => Number(answer.slice(5, 9)));

describe('an event', () => {
  it('is acknowledged only once the sink says that it is durable, with its own sequence, receiver, line and account', async () => {
    const { sink, line } = await start();
    sink.isHolding = true;
    const panel = await line();
    const raw = encodeFrame({ token: 'ADM-CID', sequence: 77, receiver: '1A', line: '2', account: 'ab12', data: '1130 01 015', sentAt: 1_800_000_000_000 });
    panel.socket.write(raw);
    await until(() => sink.pending.length === 1);
    await pause(30);
    expect(panel.answers).toEqual([]);
    sink.settle();
    await until(() => panel.answers.length === 1);
    expect(panel.answers).toEqual(['"ACK"0077R1AL2#ab12[]']);
    expect(sink.arrivals[0]).toMatchObject({ protocol: 'dc09', account: 'AB12', token: 'ADM-CID', sequence: 77, raw, sentAt: 1_800_000_000_000, remote: '127.0.0.1', identity: '"ADM-CID"0077R1AL2#ab12[#ab12|1130 01 015]' });
    expect(Math.abs((sink.arrivals[0]?.receivedAt ?? 0) - Date.now())).toBeLessThan(5_000);
    expect(sink.heardAccounts).toEqual(['AB12']);
  });

  it('is answered in the form of CRC that it came in', async () => {
    const { line } = await start();
    const panel = await line();
    await panel.ask(Buffer.concat([event(1), event(2, { crc: 'binary' })]), 2);
    expect(panel.frames.map(String)).toEqual([frameText('"ACK"0001L0#1234[]', 'ascii'), String(Buffer.from(frameText('"ACK"0002L0#1234[]', 'binary'), 'latin1'))]);
  });

  it('that could not be stored gets no answer, and the connection is destroyed', async () => {
    const { sink, line } = await start();
    sink.isHolding = true;
    const [panel, other] = [await line(), await line()];
    panel.socket.write(event(1));
    other.socket.write(event(2));
    await until(() => sink.pending.length === 2);
    const held = [...sink.pending];
    sink.settle(held.filter(({ arrival }) => arrival.sequence === 1), new Error('the disk is full'));
    await until(() => panel.isClosed);
    sink.settle(held.filter(({ arrival }) => arrival.sequence === 2));
    await until(() => other.answers.length === 1);
    expect(panel.answers).toEqual([]);
  });

  it('whose sink throws gets no answer either', async () => {
    const { sink, line } = await start();
    sink.accept = () => {
      throw new Error('no database');
    };
    const panel = await line();
    expect(await panel.ask(event(1))).toEqual([]);
    expect(panel.isClosed).toBe(true);
  });

  it('that cannot be understood is stored and acknowledged all the same', async () => {
    const { sink, line } = await start();
    const panel = await line();
    expect(await panel.ask(event(5, { data: '?? not an event ??' }))).toEqual(['"ACK"0005L0#1234[]']);
    const stored = connector.decode(sink.arrivals[0]?.raw as Buffer);
    expect(stored).toMatchObject({ account: '1234', sequence: 5, events: [], problem: 'Nothing in the data block could be read as an event.' });
  });

  it('from a sender that ends its side at once is still acknowledged', async () => {
    const { sink, line } = await start();
    sink.isHolding = true;
    const panel = await line();
    panel.socket.end(event(9));
    await until(() => sink.pending.length === 1);
    await pause(20);
    sink.settle();
    await until(() => panel.isClosed);
    expect(panel.answers).toEqual(['"ACK"0009L0#1234[]']);
  });
});

describe('answers', () => {
  it('leave in the order of the messages, whatever settles first', async () => {
    const { sink, line } = await start();
    sink.isHolding = true;
    const panel = await line();
    panel.socket.write(Buffer.concat([event(1), event(2), nullFrame, event(3)]));
    await until(() => sink.pending.length === 3);
    const [first, second, third] = [...sink.pending];
    if (!first || !second || !third) throw new Error('not held');
    sink.settle([third, second]);
    await pause(20);
    expect(panel.answers).toEqual([]);
    sink.settle([first]);
    await until(() => panel.answers.length === 4);
    expect(sequences(panel.answers)).toEqual([1, 2, 0, 3]);
  });

  it('to a link test leave at once and restart supervision', async () => {
    const { sink, line } = await start();
    const panel = await line();
    expect(await panel.ask(nullFrame)).toEqual(['"ACK"0000L0#1234[]']);
    expect([sink.heardAccounts, sink.arrivals]).toEqual([['1234'], []]);
  });

  it('say DUH to what is encrypted and to a token that we do not know, and nothing to what is broken', async () => {
    const { sink, line } = await start();
    const panel = await line();
    const broken = event(1).toString('latin1').replace('BA001', 'BA002');
    const frames = [frameText('"*SIA-DCS"4480L0#EA1984[83F1537983]', 'ascii'), frameText('"XYZ"0002L0#1[]', 'ascii'), broken, 'rubbish\r', frameText('"SIA-DCS"0003L0?#1[]', 'ascii'), frameText('"ACK"0003L0#1[]', 'ascii')];
    await panel.ask(Buffer.concat([Buffer.from(frames.join(''), 'latin1'), event(4)]), 4);
    expect(panel.answers).toEqual(['"DUH"4480L0#EA1984[]', '"DUH"0002L0#1[]', '"DUH"0003R0L0[]', '"ACK"0004L0#1234[]']);
    expect(sink.refusals).toEqual(['no-key', 'unknown-token', 'bad-crc', 'malformed', 'malformed', 'malformed']);
  });
});

describe('back-pressure', () => {
  it('reads no more than the bound of one connection, then goes on, in order and complete', async () => {
    const { sink, line } = await start({ waitingOfAConnection: 20 });
    sink.isHolding = true;
    const panel = await line();
    panel.socket.write(Buffer.concat(Array.from({ length: 500 }, (_, i) => event(i + 1))));
    await until(() => sink.pending.length === 20);
    await pause(30);
    expect(sink.pending).toHaveLength(20);
    while (panel.answers.length < 500) {
      expect(sink.pending.length).toBeLessThanOrEqual(20);
      sink.settle();
      await pause(1);
    }
    expect(sequences(panel.answers)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  it('reads no more than the bound of all connections', async () => {
    const { sink, line } = await start({ waiting: 30 });
    sink.isHolding = true;
    const panels = await Promise.all(Array.from({ length: 5 }, () => line()));
    for (const panel of panels) panel.socket.write(Buffer.concat(Array.from({ length: 100 }, (_, i) => event(i + 1))));
    await until(() => sink.pending.length === 30);
    await pause(30);
    expect(sink.pending).toHaveLength(30);
    while (panels.some((panel) => panel.answers.length < 100)) {
      expect(sink.pending.length).toBeLessThanOrEqual(30);
      sink.settle();
      await pause(1);
    }
  });

  it('reads no more from a sender that does not read its answers, and ends it', async () => {
    const { receiver, sink, line } = await start({ stallMs: 300 });
    const panel = await line();
    panel.socket.pause();
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => nullFrame));
    for (let i = 0; i < 1_000; i++) panel.socket.write(many);
    await until(() => receiver.connections() === 0, 10_000);
    expect(sink.heardAccounts.length).toBeLessThan(700_000);
  });
});

describe('connections that stand still', () => {
  it('are ended in the middle of a frame, and counted', async () => {
    const { sink, line } = await start({ stallMs: 60 });
    const [slow, good] = [await line(), await line()];
    const drip = setInterval(() => slow.socket.write('A'), 20);
    slow.socket.write(event(1).subarray(0, 20));
    good.socket.write(Buffer.concat([event(2), Buffer.from('\r\n')]));
    await until(() => slow.isClosed);
    clearInterval(drip);
    expect(sink.refusals).toEqual(['malformed']);
    expect([good.isClosed, good.answers.length]).toEqual([false, 1]);
  });

  it('are ended sooner where they never said anything readable', async () => {
    const { line } = await start({ strangerMs: 60, idleMs: 600 });
    const [silent, spoken] = [await line(), await line()];
    await spoken.ask(nullFrame);
    await until(() => silent.isClosed);
    expect(spoken.isClosed).toBe(false);
    await until(() => spoken.isClosed);
  });

  it('are kept while they wait for us', async () => {
    const { sink, line } = await start({ idleMs: 50 });
    sink.isHolding = true;
    const panel = await line();
    panel.socket.write(event(1));
    await pause(200);
    expect(panel.isClosed).toBe(false);
    sink.settle();
    await until(() => panel.answers.length === 1);
  });
});

describe('too many connections', () => {
  it('of one address are refused and counted', async () => {
    const { receiver, sink, line } = await start({ connectionsOfAnAddress: 2 });
    const [one, two, three] = [await line(), await line(), await line()];
    await until(() => three.isClosed);
    expect([receiver.connections(), sink.refusals]).toEqual([2, ['too-many-connections']]);
    one.socket.destroy();
    await until(() => receiver.connections() === 1);
    expect(await (await line()).ask(event(1))).toHaveLength(1);
    expect(two.isClosed).toBe(false);
  });

  it('in all make room for a new one by the oldest that never spoke, and none where all have', async () => {
    const { sink, line } = await start({ connections: 2 });
    const spoken = await line();
    await spoken.ask(nullFrame);
    const silent = await line();
    const next = await line();
    expect(await next.ask(nullFrame)).toHaveLength(1);
    await until(() => silent.isClosed);
    const last = await line();
    await until(() => last.isClosed);
    expect([spoken.isClosed, next.isClosed, sink.refusals.length]).toEqual([false, false, 2]);
  });
});

describe('closing', () => {
  it('lets what is being stored finish and be acknowledged, and takes nothing more', async () => {
    const { receiver, sink, line } = await start();
    sink.isHolding = true;
    const [busy, idle] = [await line(), await line()];
    busy.socket.write(event(1));
    await until(() => sink.pending.length === 1);
    const closing = receiver.close();
    busy.socket.write(event(2));
    await until(() => idle.isClosed);
    await pause(20);
    sink.settle();
    await closing;
    await until(() => busy.isClosed);
    expect([busy.answers, sink.arrivals.length]).toEqual([['"ACK"0001L0#1234[]'], 1]);
    await expect(TestLine.open(receiver.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not wait for ever for what is being stored', async () => {
    const { receiver, sink, line } = await start({ drainMs: 50 });
    sink.isHolding = true;
    const panel = await line();
    panel.socket.write(event(1));
    await until(() => sink.pending.length === 1);
    await receiver.close();
    await until(() => panel.isClosed);
    sink.settle();
    expect(panel.answers).toEqual([]);
  });
});

it('a port that is taken is said at once', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(connector.listen({ host: '127.0.0.1', port, sink: { accept: () => undefined, heard: () => undefined, refused: () => undefined } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  taken.close();
});
