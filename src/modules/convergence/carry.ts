import { timeNow } from '#platform/kernel/clock.ts';
import type { Client } from '#platform/net/outgoing.ts';
import { OutgoingFault } from '#platform/net/fault.ts';
import type { HandOverTo } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type { Format } from './contract.ts';
import { type Sender, syslogMessage, webhookBody } from './formats/format.ts';
import { type Outcome, readRetryAfter, SYSLOG_PORTS, syslogTargetOf, webhookOutcome } from './rules.ts';
import type { Said } from './said.ts';
import { openSecret, signaturesOf } from './secrets.ts';

/** Where a destination is and how it is signed, for the worker alone. */
export type Addressed = { id: string; transport: 'webhook' | 'syslog'; address: string; origin: string; format: Format; secret: Buffer | null; formerSecret: Buffer | null; formerUntil: string | null };
export type Letter = { said: Said; sender: Sender };
export type Carrier = { client: Client; now: () => Date; /** An authority to believe in place of the usual ones over syslog's TLS, as PEM. */ ca?: string };

const MOST_ANSWER = 64 * 1024;

/** Posts one message, signed; never follows a redirect, which would lead the message to whom nobody chose. */
export async function postWebhook(to: Addressed, { said, sender }: Letter, { client, now }: Carrier): Promise<Outcome> {
  const body = webhookBody(to.format, said, sender);
  const atS = Math.floor(now().getTime() / 1000);
  const secrets = [to.secret, to.formerUntil !== null && Date.parse(to.formerUntil) > now().getTime() ? to.formerSecret : null].filter((one) => one !== null).map((one) => openSecret(to.id, one));
  const headers = { 'content-type': 'application/json', 'user-agent': `Parapet/${sender.version}`, 'webhook-id': sender.messageId, 'webhook-timestamp': String(atS), 'webhook-signature': signaturesOf(secrets, sender.messageId, atS, body) };
  return client.send({ url: to.address, purpose: 'destination', method: 'POST', headers, body, maxRedirects: 0, maxBytes: MOST_ANSWER })
    .then(({ status, headers: answered }) => webhookOutcome(status, readRetryAfter(answered['retry-after'], now())), faulted);
}

/** Hands over messages of syslog on one connection, in their order. */
export async function sendLines(to: Addressed, letters: readonly Letter[], { client, ca }: Carrier): Promise<Outcome> {
  const { carrier, host, port } = syslogTargetOf(to.address);
  const handOver = PROTOCOLS.get('syslog')?.handOver;
  if (!handOver) return { kind: 'failed', detail: 'syslog is not spoken here' };
  const lines = letters.map(({ said, sender }) => syslogMessage(to.format, said, sender));
  return client.watch(to.origin, 'destination', async () => {
    const [address = host] = await client.addressesOf(host, port, SYSLOG_PORTS);
    const target: HandOverTo = { carrier, address, host, port, ...(ca === undefined ? {} : { ca }) };
    await handOver(target, lines);
  }).then((): Outcome => ({ kind: 'delivered', detail: carrier === 'udp' ? 'sent; nobody answers over UDP' : 'handed over' }), faulted);
}

/** Whatever fails on the way may be mended within a day: a certificate, an address, an allowance. */
function faulted(error: unknown): Outcome {
  if (!(error instanceof OutgoingFault)) return { kind: 'failed', detail: `cannot be reached (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`.slice(0, 300) };
  if (error.reason === 'circuit-open') return { kind: 'later', detail: error.message, until: error.again ?? timeNow() };
  return { kind: 'failed', detail: error.reason === 'redirect' ? 'It redirects elsewhere; nothing is sent there. Set that address instead.' : error.message };
}
