import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StandInStream } from '#connectors/onvif/testing-stream.ts';
import { StandInCamera } from '#connectors/onvif/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import signals from '#modules/signals/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { isVideoSkipped } from '#platform/video/testing.ts';
import { picturesIn } from '../web/picture-parts.ts';
import devices from '../module.ts';

const SOON = { timeout: 30_000, interval: 50 };
const PASSWORD = 'correct horse';
let fresh: FreshDatabase;
let app: FastifyInstance;
let people: Record<'admin' | 'engineer' | 'operator' | 'other', Somebody>;
let camera: StandInCamera;
let stream: StandInStream;
let deviceId: string;
let port: number;

beforeAll(async () => {
  if (isVideoSkipped) return;
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [signals, devices] });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
  const [admin, engineer, operator, other] = await Promise.all([aPerson(fresh, 'Ada Admin', { role: 'system-administrator' }), aPerson(fresh, 'Enno Engineer', { role: 'systems-engineer' }), aPerson(fresh, 'Ola Operator', { role: 'gsoc-operator' }), aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator' })]);
  people = { admin, engineer, operator, other };
  stream = await new StandInStream({ hasSound: true }).start();
  camera = await new StandInCamera({ stream: stream.address }).start();
  const source = await post('/api/signals/sources', admin, { protocol: 'onvif', account: camera.address, name: 'Gate camera', credentials: { user: 'watcher', password: PASSWORD } });
  deviceId = (await post('/api/devices', engineer, { siteId: null, code: 'CAM-1', name: 'Gate camera', kind: 'camera', points: [{ sourceId: source.id, point: '' }] })).id;
  await allow(camera.port);
});
afterAll(async () => {
  if (isVideoSkipped) return;
  await Promise.all([camera.stop(), stream.stop()]);
  await app.close();
  await fresh.drop();
});

async function post(url: string, { headers }: Somebody, payload: object): Promise<{ id: string }> {
  const made = await app.inject({ method: 'POST', url, headers, payload });
  expect(made.statusCode, made.body).toBe(201);
  return made.json<{ id: string }>();
}
const allow = (to: number) => fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (gen_random_uuid(), '127.0.0.1/32', $1, 'The camera of this test', now(), $2)`, [to, people.admin.id]);
const children = (): number[] => execFileSync('ps', ['-eo', 'pid,ppid,comm'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes('ffmpeg')).map((line) => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === process.pid).map(([pid]) => pid ?? 0);
/** Of the children that read a stream, and not of those that stand for a camera. */
const readers = (): number[] => children().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('rtsp_transport'));
const refusal = async (who = people.operator) => (await app.inject({ url: `/api/devices/${deviceId}/live`, headers: who.headers })).json<{ type: string; detail: string }>();
const typeOf = async () => (await refusal()).type.replace('urn:problem:devices.', '');

/** Looks as a browser does; `frames` grows until `close`. */
function look(who = people.operator) {
  const frames: { takenAt: string; jpeg: Uint8Array }[] = [];
  const seen = { frames, isOver: false, close: (): void => void asked.destroy() };
  const asked = get({ host: '127.0.0.1', port, path: `/api/devices/${deviceId}/live`, headers: who.headers }, (answer) => {
    const body = new ReadableStream<Uint8Array>({ start: (to) => void answer.on('data', (chunk: Buffer) => to.enqueue(chunk)).on('close', () => to.close()).on('error', () => undefined) });
    void (async () => {
      for await (const picture of picturesIn(body)) frames.push(picture);
      seen.isOver = true;
    })();
  }).on('error', () => undefined);
  return seen;
}

describe.skipIf(isVideoSkipped)('moving pictures', () => {
  test('come only from an address that is allowed, one stream for all who look; nothing that ffmpeg is told or given names the camera, its password or anything of ours', async () => {
    expect(await typeOf()).toBe('live_not_allowed');
    expect(stream.asked).toEqual([]);
    expect((await app.inject({ url: `/api/devices/${deviceId}/live`, headers: people.engineer.headers })).statusCode).toBe(403);
    await allow(stream.port);
    const seen = look();
    const other = look(people.other);
    await expect.poll(() => Math.min(seen.frames.length, other.frames.length), SOON).toBeGreaterThan(2);
    const [pid = 0] = readers();
    for (const of of ['cmdline', 'environ']) expect(readFileSync(`/proc/${pid}/${of}`, 'utf8')).not.toMatch(new RegExp(`${PASSWORD}|watcher|live|${stream.port}|DATABASE_URL`));
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/NoNewPrivs:\s+1/);
    expect([readers().length, stream.readers, stream.asked.some((line) => line.includes('track2'))]).toEqual([1, 1, false]);
    expect(await sharp(seen.frames[0]?.jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 176 });
    expect(Math.abs(Date.parse(seen.frames[0]?.takenAt ?? '') - Date.now())).toBeLessThan(60_000);
    const looks = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry where record_id = $1 and verb = 'devices.looked'`, [deviceId]);
    expect(looks.rows[0]?.n).toBe(2);
    await fresh.owner.query(`delete from access."grant" where person_id = $1`, [people.other.id]);
    await expect.poll(() => other.isOver, SOON).toBe(true);
    expect(seen.isOver).toBe(false);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => [seen.isOver, readers().length, stream.readers], SOON).toEqual([true, 0, 0]);
  });

  test('of a camera that is not H.264 are drawn alike, end where nobody looks and where it is gone; a wrong password and a machine without ffmpeg are told in words', async () => {
    stream.options.codec = 'mjpeg';
    const seen = look();
    await expect.poll(() => seen.frames.length, SOON).toBeGreaterThan(0);
    await stream.stop();
    await expect.poll(() => seen.isOver, SOON).toBe(true);
    await expect.poll(typeOf, SOON).toBe('live_unreachable');
    await stream.start();
    stream.options.password = 'another';
    await expect.poll(typeOf, SOON).toBe('live_credentials');
    stream.options.password = PASSWORD;
    const again = look();
    await expect.poll(() => again.frames.length, SOON).toBeGreaterThan(0);
    again.close();
    await expect.poll(() => [readers().length, stream.readers], SOON).toEqual([0, 0]);
    const path = process.env['PATH'] ?? '';
    process.env['PATH'] = '/nowhere';
    expect(await typeOf()).toBe('live_no_ffmpeg');
    process.env['PATH'] = path;
  });
});
