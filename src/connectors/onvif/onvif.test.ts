import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { openClient } from '#platform/net/outgoing.ts';
import { Camera, CameraFault } from './camera.ts';
import { answerChallenge, readChallenge } from './digest.ts';
import { matchesIn, probe, probeOf } from './discovery.ts';
import { arrivalFrom, arrivalOf, decodeMessage, notificationIn } from './message.ts';
import { NS } from './names.ts';
import { passwordDigest, readEnvelope } from './soap.ts';
import { type Hostile, StandInCamera, type StandInOptions } from './testing.ts';
import { type Element, readXml, writeXml } from './xml.ts';

const running: StandInCamera[] = [];
afterEach(async () => void (await Promise.all(running.splice(0).map((camera) => camera.stop()))));

const client = openClient({ allowed: async () => [{ range: '127.0.0.0/8', port: null }], pauses: { firstMs: 1, longestMs: 1 } });
async function aCamera(options: StandInOptions = {}): Promise<StandInCamera> {
  const camera = await new StandInCamera(options).start();
  running.push(camera);
  return camera;
}
const asking = ({ address }: StandInCamera, password = 'correct horse', timeoutMs = 4_000) => new Camera({ client, address, credentials: { user: 'watcher', password }, timeoutMs });
const troubleOf = (work: Promise<unknown>) => work.then(() => 'none', (error: unknown) => (error instanceof CameraFault ? error.trouble : String(error)));

describe('who asks', () => {
  test('HTTP Digest answers as the examples of RFC 7616 §3.9.1', () => {
    const told = 'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
    const request = { method: 'GET', uri: '/dir/index.html', count: 1, cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' };
    const answer = (header: string) => {
      const challenge = readChallenge(header);
      return challenge && answerChallenge(challenge, { user: 'Mufasa', password: 'Circle of Life' }, request);
    };
    expect(answer(`Digest ${told}, algorithm=MD5`)).toContain('response="8ca523f5e9506fed4657c9700eebdbec"');
    expect(answer(`Basic realm="x", Digest ${told}, algorithm=MD5, Digest ${told}, algorithm=SHA-256`)).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"');
    for (const other of ['Basic realm="x"', 'Digest realm="x"', 'Digest realm="x", nonce="y", algorithm=SHA-512', 'Digest realm="x", nonce="y", qop="auth-int"', '']) expect(readChallenge(other), other).toBeNull();
  });

  // ONVIF Application Programmer's Guide 1.0, §6.1.1.3.
  test('the digest of a UsernameToken is that of the programmer’s guide', () => expect(passwordDigest(Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64'), '2010-09-16T07:50:45Z', 'userpassword')).toBe('tuOSpGlFlIXsozq4HFNeeGeFLEI='));

  test.each(['digest', 'sha256', 'token', 'none'] as const)('a camera that wants %s is described, with the drift of its clock, and another password is told apart', async (auth) => {
    const camera = await aCamera({ auth, aheadMs: 3_600_000 });
    const facts = await asking(camera).describe();
    expect(facts).toMatchObject({ make: 'Halden Optics', model: 'HX & 7', firmware: '1.4.2', serial: '0042', profiles: 2, hasEvents: true, hasPicture: true });
    expect(Math.abs((facts.driftMs ?? 0) - 3_600_000)).toBeLessThan(30_000);
    if (auth !== 'none') expect(await troubleOf(asking(camera, 'wrong').describe())).toBe('credentials');
  });

  test('addresses that a camera names lead to the host that was asked, and its picture comes from there', async () => {
    const camera = await aCamera({ picture: Buffer.from('jpeg') });
    const asked = asking(camera);
    expect(await asked.pictureAddress()).toBe(`http://127.0.0.1:${camera.port}/picture.jpg?profile=main&size=full`);
    expect((await asked.picture()).toString()).toBe('jpeg');
    expect(asked.here('http://169.254.169.254/latest')).toBe(`http://127.0.0.1:${camera.port}/latest`);
  });

  test('an address inside that nobody allowed is not asked', async () => {
    const guarded = new Camera({ client: openClient(), address: 'http://10.255.0.1/onvif/device_service', credentials: null });
    expect(await troubleOf(guarded.describe())).toBe('not-allowed');
  });
});

test.each<[Hostile, string]>([['doctype', 'unreadable'], ['bomb', 'unreadable'], ['huge', 'unreadable'], ['empty', 'unreadable'], ['deep', 'unreadable'], ['html', 'unreadable'], ['slow', 'unreachable']])('an answer that is %s is refused as %s, at once and in little memory', async (hostile, trouble) => {
  const camera = await aCamera();
  camera.hostile = hostile;
  expect(await troubleOf(asking(camera, 'correct horse', 400).describe())).toBe(trouble);
  camera.hostile = null;
  expect(await troubleOf(asking(camera).describe())).toBe('none');
});

test('a usual prefix that nobody declared is read as what it usually is', () => {
  expect(readEnvelope('<SOAP-ENV:Envelope><SOAP-ENV:Body><tds:X/></SOAP-ENV:Body></SOAP-ENV:Envelope>')).toMatchObject({ kind: 'answer', element: { ns: NS.tds, name: 'X' } });
  expect(readEnvelope('<q:Envelope><q:Body/></q:Envelope>').kind).toBe('unreadable');
});

test('any text is an answer, a fault or unreadable, and what is read and written anew reads the same', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map((text) => `<a xmlns="x">${text}</a>`)), (text) => {
    readEnvelope(text);
    expect(matchesIn(text, 'x', '')).toEqual([]);
    decodeMessage(Buffer.from(text));
  }), { numRuns: 200 });
  const same = ({ ns, name, attributes, children, text }: Element): unknown => ({ ns, name, attributes, text: children.length > 0 ? '' : text, children: children.map(same) });
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, value) => {
    // What XML 1.0 cannot hold is left out, and white space in an attribute becomes blanks (XML 1.0 §3.3.3).
    const made: Element = { ns: 'urn:a', name: 'a', attributes: { b: value }, text: '', scope: { own: {}, above: null }, children: [{ ns: 'urn:b', name: 'c', attributes: {}, children: [], text, scope: { own: {}, above: null } }] };
    const once = readXml(writeXml(made));
    const twice = once.ok ? readXml(writeXml(once.root)) : once;
    expect(once.ok && twice.ok && same(twice.root)).toEqual(once.ok && same(once.root));
  }), { numRuns: 200 });
});

describe('messages', () => {
  const text = (topic: string, more = '', item = '<t:SimpleItem Name="State" Value="true"/>') =>
    `<N:NotificationMessage xmlns:N="${NS.wsnt}" xmlns:t="${NS.tt}" xmlns:q="${NS.tns1}"><N:Topic>\n ${topic} </N:Topic><N:Message><t:Message UtcTime="2026-11-22T01:02:03"${more}><t:Source><t:SimpleItem Name="Source" Value="v1"/></t:Source><t:Data>${item}</t:Data></t:Message></N:Message></N:NotificationMessage>`;
  const read = (xml: string) => {
    const made = readXml(xml);
    const notification = made.ok ? notificationIn(made.root) : null;
    if (!made.ok || !notification) throw new Error('This is no message.');
    return arrivalFrom(made.root, notification, { account: 'http://c/', receivedAt: 5, remote: 'c', isMissed: false });
  };

  test('prefixes, blanks and a missing Z change nothing; the same message by another subscription is known again', () => {
    const one = read(text('q:VideoSource/q:MotionAlarm', ' PropertyOperation="Changed"'));
    const other = read(text('q:VideoSource/q:MotionAlarm', ' PropertyOperation="Initialized"').replaceAll('N:', 'wsnt:').replaceAll('xmlns:N', 'xmlns:wsnt'));
    expect(one).toMatchObject({ protocol: 'onvif', account: 'http://c/', sentAt: Date.parse('2026-11-22T01:02:03Z') });
    expect(other.externalId).toBe(one.externalId);
    expect(read(text('q:VideoSource/q:MotionAlarm', '', '<t:SimpleItem Name="State" Value="false"/>')).externalId).not.toBe(one.externalId);
    expect(decodeMessage(one.raw).subject?.fields).toMatchObject({ topic: 'tns1:VideoSource/tns1:MotionAlarm', path: 'VideoSource/MotionAlarm', operation: 'Changed', isNews: true, state: 'on', place: 'v1' });
    expect(arrivalOf(one.raw, 5, 'c')?.externalId).toBe(one.externalId);
    expect(decodeMessage(Buffer.from('<x/>')).problem).not.toBeNull();
  });
});

test('who answers to the probe is found once, by its own words; other answers are none', async () => {
  const answer = (id: string, name: string) => `<e:Envelope xmlns:e="${NS.s}" xmlns:w="${NS.a}" xmlns:d="${NS.d}"><e:Header><w:RelatesTo>uuid:${id}</w:RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch><w:EndpointReference><w:Address>urn:uuid:1</w:Address></w:EndpointReference><d:Scopes>onvif://www.onvif.org/name/${name} onvif://www.onvif.org/hardware/HX-7 onvif://www.onvif.org/location/North</d:Scopes><d:XAddrs>http://10.1.2.3/onvif/device_service ftp://x</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>`;
  const device = createSocket('udp4').bind(0, '127.0.0.1');
  await once(device, 'listening');
  device.on('message', (bytes, from) => {
    const id = /urn:uuid:([\w-]+)/.exec(bytes.toString())?.[1] ?? '';
    for (const text of [answer('another', 'Stranger'), 'noise', answer(id, 'Gate%20camera'), answer(id, 'Gate%20camera')]) device.send(text, from.port, from.address);
  });
  expect(probeOf('x')).toContain('dn:NetworkVideoTransmitter');
  expect(await probe({ to: { host: '127.0.0.1', port: device.address().port }, waitMs: 700 })).toEqual([{ id: 'urn:uuid:1', addresses: ['http://10.1.2.3/onvif/device_service'], name: 'Gate camera', model: 'HX-7', place: 'North', remote: '127.0.0.1' }]);
  device.close();
});
