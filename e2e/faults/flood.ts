import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect } from 'vitest';
import { Dialler } from '../../src/connectors/sia-dc09/dialler.ts';
import type { Api, Product } from '../product.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const AGAIN_MS = 200;
const HTTP_BATCH = 10;
const MOST_BEHIND_MS = 2_000;
const WINDOW = 8;

/** How a rate is shared out over the receivers, as parts of one. */
export const SHARES = { dc09: 0.5, http: 0.2, mqtt: 0.15, syslog: 0.15 } as const;

/** Numbers that one sender was told are kept; `sent` counts what left it. */
export type Flow = { protocol: keyof typeof SHARES; account: string; sent: number; acknowledged: number[]; stop(): Promise<void> };

/** A broker of MQTT in this process, for a product that is started with its address. */
export async function aBroker(): Promise<{ url: string; close(): Promise<void> }> {
  const broker = await Aedes.createBroker();
  const server: Server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, close: async () => { broker.close(); server.close(); await sleep(10); } };
}

/** Calls `send` with 1, 2, 3, … so many times a second in all, `lanes` at once; a sender that is held up leaves out what it is too late for, not more. */
function pace(perS: number, lanes: number, send: (n: number) => Promise<void>): () => Promise<void> {
  let isOver = false;
  let n = 0;
  const everyMs = (1000 * lanes) / perS;
  const lane = async (at: number): Promise<void> => {
    for (let due = Date.now() + (everyMs * at) / lanes; !isOver; due = Math.max(due + everyMs, Date.now() - MOST_BEHIND_MS)) {
      if (due > Date.now()) await sleep(due - Date.now());
      if (!isOver) await send(++n);
    }
  };
  const all = Promise.all(Array.from({ length: lanes }, (_, at) => lane(at)));
  all.catch(() => undefined);
  return async () => {
    isOver = true;
    await Promise.race([all, sleep(10_000)]);
  };
}

type Ways = { product: Pick<Product, 'url' | 'dc09Port'>; syslogPort: number; brokerUrl: string };

/** Makes sources for every receiver and lets them send `rate` signals a second in all; nothing of it raises an alarm but one in two hundred of DC-09. */
export async function startFlood({ product, syslogPort, brokerUrl }: Ways, api: Api, rate: number): Promise<Flow[]> {
  const panels = Math.max(2, Math.ceil((rate * SHARES.dc09) / 50));
  const accounts = Array.from({ length: panels }, (_, i) => `F${String(i).padStart(3, '0')}`);
  const sources = [...accounts.map((account) => ({ protocol: 'dc09', account, name: `Panel ${account}` })), { protocol: 'syslog', account: 'flood-host', name: 'Host' }, { protocol: 'mqtt', account: 'flood/#', name: 'Broker' }];
  await api.post('/api/signals/sources', sources as unknown as object);
  const http = await api.post<{ secret: string; account: string }>('/api/signals/sources', { protocol: 'http', name: 'Head-end' });
  await sleep(1_500);
  const publisher = await connectAsync(brokerUrl);
  return [
    ...accounts.map((account) => overDc09(product.dc09Port, account, (rate * SHARES.dc09) / panels)),
    overHttp(product.url, http, rate * SHARES.http), overMqtt(publisher, rate * SHARES.mqtt), overSyslog(syslogPort, rate * SHARES.syslog),
  ];
}

/** One event after the other in the order of its numbers, several on their way. */
function overDc09(port: number, account: string, perS: number): Flow {
  const dialler = new Dialler({ host: '127.0.0.1', port, account, window: WINDOW, resendMs: 700, reconnectMs: 60 });
  const flow: Flow = { protocol: 'dc09', account, sent: 0, acknowledged: [], stop: async () => undefined };
  const stop = pace(perS, 1, async (n) => {
    flow.sent++;
    const answered = dialler.sendEvent('SIA-DCS', `Nri1/${n % 200 === 0 ? 'BA' : ['OP', 'CL', 'DG'][n % 3]}${String(n % 1000).padStart(4, '0')}^${n}^`, { sentAt: Date.now() }).then(({ kind }) => void (kind === 'ACK' && flow.acknowledged.push(n)), () => undefined);
    if (flow.sent - flow.acknowledged.length > WINDOW * 4) await answered;
  });
  return Object.assign(flow, {
    stop: async () => {
      await stop();
      for (let tries = 0; tries < 200 && flow.acknowledged.length < flow.sent; tries++) await sleep(50);
      dialler.close();
    },
  });
}

/** Batches by name; what was not answered with 202 is sent again until it is. */
function overHttp(url: string, { secret, account }: { secret: string; account: string }, perS: number): Flow {
  const flow: Flow = { protocol: 'http', account, sent: 0, acknowledged: [], stop: async () => undefined };
  const stop = pace(perS / HTTP_BATCH, 2, async (n) => {
    const names = Array.from({ length: HTTP_BATCH }, (_, i) => (n - 1) * HTTP_BATCH + i + 1);
    const body = JSON.stringify(names.map((name) => ({ externalId: `h-${name}`, occurredAt: new Date().toISOString(), type: 'access.granted', device: `Door ${name % 40}` })));
    flow.sent += names.length;
    for (let tries = 0; tries < 600; tries++) {
      const answer = await fetch(`${url}/api/signals`, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` } }).catch(() => null);
      if (answer?.status === 202) return void flow.acknowledged.push(...names);
      await sleep(AGAIN_MS);
    }
    throw new Error('HTTP was not taken for minutes.');
  });
  return Object.assign(flow, { stop });
}

/** QoS 1; what the broker took is its and then ours to keep. */
function overMqtt(client: MqttClient, perS: number): Flow {
  const flow: Flow = { protocol: 'mqtt', account: 'flood/#', sent: 0, acknowledged: [], stop: async () => undefined };
  const stop = pace(perS, 2, async (n) => {
    flow.sent++;
    await client.publishAsync('flood/state', JSON.stringify({ id: `m-${n}`, state: 'on' }), { qos: 1 });
    flow.acknowledged.push(n);
  });
  return Object.assign(flow, { stop: async () => { await stop(); await client.endAsync(); } });
}

/** Lines with their own numbers (RFC 5424 §7.3.1); nobody answers. */
function overSyslog(port: number, perS: number): Flow {
  const flow: Flow = { protocol: 'syslog', account: 'flood-host', sent: 0, acknowledged: [], stop: async () => undefined };
  let socket: Socket | null = null;
  const line = async (): Promise<Socket> => {
    while (!socket || socket.destroyed) {
      const made = connect(port, '127.0.0.1');
      made.on('error', () => undefined);
      if (await once(made, 'connect').then(() => true, () => false)) socket = made;
      else await sleep(AGAIN_MS);
    }
    return socket;
  };
  const stop = pace(perS, 1, async (n) => {
    const open = await line();
    flow.sent++;
    const text = `<134>1 ${new Date().toISOString()} flood-host app - - [meta sequenceId="${n}"] line ${n}`;
    if (!open.write(`${Buffer.byteLength(text)} ${text}`)) await Promise.race([once(open, 'drain'), once(open, 'close')]).catch(() => undefined);
  });
  return Object.assign(flow, { stop: async () => { await stop(); socket?.end(); } });
}

const NUMBER = { dc09: /\^(\d+)\^\]/, http: /"externalId": ?"h-(\d+)"/, mqtt: /"id":"m-(\d+)"/, syslog: /sequenceId="(\d+)"/ } as const;

/** What is stored of a source, by the sender's own numbers, in the order of storing. */
async function storedOf(owner: Awaited<ReturnType<Product['owner']>>, { protocol, account }: Flow): Promise<number[]> {
  const { rows } = await owner.query<{ raw: Buffer }>('select coalesce(g.clear, g.raw) as raw from signals.signal g join signals.source s on s.ref = g.source_ref where s.protocol = $1 and s.account = $2 order by g.received_at, g.seq', [protocol, account]);
  return rows.map(({ raw }) => Number(NUMBER[protocol].exec(raw.toString('latin1'))?.[1]));
}

export type Kept = { protocol: Flow['protocol']; sent: number; acknowledged: number; stored: number; missing: number };

/** The promises of every receiver: what was acknowledged is stored, once, and of a panel in its order; lines of syslog are stored once or counted. */
export async function expectAllKept(product: Pick<Product, 'owner'>, flows: readonly Flow[]): Promise<Kept[]> {
  const owner = await product.owner();
  const told: Kept[] = [];
  for (const flow of flows) {
    const lost = async (): Promise<number[]> => {
      const kept = new Set(await storedOf(owner, flow));
      return flow.acknowledged.filter((n) => !kept.has(n));
    };
    // What the broker keeps for us comes after us.
    await expect.poll(lost, { timeout: 60_000, interval: 500, message: `${flow.protocol} ${flow.account}: acknowledged and not stored` }).toEqual([]);
    const stored = await storedOf(owner, flow);
    expect(new Set(stored).size, `${flow.protocol} ${flow.account}: none twice`).toBe(stored.length);
    if (flow.protocol === 'dc09') expect(stored, `${flow.account}: in order`).toEqual(stored.toSorted((a, b) => a - b));
    const { rows } = await owner.query<{ missing: string | null }>('select h.missing from signals.source s left join signals.heard h on h.source_ref = s.ref where s.protocol = $1 and s.account = $2', [flow.protocol, flow.account]);
    told.push({ protocol: flow.protocol, sent: flow.sent, acknowledged: flow.acknowledged.length, stored: stored.length, missing: Number(rows[0]?.missing ?? 0) });
  }
  await owner.end();
  return told;
}
