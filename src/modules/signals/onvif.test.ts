import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOnvifSubscriber } from '#connectors/onvif/subscriber.ts';
import { StandInCamera, type StandInOptions } from '#connectors/onvif/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { openClient } from '#platform/net/outgoing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Dialled } from '#platform/wire/port.ts';
import type { MadeSource, Source } from './contract.ts';
import { type Intake, openIntake } from './intake/intake.ts';
import { readSignal } from './meaning.ts';
import signals from './module.ts';
import { readCameraAddress } from './rules.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Somebody;
let intake: Intake;
let dialled: Dialled;
const cameras: StandInCamera[] = [];
/** Our clock as supervision sees it, ahead of the machine's. */
let aheadMs = 0;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [signals] });
  admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  intake = await openIntake({ url: fresh.url, onLost: () => undefined, flushMs: 50 });
  intake.supervise(['onvif'], { everyMs: 50, now: () => Date.now() + aheadMs });
  dialled = startOnvifSubscriber({ client: openClient({ allowed: async () => [{ range: '127.0.0.0/8', port: null }], pauses: { firstMs: 20, longestMs: 50 } }), sink: intake.sink, filters: () => intake.accountsOf('onvif'), againMs: 20, longestMs: 50, askMs: 50 });
});
afterAll(async () => {
  await dialled.close();
  await Promise.all(cameras.map((camera) => camera.stop()));
  await intake.close();
  await app.close();
  await fresh.drop();
});

const soon = (holds: () => unknown): Promise<void> => expect.poll(holds, { timeout: 20_000, interval: 20 }).toBeTruthy() as Promise<void>;
const CREDENTIALS = { user: 'watcher', password: 'correct horse' };

async function aSource(options: StandInOptions = {}, more: object = {}): Promise<{ camera: StandInCamera; source: MadeSource }> {
  const camera = await new StandInCamera(options).start();
  cameras.push(camera);
  const made = await app.inject({ method: 'POST', url: '/api/signals/sources', headers: admin.headers, payload: { protocol: 'onvif', account: `127.0.0.1:${camera.port}`, name: 'Gate camera', credentials: CREDENTIALS, ...more } });
  expect(made.statusCode).toBe(201);
  return { camera, source: made.json<MadeSource>() };
}
const change = (source: Source, payload: object) => app.inject({ method: 'PATCH', url: `/api/signals/sources/${source.id}`, headers: admin.headers, payload });
const asListed = async ({ id }: Source): Promise<Source | undefined> => (await app.inject({ url: '/api/signals/sources?limit=200', headers: admin.headers })).json<{ items: Source[] }>().items.find((one) => one.id === id);
type Stored = { raw: Buffer; clear: Buffer | null; repeats: number };
const stored = async (source: Source): Promise<Stored[]> => (await fresh.owner.query<Stored>('select g.raw, g.clear, g.repeats from signals.signal g where g.source_ref = $1 order by g.seq', [source.ref])).rows;
const meant = async (source: Source): Promise<string[]> => (await stored(source)).flatMap(({ raw, clear }) => readSignal('onvif', raw, clear).events.map(({ classified }) => `${classified.type} ${classified.effect} ${classified.point}`));
const input = (value: boolean, more: object = {}) => ({ topic: 'tns1:Device/Trigger/DigitalInput', operation: 'Changed' as const, source: { InputToken: '1' }, data: { LogicalState: String(value) }, ...more });

test('a camera is heard by one subscription, which is renewed before its end; its password stands nowhere in clear', async () => {
  const { camera, source } = await aSource({ lifeMs: 1_500 });
  expect(source).toMatchObject({ account: `http://127.0.0.1:${camera.port}/onvif/device_service`, superviseS: 60 });
  await soon(() => camera.count('PullMessages') > 0);
  camera.tell(input(true));
  camera.tell({ topic: 'tns1:RuleEngine/LineDetector/Crossed', source: { VideoSourceConfigurationToken: 'v' }, data: { ObjectId: '7' } });
  await soon(async () => (await stored(source)).length === 2);
  expect(await meant(source)).toEqual(['intrusion.untyped raise device:1', 'video.line-crossed raise device:v']);
  await soon(() => camera.count('Renew') >= 2);
  expect([camera.count('CreatePullPointSubscription'), camera.mostAtOnce]).toEqual([1, 1]);
  await soon(async () => (await asListed(source))?.heardAt);
  const [kept] = (await fresh.owner.query<{ sealed: Buffer }>('select sealed from signals.source_key where source_id = $1', [source.id])).rows;
  expect(kept?.sealed.includes(CREDENTIALS.password)).toBe(false);
  const told = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry where body::text like '%correct horse%'`);
  expect([told.rows[0]?.n, JSON.stringify(source).includes('correct horse')]).toEqual([0, false]);
});

test('after a reboot it is subscribed anew: a state that stays says nothing, one that changed meanwhile rings, and what is told twice is stored once', async () => {
  const { camera, source } = await aSource({ knowsRenew: false });
  camera.states.set('1', input(false));
  camera.states.set('2', input(true, { source: { InputToken: '2' } }));
  await soon(async () => (await stored(source)).length === 2);
  // As it stood when listening began: nothing of it is new.
  expect(await meant(source)).toEqual(['intrusion.untyped restore device:1', 'equipment.status note device:2']);
  await camera.stop();
  const at = new Date();
  camera.states.set('1', input(true, { at }));
  await camera.start();
  await soon(async () => (await stored(source)).length === 3);
  expect((await meant(source)).at(-1)).toBe('intrusion.untyped raise device:1');
  // An explicit fault: the subscription is gone though the camera is there.
  const pulls = camera.count('CreatePullPointSubscription');
  camera.subscriptions.clear();
  await soon(() => camera.count('CreatePullPointSubscription') > pulls && camera.subscriptions.size === 1);
  camera.tell(input(true, { at }));
  camera.tell(input(false));
  await soon(async () => (await stored(source)).length === 4);
  expect((await stored(source)).map(({ repeats }) => repeats)).toEqual([0, 0, 1, 0]);
  expect(camera.mostAtOnce).toBe(1);
});

test('a camera out of reach is a lost line, and its return ends that', async () => {
  const { camera, source } = await aSource({}, { superviseS: 20 });
  await soon(async () => (await asListed(source))?.heardAt);
  await camera.stop();
  await soon(async () => {
    // In steps: a jump would be our own standstill, which is not counted.
    aheadMs += 1_000;
    return (await meant(source)).includes('equipment.comms-lost raise supervision');
  });
  aheadMs = 0;
  await camera.start();
  await soon(async () => (await meant(source)).includes('equipment.comms-lost restore supervision'));
});

test('a wrong password is told at the source, and the right one is used as soon as it is set; a broken answer disturbs nobody', async () => {
  const { camera, source } = await aSource({ auth: 'token' }, { credentials: { user: 'watcher', password: 'wrong' } });
  const other = await aSource();
  await soon(async () => (await asListed(source))?.refusedWhy === 'onvif-credentials');
  expect((await change(source, { credentials: CREDENTIALS })).statusCode).toBe(200);
  await soon(() => camera.count('PullMessages') > 0);
  camera.hostile = 'bomb';
  await soon(async () => (await asListed(source))?.refusedWhy === 'onvif-unreadable');
  other.camera.tell(input(true));
  await soon(async () => (await stored(other.source)).length === 1);
  // Nothing could be given back to it while it was broken.
  camera.subscriptions.clear();
  camera.hostile = null;
  const pulls = camera.count('PullMessages');
  await soon(() => camera.count('PullMessages') > pulls);
  expect((await app.inject({ method: 'POST', url: `/api/signals/sources/${source.id}/retire`, headers: admin.headers, payload: { reason: 'Gone' } })).statusCode).toBe(200);
  await soon(() => camera.count('Unsubscribe') > 0 && camera.subscriptions.size === 0);
});

test('a key is not for a camera, a password is for nothing else, and an address carries neither', async () => {
  const { source } = await aSource();
  expect((await change(source, { key: 'A'.repeat(16) })).statusCode).toBe(422);
  const panel = await app.inject({ method: 'POST', url: '/api/signals/sources', headers: admin.headers, payload: { protocol: 'dc09', account: '77', name: 'Panel' } });
  expect((await change(panel.json<Source>(), { credentials: CREDENTIALS })).statusCode).toBe(422);
  expect(['10.1.2.3', ' camera-7:8080 ', 'HTTPS://Camera.Example/x/y?z=1'].map(readCameraAddress)).toEqual(['http://10.1.2.3/onvif/device_service', 'http://camera-7:8080/onvif/device_service', 'https://camera.example/x/y?z=1']);
  for (const wrong of ['', 'http://a:b@10.1.2.3', 'rtsp://10.1.2.3', 'a b', `10.1.2.3/${'x'.repeat(250)}`]) expect(readCameraAddress(wrong), wrong).toBeNull();
});

test('topics are read by what ships: doors, cards, tamper and storage', () => {
  const read = (topic: string, data: Record<string, string>, operation = 'Changed') => {
    const items = Object.entries(data).map(([name, value]) => `<SimpleItem Name="${name}" Value="${value}"/>`).join('');
    const raw = `<Heard xmlns="urn:parapet:onvif"><NotificationMessage xmlns="http://docs.oasis-open.org/wsn/b-2"><Topic>${topic}</Topic><Message><Message xmlns="http://www.onvif.org/ver10/schema" UtcTime="2026-11-22T01:00:00Z" PropertyOperation="${operation}"><Source><SimpleItem Name="DoorToken" Value="d1"/></Source><Data>${items}</Data></Message></Message></NotificationMessage></Heard>`;
    return readSignal('onvif', Buffer.from(raw)).events.map(({ classified: { type, effect } }) => `${type} ${effect}`).join();
  };
  expect(read('tns1:RuleEngine/CellMotionDetector/Motion', { IsMotion: 'true' })).toBe('video.motion raise');
  expect(read('tns1:RuleEngine/CellMotionDetector/Motion', { IsMotion: 'false' })).toBe('video.motion restore');
  expect(read('tns1:VideoSource/GlobalSceneChange/ImagingService', { State: 'true' })).toBe('video.tamper raise');
  expect(read('tns1:VideoSource/ImageTooDark/AnalyticsService', { State: 'true' }, 'Initialized')).toBe('equipment.status note');
  expect(read('tns1:VideoSource/ImageTooBlurry/ImagingService', { State: 'false' }, 'Initialized')).toBe('video.tamper restore');
  expect(read('tns1:RuleEngine/FieldDetector/ObjectsInside', { ObjectId: '3', IsInside: 'true' })).toBe('video.zone-entered raise');
  expect(read('tns1:RuleEngine/MyRuleDetector/PeopleDetect', { State: 'true' })).toBe('video.person raise');
  expect(read('tns1:Device/HardwareFailure/StorageFailure', { Failed: 'true' })).toBe('video.storage-failed raise');
  expect(read('tns1:AccessControl/Duress', { Reason: 'x' })).toBe('duress.code raise');
  expect(read('tns1:AccessControl/Denied/Credential', { CredentialToken: 'c', Reason: 'NotPermittedAtThisTime' })).toBe('access.denied-time raise');
  expect(read('tns1:AccessControl/Denied/CredentialNotFound/Card', { Card: '17' })).toBe('access.denied-unknown raise');
  expect(read('tns1:AccessControl/AccessGranted/Credential', { CredentialToken: 'c' })).toBe('access.granted note');
  expect(read('tns1:Door/State/DoorAlarm', { State: 'DoorForcedOpen' })).toBe('access.forced raise');
  expect(read('tns1:Door/State/DoorAlarm', { State: 'DoorForcedOpen' }, 'Initialized')).toBe('equipment.status note');
  expect(read('tns1:Door/State/DoorAlarm', { State: 'Normal' })).toBe('access.closed note');
  expect(read('tns1:Monitoring/ProcessorUsage', { Value: '12' })).toBe('equipment.status note');
  expect(read('tns1:Something/Else', { Value: '12' })).toBe('equipment.not-understood raise');
});
