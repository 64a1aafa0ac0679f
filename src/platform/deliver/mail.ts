import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { timeNow } from '#platform/kernel/clock.ts';
import { isLoopback } from '#platform/kernel/config.ts';
import { OutgoingFault } from '#platform/net/fault.ts';
import type { ChannelOptions, ChannelSender } from './channels.ts';
import { faulted, mailOutcome, type Outcome } from './rules.ts';

/** What SMTP_URL says: `smtp://` or `smtps://`, name and password, and `?from=` for the sender's address. */
export type MailServer = { origin: string; host: string; port: number; secure: boolean; requireTLS: boolean; auth: { user: string; pass: string } | null; from: string };

const IDLE_MS = 15_000;
const ANSWER_MS = 10_000;
const AGAIN_MS = 30_000;

/** Reads SMTP_URL. With a name and password nothing goes unencrypted, except to this machine. */
export function readSmtpUrl(smtpUrl: string, publicUrl: string): MailServer {
  const url = new URL(smtpUrl);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = url.protocol === 'smtps:';
  const port = Number(url.port || (secure ? 465 : 587));
  const user = decodeURIComponent(url.username);
  const auth = user === '' ? null : { user, pass: decodeURIComponent(url.password) };
  const from = url.searchParams.get('from') ?? (/^[^@\s]+@[^@\s]+$/.test(user) ? user : `parapet@${new URL(publicUrl).hostname}`);
  return { origin: `${url.protocol}//${url.hostname}:${port}`, host, port, secure, requireTLS: !secure && auth !== null && !isLoopback(host), auth, from };
}

const codeOf = (error: unknown): number | undefined => (error as { responseCode?: number }).responseCode;
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One connection to the mail server, signed in and greeted. Throws OutgoingFault. */
async function connect({ host, port, secure, requireTLS, auth }: MailServer): Promise<SMTPConnection> {
  const connection = new SMTPConnection({ host, port, secure, requireTLS, tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' }, connectionTimeout: ANSWER_MS, greetingTimeout: ANSWER_MS, socketTimeout: ANSWER_MS * 3 });
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      connection.close();
      const isTls = /TLS|certificate|self.signed|CERT/i.test(wordsOf(error));
      reject(new OutgoingFault(isTls ? 'tls' : 'connect', `The mail server ${host} does not take mail: ${wordsOf(error)}`.slice(0, 300), error));
    };
    connection.once('error', fail);
    connection.connect((error) => {
      if (error) return fail(error);
      if (!auth) return resolve();
      connection.login({ user: auth.user, pass: auth.pass, credentials: auth }, (refused) => (refused ? fail(refused) : resolve()));
    });
  });
  return connection;
}

/** Mail over SMTP, one message at a time on one connection that ends when idle. */
export function openMail({ client, mailAddresses, smtpUrl, publicUrl, now = timeNow }: ChannelOptions & { smtpUrl: string }): ChannelSender {
  const server = readSmtpUrl(smtpUrl, publicUrl);
  let open: SMTPConnection | null = null;
  let idle: NodeJS.Timeout | undefined;
  const drop = (): void => {
    clearTimeout(idle);
    open?.close();
    open = null;
  };
  const connected = async (): Promise<SMTPConnection> => {
    clearTimeout(idle);
    if (open && !open.destroyed) return open;
    const made = await client.watch(server.origin, 'mail', () => connect(server));
    made.on('error', drop);
    made.on('end', drop);
    open = made;
    return made;
  };
  const hand = (connection: SMTPConnection, to: string, message: Buffer): Promise<Outcome> =>
    new Promise((resolve) => {
      connection.send({ from: server.from, to: [to] }, message, (error, info) => {
        if (error) drop();
        else idle = setTimeout(drop, IDLE_MS).unref();
        resolve(error ? mailOutcome(codeOf(error), wordsOf(error)) : { kind: 'sent', detail: `taken by the mail server: ${String(info?.response ?? '')}`.slice(0, 300) });
      });
    });
  return {
    // A mail server may show the same message twice, though its Message-ID is the same.
    isRepeatable: false,
    close: async () => drop(),
    prepare: async (row, { title, text, link, urgent, to: said }, receiver) => {
      const known = receiver === null ? [] : await Promise.all(mailAddresses.map((addressOf) => addressOf(receiver)));
      const to = said ?? known.find((address) => address !== null);
      if (to === undefined || to === null) return { kind: 'dead', detail: 'this person has no mail address' };
      const message = await new MailComposer({
        from: { name: 'Parapet', address: server.from }, to, subject: title, text: `${text}\n\n${link}\n`, messageId: `<${row.id}@${new URL(publicUrl).hostname}>`, date: now(),
        headers: { 'Auto-Submitted': 'auto-generated', ...(urgent ? { Importance: 'high' } : {}) }, disableFileAccess: true, disableUrlAccess: true,
      }).compile().build();
      // A server that takes no mail at all says nothing of this one: it waits, and that counts as no attempt.
      const connection = await connected().catch((error: unknown): Outcome => {
        const { kind, detail, ...more } = faulted(error);
        return { kind: 'waiting', detail, until: kind === 'waiting' && 'until' in more ? more.until : new Date(now().getTime() + AGAIN_MS) };
      });
      if ('kind' in connection) return connection;
      return { send: () => hand(connection, to, message) };
    },
  };
}
