import { call } from '#platform/web/call.ts';
import { addDevice, endDevice } from '../contract.ts';

const WORKER = '/sw.js';
const KEPT = 'parapet-push-device';

/** Why a browser takes no push messages. */
export class PushFault extends Error {
  readonly reason: 'unsupported' | 'denied' | 'failed';

  constructor(reason: PushFault['reason'], detail = '') {
    super(detail);
    this.name = 'PushFault';
    this.reason = reason;
  }
}

/** Whether this browser could take push messages at all. */
export const canTakePush = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** The device that this browser is, where it takes push messages; kept here only to name it in the list. */
export const ownDevice = (): string | null => localStorage.getItem(KEPT);

const bytesOf = (base64Url: string): Uint8Array<ArrayBuffer> => {
  const text = atob(base64Url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
};

/** Asks the person, subscribes with this installation's key, and lets the server know. Throws PushFault, ProblemError. */
export async function takePush(key: string, label: string): Promise<void> {
  if (!canTakePush()) throw new PushFault('unsupported');
  if ((await Notification.requestPermission()) !== 'granted') throw new PushFault('denied');
  const registration = await navigator.serviceWorker.register(WORKER);
  await navigator.serviceWorker.ready;
  // Somebody else may have been signed in here: what they had is let go, so that a push is for one person.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) }).catch((error: Error) => {
    throw new PushFault('failed', error.message);
  });
  const { endpoint, keys } = subscription.toJSON();
  const { id } = await call('deliver', addDevice, { endpoint: endpoint ?? '', keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' }, label });
  localStorage.setItem(KEPT, id);
}

/** Lets this browser take no more, before somebody else signs in; what fails does not keep anybody from leaving. */
export async function leavePush(): Promise<void> {
  const id = ownDevice();
  if (id === null) return;
  localStorage.removeItem(KEPT);
  await call('deliver', endDevice, { id }).catch(() => undefined);
  const registration = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  await (await registration?.pushManager.getSubscription())?.unsubscribe().catch(() => undefined);
}
