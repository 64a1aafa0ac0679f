import type { FastifyInstance } from 'fastify';
import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Receiver } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type { Signal, SignalDetail, Source, Stranger } from './contract.ts';
import { type Intake, openIntake } from './intake/intake.ts';
import { readSignal } from './meaning.ts';
import signals from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Somebody;
let intake: Intake;
let receiver: Receiver;
const socket = createSocket('udp4');

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [signals] });
  admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  await open();
});
afterAll(async () => {
  socket.close();
  await receiver.close();
  await intake.close();
  await app.close();
  await fresh.drop();
});

async function open(): Promise<void> {
  intake = await openIntake({ url: fresh.url, onLost: () => undefined });
  receiver = (await PROTOCOLS.get('syslog')?.listen?.({ host: '127.0.0.1', port: 0, sink: intake.sink })) as Receiver;
}

const send = (text: string): Promise<unknown> => new Promise((resolve) => socket.send(text, receiver.port, '127.0.0.1', resolve));
const get = async <T>(path: string): Promise<T> => (await app.inject({ url: `/api/signals${path}`, headers: admin.headers })).json<T>();
const post = (path: string, payload: object) => app.inject({ method: 'POST', url: `/api/signals${path}`, headers: admin.headers, payload });
const ofAccount = async (account: string): Promise<Signal[]> => (await get<{ items: Signal[] }>(`?account=${account}`)).items;
const soon = (holds: () => unknown): Promise<void> => expect.poll(holds, { timeout: 15_000, interval: 20 }).toBeTruthy() as Promise<void>;

test('what a host sends that nobody knows is kept, and becomes signals once the host is adopted; a line with its own time that comes twice is one', async () => {
  const line = `<34>1 ${new Date().toISOString()} Gate.Example accessd - DOOR01 - Duress PIN entered`;
  await send(line);
  await send(line);
  let found: Stranger | undefined;
  await soon(async () => (found = (await get<{ items: Stranger[] }>('/quarantine')).items.find(({ frames }) => frames === 2)));
  expect(found).toMatchObject({ protocol: 'syslog', account: 'gate.example', remote: '127.0.0.1', lastRaw: line });
  expect((await post('/quarantine/adopt', { protocol: 'syslog', account: 'Gate.Example', name: 'Gate' })).statusCode).toBe(201);
  await soon(async () => (await ofAccount('gate.example')).length === 1);
  expect(await ofAccount('GATE.EXAMPLE')).toMatchObject([{ repeats: 1, raw: line, hasTime: true, type: 'intrusion.untyped' }]);
  await soon(async () => (await get<{ items: Stranger[] }>('/quarantine')).items.length === 0);
});

test('lines without a time are each one of their own, and numbers that were passed over are counted at their source, over a restart too', async () => {
  expect((await post('/sources', { protocol: 'syslog', account: 'core-switch', name: 'Core switch' })).json()).toMatchObject({ account: 'core-switch', missing: 0 });
  for (let i = 0; i < 2; i++) await send('<165>1 - core-switch - - - - The same');
  for (const number of [7, 8, 12, 3, 4]) await send(`<165>1 - core-switch - - - [meta sequenceId="${number}"] Numbered`);
  await soon(async () => (await ofAccount('core-switch')).length === 7);
  expect((await ofAccount('core-switch')).filter(({ raw }) => raw.endsWith('The same'))).toHaveLength(2);
  await receiver.close();
  await intake.close();
  const source = (await get<{ items: Source[] }>('/sources?account=core-switch')).items[0];
  expect(source).toMatchObject({ missing: 3, missingAt: expect.any(String), heardFrom: '127.0.0.1' });
  await open();
  await send('<165>1 - core-switch - - - [meta sequenceId="6"] After the restart');
  await soon(async () => (await ofAccount('core-switch')).length === 8);
  await receiver.close();
  await intake.close();
  expect((await get<{ items: Source[] }>('/sources?account=core-switch')).items[0]).toMatchObject({ missing: 4 });
  await open();
});

test('an account must be of its protocol, and the same words may stand in two protocols', async () => {
  expect((await post('/sources', { protocol: 'dc09', account: 'core-switch', name: 'No' })).json()).toMatchObject({ status: 400, errors: [{ pointer: '/account' }] });
  expect((await post('/sources', { protocol: 'syslog', account: 'two words', name: 'No' })).statusCode).toBe(400);
  expect((await post('/sources', [{ protocol: 'dc09', account: 'AB12', name: 'Panel' }, { protocol: 'syslog', account: 'ab12', name: 'Host' }])).statusCode).toBe(201);
  expect((await post('/sources', { protocol: 'syslog', account: 'AB12', name: 'Again' })).statusCode).toBe(409);
});

test('without a mapping a line weighs what its sender says', () => {
  const weigh = (text: string) => readSignal('syslog', Buffer.from(text)).events.map(({ classified, meaning }) => [classified.type, classified.effect, classified.point, meaning.text, meaning.isUnverified]);
  expect(weigh('<13>Nov 20 18:24:46 vm CEF:0|A|B|1|door-forced|Door forced|8|suser=ann')).toEqual([['intrusion.untyped', 'raise', 'device:door-forced', 'Door forced', true]]);
  expect(weigh('<8>Nov 20 18:24:46 vm CEF:0|A|B|1|100|Logged in|Low|')).toEqual([['equipment.status', 'note', 'device:100', 'Logged in', true]]);
  expect(weigh('<8>Nov 20 18:24:46 vm LEEF:1.0|A|B|1|100|cat=door\tsev=5')).toEqual([['equipment.not-understood', 'raise', 'device:100', 'door', true]]);
  expect(weigh('<131>Nov 20 18:24:45 vm vms: Camera 7 video loss')).toEqual([['equipment.not-understood', 'raise', 'device:vms', 'Camera 7 video loss', true]]);
  expect(weigh('<34>1 - h a - - - Duress')).toEqual([['intrusion.untyped', 'raise', 'device:a', 'Duress', true]]);
  expect(weigh('<14>1 - - - - - - Started')).toEqual([['equipment.status', 'note', null, 'Started', true]]);
  expect(weigh('no priority')).toEqual([['equipment.not-understood', 'raise', null, 'no priority', false]]);
});

test('a line is read on screen, with all that it says beside its bytes', async () => {
  const [first] = await ofAccount('gate.example');
  expect(await get<SignalDetail>(`/${first?.id}`)).toMatchObject({ token: 'rfc5424', facts: expect.arrayContaining([{ name: 'Severity', value: 'critical' }, { name: 'Program', value: 'accessd' }]), events: [{ text: 'Duress PIN entered', isUnverified: true }] });
});
