import { nowMs } from '#platform/kernel/clock.ts';
import type { Arrival, Refusal, Sink } from '#platform/wire/port.ts';
import { arrivalFrom, isTimely, openedArrival } from './arrival.ts';
import { openBody } from './cipher.ts';
import { encodeAck, encodeDuh, encodeNak, encodeSealedAck } from './encode.ts';
import type { Frame } from './frame.ts';
import { accountInData, readHeader, type Header } from './header.ts';

/** Fills a place in the order of answers; with an error nothing may be answered, and the sender sends again. */
export type Settle = (answer: string | Error) => void;

/** Whom a frame came from: a TCP connection, or a datagram's address. */
export type Peer = {
  readonly remote: string;
  /** Something readable came. */
  spoke(): void;
  /** Takes the next place in the order of answers. */
  hold(): Settle;
};

const ANSWERS = new Set(['ACK', 'NAK', 'DUH', 'RSP']);
const TAKEN = new Set(['SIA-DCS', 'ADM-CID', 'NULL']);

type Message = { frame: Frame; header: Header; account: string; peer: Peer; sink: Sink; now: number; settle: Settle };

/** Does with a frame what DC-09 §5.5 asks: stores it and then answers, answers at once, or only counts it. The same for every transport. */
export function takeFrame(frame: Frame, peer: Peer, sink: Sink, now: number): void {
  const header = readHeader(frame.body);
  if (!header.ok) {
    sink.refused('malformed', peer.remote);
    if (header.sequence !== null) peer.hold()(encodeDuh(`${header.sequence}R0L0`, frame.form));
    return;
  }
  if (ANSWERS.has(header.token)) return sink.refused('malformed', peer.remote);
  const account = (header.account ?? accountInData(frame.body, header.dataAt) ?? '').toUpperCase();
  const message = { frame, header, account, peer, sink, now, settle: peer.hold() };
  if (!TAKEN.has(header.token)) return refuse(message, 'unknown-token');
  const key = sink.keyOf?.('dc09', account) ?? null;
  if (!(key instanceof Promise)) return judge(message, key);
  key.then((found) => judge(message, found), (failure: Error) => message.settle(failure));
}

/** With a key only what it opens is taken, and without one only what is plain: else whoever is on the wire could speak for the panel. */
function judge(message: Message, key: Buffer | null): void {
  const { frame, header, peer, now } = message;
  if (header.isEncrypted) return key ? judgeSealed(message, key) : refuse(message, 'no-key');
  if (key) return refuse(message, 'not-encrypted');
  take(message, arrivalFrom(frame, header, now, peer.remote), () => encodeAck(header.echo, frame.form));
}

function judgeSealed(message: Message, key: Buffer): void {
  const { frame, header, peer, sink, now, settle } = message;
  const opened = openBody(frame.body, header, key);
  if (!opened.ok && opened.reason === 'wrong-key') return refuse(message, 'wrong-key');
  if (!opened.ok || !isTimely(opened.sentAt, now)) {
    sink.refused('wrong-time', peer.remote, arrivalFrom(frame, header, now, peer.remote));
    return settle(encodeNak(nowMs(), frame.form));
  }
  take(message, openedArrival(frame, header, opened, now, peer.remote), () => encodeSealedAck(header.echo, key, nowMs(), frame.form));
}

/** A link test is answered at once, an event once it is durable. */
function take({ header, account, peer, sink, now, settle }: Message, arrival: Arrival, acknowledgement: () => string): void {
  peer.spoke();
  if (account !== '') sink.heard(account, now, peer.remote);
  if (header.token === 'NULL') return settle(acknowledgement());
  const done = (failure: Error | null): void => settle(failure ?? acknowledgement());
  try {
    sink.accept(arrival, done);
  } catch (failure) {
    done(failure instanceof Error ? failure : new Error(String(failure)));
  }
}

function refuse({ frame, header, peer, sink, now, settle }: Message, kind: Refusal): void {
  sink.refused(kind, peer.remote, arrivalFrom(frame, header, now, peer.remote));
  settle(encodeDuh(header.echo, frame.form));
}
