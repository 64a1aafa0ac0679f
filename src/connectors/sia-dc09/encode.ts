import { sealClear } from './cipher.ts';
import { crcOf, hex4 } from './crc.ts';
import { LONGEST_BODY, type CrcForm } from './frame.ts';
import { writeMoment } from './header.ts';

/** What a sender says. `data` is what stands in the data block after `#account|`; null gives the empty block of a link test. */
export type Message = {
  token: string;
  /** 0 to 9999; 0 is for link tests. */
  sequence: number;
  receiver?: string | null;
  line?: string | null;
  account?: string | null;
  data: string | null;
  /** Extended data blocks (DC-09 §5.5), as identifier and value. */
  extended?: readonly { id: string; value: string }[];
  /** The moment of the message in ms since 1970; left out where null. */
  sentAt?: number | null;
  /** AES of 16, 24 or 32 bytes: the message leaves encrypted, and must name its moment (§5.4.4). */
  key?: Buffer | null;
};

/** Puts a body in its frame: LF, CRC, length, body, CR. The characters of the result are bytes (latin1). */
export function frameText(body: string, form: CrcForm): string {
  const crc = crcOf(body);
  const sum = form === 'ascii' ? hex4(crc) : String.fromCharCode(crc >>> 8, crc & 0xff);
  return `\n${sum}${hex4(body.length)}${body}\r`;
}

/** The frame of a message. Throws RangeError for what no frame can hold: a line break, a character beyond latin1, more than 4,095 bytes. */
export function encodeFrame(message: Message, form: CrcForm = 'ascii'): Buffer {
  const body = bodyOf(message);
  if (body.length > LONGEST_BODY) throw new RangeError(`A body has at most ${LONGEST_BODY} bytes, not ${body.length}.`);
  for (let i = 0; i < body.length; i++) {
    const code = body.charCodeAt(i);
    if (code === 10 || code === 13 || code > 0xff) throw new RangeError(`Character ${code} cannot stand in a frame.`);
  }
  return Buffer.from(frameText(body, form), 'latin1');
}

function bodyOf(message: Message): string {
  const account = message.account ?? null;
  const address = (message.receiver ? `R${message.receiver}` : '') + (message.line === null ? '' : `L${message.line ?? '0'}`) + (account === null ? '' : `#${account}`);
  const data = message.data === null ? '' : `${account === null ? '' : `#${account}`}|${message.data}`;
  const extended = (message.extended ?? []).map(({ id, value }) => `[${id}${value}]`).join('');
  const time = message.sentAt === null || message.sentAt === undefined ? '' : `_${writeMoment(message.sentAt)}`;
  const sequence = String(message.sequence).padStart(4, '0');
  if (!message.key) return `"${message.token}"${sequence}${address}[${data}]${extended}${time}`;
  if (time === '') throw new RangeError('An encrypted message names its moment.');
  return `"*${message.token}"${sequence}${address}[${sealClear(`${data}]${extended}${time}`, message.key)}`;
}

/** An acknowledgement: it repeats the sequence, receiver, line and account of what it answers (DC-09 §5.5.3). */
export const encodeAck = (echo: string, form: CrcForm): string => frameText(`"ACK"${echo}[]`, form);

/** The same to an encrypted message: encrypted, with the moment of the answer in ms since 1970. */
export const encodeSealedAck = (echo: string, key: Buffer, now: number, form: CrcForm): string => frameText(`"*ACK"${echo}[${sealClear(`]_${writeMoment(now)}`, key)}`, form);

/** Not understood, and not to be sent again as it is (DC-09 §5.5.3). Never encrypted. */
export const encodeDuh = (echo: string, form: CrcForm): string => frameText(`"DUH"${echo}[]`, form);

/** An encrypted message's time is off: the sender sets its clock by `now`, in ms since 1970, and sends again (DC-09 §5.5.3). */
export const encodeNak = (now: number, form: CrcForm): string => frameText(`"NAK"0000R0L0A0[]_${writeMoment(now)}`, form);
