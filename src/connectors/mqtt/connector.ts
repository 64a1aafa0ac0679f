import type { Protocol } from '#platform/wire/port.ts';
import { arrivalFrom, decodeMessage, publishedIn } from './message.ts';

/** MQTT as the platform's wire port knows it: we dial a broker; nobody dials us. */
export default {
  name: 'mqtt',
  title: 'MQTT',
  decode: decodeMessage,
  /** The filter that took a message is not in its bytes: nothing of MQTT is ever in quarantine. */
  arrivalOf(raw, receivedAt, remote) {
    const published = publishedIn(raw);
    return published && arrivalFrom(published, { filter: published.topic, receivedAt, remote, packetId: 0 });
  },
  dial: async (options) => (await import('./subscriber.ts')).startMqttSubscriber(options),
} satisfies Protocol;
