import type { CameraTrouble, Protocol } from '#platform/wire/port.ts';
import { Camera, CameraFault } from './camera.ts';
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

/** ONVIF as the platform's wire port knows it: we dial each camera; the account of a source is the address of its device service. */
export default {
  name: 'onvif',
  title: 'ONVIF',
  decode: decodeMessage,
  arrivalOf,
  watch: async (options) => (await import('./subscriber.ts')).startOnvifSubscriber(options),
  cameras: {
    find: async () => (await import('./discovery.ts')).probe(),
    describe: ({ opened, ...options }) => asked(() => new Camera({ ...options, credentials: credentialsIn(opened) }).describe()),
    picture: ({ opened, ...options }) => asked(async () => {
      const camera = new Camera({ ...options, credentials: credentialsIn(opened), purpose: 'camera-picture' });
      await camera.open();
      return camera.picture();
    }),
  },
} satisfies Protocol;
