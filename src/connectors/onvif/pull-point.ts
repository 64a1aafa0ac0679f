import { nowMs } from '#platform/kernel/clock.ts';
import { type Camera, CameraFault } from './camera.ts';
import { NS } from './names.ts';
import { childOf, childrenOf, type Element, writeXml } from './xml.ts';

/** For how long a subscription is asked for: what we leave behind when we end without a word is gone by then. */
const LIFE = 'PT120S';
/** How long a device may wait for something to tell; at most a minute must be supported (ONVIF Core, PullMessages). */
const WAIT_S = 10;
const MOST_MESSAGES = 100;
const RENEW_AT = 0.8;
const PULL = 'http://www.onvif.org/ver10/events/wsdl/PullPointSubscription';
const MANAGE = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager';

/** One subscription at a camera, in its real-time pull-point form (ONVIF Core, events). Times of its end are read as spans by its own clock. */
export class PullPoint {
  readonly #camera: Camera;
  readonly #address: string;
  readonly #headers: string;
  #spanMs: number;
  #renewAt: number;
  #isKeptByPulling = false;

  private constructor(camera: Camera, { address, headers, spanMs }: { address: string; headers: string; spanMs: number }) {
    this.#camera = camera;
    this.#address = address;
    this.#headers = headers;
    this.#spanMs = spanMs;
    this.#renewAt = nowMs() + spanMs * RENEW_AT;
  }

  /** Subscribes to everything that the camera tells. Throws CameraFault. */
  static async create(camera: Camera): Promise<PullPoint> {
    const events = await camera.service(NS.tev);
    const answer = await camera.call(events, { body: `<CreatePullPointSubscription xmlns="${NS.tev}"><InitialTerminationTime>${LIFE}</InitialTerminationTime></CreatePullPointSubscription>`, action: 'http://www.onvif.org/ver10/events/wsdl/EventPortType/CreatePullPointSubscriptionRequest', to: events });
    const reference = childOf(answer, NS.tev, 'SubscriptionReference');
    const address = childOf(reference, NS.wsa, 'Address')?.text;
    if (!address) throw new CameraFault('unreadable', 'It does not say where its subscription stands.');
    const headers = (childOf(reference, NS.wsa, 'ReferenceParameters')?.children ?? []).slice(0, 8).map((parameter) => writeXml(parameter)).join('');
    return new PullPoint(camera, { address: camera.here(address), headers, spanMs: spanIn(answer, NS.wsnt) ?? 60_000 });
  }

  /** What has happened since; waits for it up to ten seconds. */
  async pull(): Promise<Element[]> {
    const answer = await this.#call(`<PullMessages xmlns="${NS.tev}"><Timeout>PT${WAIT_S}S</Timeout><MessageLimit>${MOST_MESSAGES}</MessageLimit></PullMessages>`, `${PULL}/PullMessagesRequest`, WAIT_S * 1_000);
    if (answer.name !== 'PullMessagesResponse') throw new CameraFault('unreadable', 'It answered something else than messages.');
    const left = spanIn(answer, NS.tev);
    // Many devices prolong by each pull; then nothing needs to be renewed.
    if (left !== null && left > 0) this.#renewAt = Math.max(this.#renewAt, nowMs() + left - this.#spanMs * (1 - RENEW_AT));
    return childrenOf(answer, NS.wsnt, 'NotificationMessage');
  }

  /** Renews where a fifth of its life is left. A device that does not know Renew keeps it by pulling, and tells by a fault when it does not. */
  async renewWhenDue(): Promise<void> {
    if (this.#isKeptByPulling || nowMs() < this.#renewAt) return;
    try {
      const answer = await this.#call(`<Renew xmlns="${NS.wsnt}"><TerminationTime>${LIFE}</TerminationTime></Renew>`, `${MANAGE}/RenewRequest`);
      this.#spanMs = spanIn(answer, NS.wsnt) ?? this.#spanMs;
      this.#renewAt = nowMs() + this.#spanMs * RENEW_AT;
    } catch (error) {
      if (!(error instanceof CameraFault) || (error.trouble !== 'unreadable' && !error.codes.some((code) => code === 'ActionNotSupported' || code === 'OptionalActionNotImplemented'))) throw error;
      this.#isKeptByPulling = true;
    }
  }

  /** Makes the camera tell every state anew, so that what changed while nobody listened is known. */
  async askStates(): Promise<void> {
    try {
      await this.#call(`<SetSynchronizationPoint xmlns="${NS.tev}"/>`, `${PULL}/SetSynchronizationPointRequest`);
    } catch (error) {
      // Simple devices answer an empty page to what they do not know.
      if (!(error instanceof CameraFault) || (error.trouble !== 'fault' && error.trouble !== 'unreadable')) throw error;
    }
  }

  /** Gives the place of the subscription back; never throws. */
  async end(): Promise<void> {
    await this.#call(`<Unsubscribe xmlns="${NS.wsnt}"/>`, `${MANAGE}/UnsubscribeRequest`).catch(() => undefined);
  }

  #call(body: string, action: string, withinMs = 0): Promise<Element> {
    return this.#camera.call(this.#address, { body, action, to: this.#address, headers: this.#headers, withinMs });
  }
}

const LONGEST_SPAN_MS = 86_400_000;

/** How long it lives from now on, by the camera's clock; null where it does not say. */
function spanIn(answer: Element, ns: string): number | null {
  const ms = Date.parse(childOf(answer, ns, 'TerminationTime')?.text ?? '') - Date.parse(childOf(answer, ns, 'CurrentTime')?.text ?? '');
  return Number.isFinite(ms) ? Math.min(ms, LONGEST_SPAN_MS) : null;
}
