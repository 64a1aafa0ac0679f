import type { Refusal, Sink } from '#platform/wire/port.ts';
import { arrivalFrom } from './arrival.ts';
import { encodeAck, encodeDuh } from './encode.ts';
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
  if (header.isEncrypted) return refuse(message, 'encrypted');
  if (!TAKEN.has(header.token)) return refuse(message, 'unknown-token');
  peer.spoke();
  if (account !== '') sink.heard(account, now, peer.remote);
  if (header.token === 'NULL') message.settle(encodeAck(header.echo, frame.form));
  else store(message);
}

function refuse({ frame, header, peer, sink, settle }: Message, kind: Refusal): void {
  sink.refused(kind, peer.remote);
  settle(encodeDuh(header.echo, frame.form));
}

function store({ frame, header, peer, sink, now, settle }: Message): void {
  const token = header.token === 'ADM-CID' ? 'ADM-CID' : 'SIA-DCS';
  const done = (failure: Error | null): void => settle(failure ?? encodeAck(header.echo, frame.form));
  try {
    sink.accept(arrivalFrom(frame, header, token, now, peer.remote), done);
  } catch (failure) {
    done(failure instanceof Error ? failure : new Error(String(failure)));
  }
}
