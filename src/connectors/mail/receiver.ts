import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { TlsOptions } from 'node:tls';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Receiver, Sink } from '#platform/wire/port.ts';
import { arrivalFrom, type Received } from './message.ts';

export type ReceiverOptions = {
  host: string;
  /** 0 for any free one. */
  port: number;
  sink: Sink;
  /** The addresses that are sources now: what stands before the @. */
  accounts?: () => readonly string[];
  /** With a certificate STARTTLS is offered, not asked for. */
  tls?: TlsOptions;
  limits?: Partial<MailLimits>;
  log?: (fields: object, message: string) => void;
};

/** Bounds; lengths in bytes, times in ms. */
export type MailLimits = {
  /** A longer mail is refused. */
  mail: number;
  /** So much of a mail is kept; what is behind is cut off. */
  kept: number;
  connections: number;
  connectionsOfAnAddress: number;
  recipients: number;
  /** A connection without a byte is ended after so long. */
  idleMs: number;
  /** A whole mail must come in so long. */
  mailMs: number;
};

const DEFAULT_LIMITS: MailLimits = { mail: 8 * 1_048_576, kept: 1_048_576, connections: 50, connectionsOfAnAddress: 10, recipients: 10, idleMs: 60_000, mailMs: 300_000 };

/** Takes mail for the addresses of sources and for nobody else (RFC 5321). 250 leaves once the mail is stored. Sockets never make it throw. */
export async function startMailReceiver({ host, port, sink, accounts = () => [], tls, limits: given, log = () => undefined }: ReceiverOptions): Promise<Receiver> {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    ...tls, name: 'parapet', banner: 'Parapet', size: limits.mail, disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'], authOptional: true, disableReverseLookup: true, logger: false, hideDSN: true, maxClients: limits.connections,
    socketTimeout: limits.idleMs, closeTimeout: 2_000,
    onRcptTo: ({ address }, session, done) => done(judge(address, session, { accounts: accounts(), most: limits.recipients, sink })),
    onData: (stream, session, done) => {
      take(stream, session, { sink, limits }).then((failure) => done(failure), () => done(refusal(451, 'It could not be stored. Send it again.')));
    },
  });
  server.on('error', (error: Error) => log({ error: error.message }, 'A mail connection failed.'));
  const listening: Server = server.listen(port, host);
  listening.prependListener('connection', (socket: Socket) => admit(sockets, socket, { limits, sink }));
  await once(listening, 'listening');
  let closing: Promise<void> | undefined;
  return {
    port: (listening.address() as AddressInfo).port,
    connections: () => sockets.size,
    close: () => (closing ??= new Promise((resolve) => server.close(() => resolve()))),
  };
}

type SmtpRefusal = Error & { responseCode: number };
const refusal = (responseCode: number, words: string): SmtpRefusal => Object.assign(new Error(words), { responseCode });

const localPart = (address: string): string => address.slice(0, Math.max(0, address.lastIndexOf('@'))).toLowerCase();

/** Only addresses of sources are taken: nothing is ever sent on. */
function judge(address: string, { envelope, remoteAddress }: SMTPServerSession, { accounts, most, sink }: { accounts: readonly string[]; most: number; sink: Sink }): SmtpRefusal | null {
  if (envelope.rcptTo.length >= most) return refusal(452, 'Too many recipients.');
  if (accounts.includes(localPart(address))) return null;
  sink.refused('mail-unknown-address', remoteAddress);
  return refusal(550, 'No such mailbox here.');
}

type Taking = { sink: Sink; limits: MailLimits };

/** Reads a mail and hands it on for each of its addresses; answers with what to refuse it by, or null once all are stored. */
async function take(stream: SMTPServerDataStream, { envelope, remoteAddress }: SMTPServerSession, { sink, limits }: Taking): Promise<SmtpRefusal | null> {
  const remote = remoteAddress.replace(/^::ffff:/, '');
  const late = setTimeout(() => stream.destroy(new Error('The mail does not end.')), limits.mailMs);
  const received = await keep(stream, limits).finally(() => clearTimeout(late));
  if (stream.sizeExceeded || received === null) {
    sink.refused('mail-too-long', remote);
    return refusal(552, `A mail may have at most ${limits.mail} bytes.`);
  }
  const receivedAt = nowMs();
  const addresses = [...new Set(envelope.rcptTo.map(({ address }) => localPart(address)))];
  await Promise.all(addresses.map((address) => new Promise<void>((resolve, reject) => sink.accept(arrivalFrom(received, { address, receivedAt, remote }), (error) => (error ? reject(error) : resolve())))));
  return null;
}

/** The head of a mail and the hash of all of it; null where it is longer than is taken. What is behind the head is read and let go. */
async function keep(stream: SMTPServerDataStream, { mail, kept }: MailLimits): Promise<Received | null> {
  const sha256 = createHash('sha256');
  const chunks: Buffer[] = [];
  let held = 0;
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mail) continue;
    sha256.update(chunk);
    if (held < kept) chunks.push(chunk.subarray(0, kept - held));
    held = Math.min(kept, held + chunk.length);
  }
  return length > mail ? null : { kept: Buffer.concat(chunks), sha256: sha256.digest('hex') };
}

function admit(sockets: Set<Socket>, socket: Socket, { limits, sink }: { limits: MailLimits; sink: Sink }): void {
  const remote = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  socket.on('error', () => undefined);
  let ofAddress = 0;
  for (const other of sockets) if ((other.remoteAddress ?? '').replace(/^::ffff:/, '') === remote) ofAddress++;
  if (remote === '' || ofAddress >= limits.connectionsOfAnAddress) {
    sink.refused('too-many-connections', remote);
    return void socket.destroy();
  }
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}
