import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Dialled, Sink } from '#platform/wire/port.ts';
import { arrivalFrom } from './message.ts';
import { closest } from './topics.ts';

export type SubscriberOptions = {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with name and password where the broker wants them. */
  url: string;
  /** The broker keeps messages for this name while we are away; one subscriber may use it at a time. */
  clientId: string;
  sink: Sink;
  /** The filters of topics that are sources now; asked once a second. */
  filters: () => readonly string[];
  log?: (fields: object, message: string) => void;
  /** Pause before the broker is dialled again, in ms. */
  againMs?: number;
};

const LONGEST_PAYLOAD = 262_144;
const ASK_MS = 1_000;
const CONNECT_WITHIN_MS = 10_000;
const KEEP_ALIVE_S = 30;

/**
 * Subscribes to the topics of all sources by QoS 1 in a session that the broker keeps (MQTT 3.1.1, clean session 0).
 * A message is acknowledged once it is stored; where it could not be, the line is cut, and the broker sends again.
 */
export function startMqttSubscriber({ url, clientId, sink, filters, log = () => undefined, againMs = 2_000 }: SubscriberOptions): Dialled {
  const client = connect(url, { clientId, clean: false, protocolVersion: 4, reconnectPeriod: againMs, connectTimeout: CONNECT_WITHIN_MS, keepalive: KEEP_ALIVE_S, resubscribe: false });
  const remote = new URL(url).hostname;
  const subscriptions = new Subscriptions(client, log);
  /** Counts connections: what was begun on one is never acknowledged on the next, where the number may be another message's. */
  let line = 0;
  client.handleMessage = (packet, acknowledge) => {
    const mine = line;
    take(packet, { sink, filters: filters(), remote }, (failure) => {
      if (mine !== line) return;
      if (!failure) return acknowledge();
      log({ error: failure.message }, 'A message of MQTT could not be stored; the broker is asked to send it again.');
      client.stream.destroy();
    });
  };
  client.on('connect', () => subscriptions.begin(filters()));
  client.on('close', () => {
    line++;
    subscriptions.end();
  });
  client.on('error', (error) => log({ error: error.message }, 'The broker of MQTT does not take us, or is not there.'));
  const asking = setInterval(() => subscriptions.follow(filters()), ASK_MS);
  return {
    isConnected: () => client.connected,
    close: () => {
      clearInterval(asking);
      return client.endAsync(true).then(() => undefined);
    },
  };
}

type Taking = { sink: Sink; filters: readonly string[]; remote: string };

/** Hands a message on. What was kept by the broker as the last state is old, and what nobody asked for any more is nobody's: neither is taken. */
function take({ topic, payload, retain, messageId = 0 }: IPublishPacket, { sink, filters, remote }: Taking, done: (failure: Error | null) => void): void {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const filter = retain ? null : closest(filters, topic);
  if (filter === null) return done(null);
  if (bytes.length > LONGEST_PAYLOAD) {
    sink.refused('mqtt-too-long', remote);
    return done(null);
  }
  try {
    sink.accept(arrivalFrom({ topic, payload: bytes }, { filter, receivedAt: nowMs(), remote, packetId: messageId }), done);
  } catch (failure) {
    done(failure instanceof Error ? failure : new Error(String(failure)));
  }
}

/** Keeps the subscriptions of a session at what is wanted: all are asked for on each connection, since a broker may have forgotten. */
class Subscriptions {
  readonly #client: MqttClient;
  readonly #log: (fields: object, message: string) => void;
  readonly #held = new Set<string>();
  /** Of former connections, which the broker may still keep. */
  readonly #known = new Set<string>();
  #isOpen = false;

  constructor(client: MqttClient, log: (fields: object, message: string) => void) {
    this.#client = client;
    this.#log = log;
  }

  begin(wanted: readonly string[]): void {
    this.#isOpen = true;
    this.follow(wanted);
  }

  end(): void {
    this.#isOpen = false;
    this.#held.clear();
  }

  follow(wanted: readonly string[]): void {
    if (!this.#isOpen) return;
    for (const filter of wanted) if (!this.#held.has(filter)) this.#subscribe(filter);
    for (const filter of this.#known) if (!wanted.includes(filter)) this.#unsubscribe(filter);
  }

  #subscribe(filter: string): void {
    this.#held.add(filter);
    this.#known.add(filter);
    this.#client.subscribe(filter, { qos: 1 }, (error, granted) => {
      if (error || granted?.some(({ qos }) => qos === 128)) this.#log({ filter, error: error?.message ?? 'refused' }, 'The broker does not let us subscribe to a topic.');
    });
  }

  #unsubscribe(filter: string): void {
    this.#held.delete(filter);
    this.#known.delete(filter);
    this.#client.unsubscribe(filter, () => undefined);
  }
}
