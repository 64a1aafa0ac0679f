import { OutgoingFault } from '#platform/net/fault.ts';
import type { AskedCamera, CameraRelay, CameraTrouble, Protocol } from '#platform/wire/port.ts';
import { Camera, CameraFault, troubleOf } from './camera.ts';
import { arrivalOf, decodeMessage } from './message.ts';
import { credentialsIn } from './subscriber.ts';

/** What a camera does is an answer and no error. */
async function asked<T>(work: () => Promise<T>): Promise<T | CameraTrouble> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CameraFault)) throw error;
    return { trouble: error.trouble, detail: error.message };
  }
}

const RTSP_PORTS = [554];
const MOST_KEPT = 200;
/** Cameras whose picture was fetched before: their services, address and challenge need not be asked again. */
const kept = new Map<string, Camera>();

async function pictureFrom({ opened, parts = [], ...options }: AskedCamera & { parts?: readonly string[] }): Promise<Buffer> {
  const key = `${options.address} ${opened?.toString('base64') ?? ''}`;
  const camera = kept.get(key) ?? new Camera({ ...options, credentials: credentialsIn(opened), purpose: 'camera-picture' });
  kept.delete(key);
  const picture = await camera.picture(parts);
  if (kept.size >= MOST_KEPT) for (const oldest of kept.keys()) { kept.delete(oldest); break; }
  kept.set(key, camera);
  return picture;
}

async function streamFrom({ opened, parts = [], size, ...options }: AskedCamera & { parts?: readonly string[]; size: 'small' | 'main' }): Promise<CameraRelay> {
  const credentials = credentialsIn(opened);
  const { host, port, path } = await new Camera({ ...options, credentials, purpose: 'camera-stream' }).streamAddress(parts, size);
  const [address = ''] = await options.client.addressesOf(host.replace(/^\[|\]$/g, ''), port, RTSP_PORTS).catch((error: unknown) => {
    throw error instanceof OutgoingFault ? troubleOf(error) : error;
  });
  return (await import('./relay.ts')).openRelay({ address, host, port, path, credentials });
}

/** ONVIF as the platform's wire port knows it: we dial each camera; the account of a source is the address of its device service. */
export default {
  name: 'onvif',
  title: 'ONVIF',
  decode: decodeMessage,
  arrivalOf,
  watch: async (options) => (await import('./subscriber.ts')).startOnvifSubscriber(options),
  cameras: {
    find: async (options) => (await import('./discovery.ts')).probe(options),
    describe: ({ opened, ...options }) => asked(() => new Camera({ ...options, credentials: credentialsIn(opened) }).describe()),
    picture: (one) => asked(() => pictureFrom(one)),
    stream: (one) => asked(() => streamFrom(one)),
  },
} satisfies Protocol;
