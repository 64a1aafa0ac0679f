import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { openClient } from '#platform/net/outgoing.ts';
import { Camera, CameraFault } from './camera.ts';
import { answerChallenge, readChallenge } from './digest.ts';
import { matchesIn, probe, probeOf } from './discovery.ts';
import { arrivalFrom, arrivalOf, decodeMessage, notificationIn } from './message.ts';
import { NS } from './names.ts';
import { passwordDigest, readEnvelope } from './soap.ts';
import { answerProbes, type Hostile, probeMatch, StandInCamera, type StandInOptions } from './testing.ts';
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
    expect(facts).toMatchObject({ make: 'Halden Optics', model: 'HX & 7', firmware: '1.4.2', serial: '0042', streams: [{ name: 'main', encoding: 'H264', width: 1_920, height: 1_080, part: 'v' }, { name: 'sub' }], parts: [{ name: 'v', names: ['v', 'c-v'] }], hasEvents: true, hasPicture: true });
    expect(Math.abs((facts.driftMs ?? 0) - 3_600_000)).toBeLessThan(30_000);
    if (auth !== 'none') expect(await troubleOf(asking(camera, 'wrong').describe())).toBe('credentials');
  });

  test('addresses that a camera names lead to the host that was asked, and its picture comes from there', async () => {
    const camera = await aCamera({ picture: Buffer.from('jpeg') });
    const asked = asking(camera);
    expect(await asked.pictureAddress()).toBe(`http://127.0.0.1:${camera.port}/picture.jpg?profile=main&size=full`);
    expect((await asked.picture()).toString()).toBe('jpeg');
    const recorder = asking(await aCamera({ parts: ['v1', 'v2'] }));
    expect(await recorder.pictureAddress(['c-v2'])).toContain('profile=main1&');
    expect(await troubleOf(recorder.pictureAddress(['v3']))).toBe('fault');
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
    expect(matchesIn(text, 'x', '')).toBeNull();
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

describe('looking for cameras', () => {
  const looked = async (answers: (id: string) => readonly string[], more: object = {}) => {
    // Only the first of the two probes is answered.
    let asked = 0;
    const device = await answerProbes({ address: '127.0.0.1' }, (id) => (asked++ === 0 ? answers(id) : []));
    return probe({ addresses: ['127.0.0.1'], port: device.port, waitMs: 200, ...more }).finally(() => device.close());
  };

  test('who answers to the probe is found once, by its own words and at the address that answered; another address than its own, noise, DOCTYPE and what is too long are counted', async () => {
    const own = 'http://10.1.2.3/onvif/device_service http://127.0.0.1:8080/onvif/device_service';
    const { found, left } = await looked((id) => [probeMatch({ id: 'another', address: own }), 'noise', `<!DOCTYPE x>${probeMatch({ id, address: own })}`, probeMatch({ id, address: own, name: 'x'.repeat(40_000) }), probeMatch({ id, address: 'http://169.254.169.254/latest http://u:p@127.0.0.1/ ftp://127.0.0.1/' }), probeMatch({ id, address: own }), probeMatch({ id, address: own })]);
    expect(found).toEqual([{ address: 'http://127.0.0.1:8080/onvif/device_service', name: 'Gate camera', maker: 'Halden', model: 'HX-7', place: 'North', remote: '127.0.0.1' }]);
    expect(left).toMatchObject({ unreadable: 4, elsewhere: 1 });
  });

  test('a thousand answers of one sender are no more than a few, and the rest is counted', async () => {
    const { found, left } = await looked((id) => Array.from({ length: 1_000 }, (_, i) => probeMatch({ id, key: String(i), address: `http://127.0.0.1:${i + 1}/onvif/device_service` })));
    expect(found).toHaveLength(8);
    expect(left.beyond).toBeGreaterThan(0);
  });

  test('a search that is stopped ends, and its socket with it', async () => {
    const controller = new AbortController();
    const searching = looked(() => [], { signal: controller.signal, waitMs: 60_000 });
    controller.abort();
    await expect(searching).rejects.toThrow('abort');
    expect(probeOf('x')).toContain('dn:NetworkVideoTransmitter');
  });
});
