import type { TlsOptions } from 'node:tls';
import type { Subject } from '#engines/mapping/mapping.ts';
import type { Client } from '#platform/net/outgoing.ts';

/** What a receiver heard: one valid message of a source, with the bytes as they came. */
export type Arrival = {
  protocol: string;
  account: string;
  /** Kind of message in its protocol's own word (`SIA-DCS`, `ADM-CID`). */
  token: string;
  /** The message's own number, 0 where it has none. */
  sequence: number;
  raw: Buffer;
  /** What a resend has in common with the first sending: the content without its time stamp. Null where the protocol never sends again: each is one of its own. */
  identity: string | null;
  /** What the sender itself calls it: the same is stored once in 30 days, whatever its times. */
  externalId?: string;
  /** Milliseconds since 1970 UTC that the message itself names, or null. */
  sentAt: number | null;
  /** What the receiver made of encrypted bytes, to be kept beside them: keys change, and what came must stay readable. */
  clear?: Buffer;
  receivedAt: number;
  remote: string;
};

/** A fault that is counted, in the connector's own word (`bad-crc`, `oversized`, ...). */
export type Refusal = string;

/** Where receivers deliver. `done` is called once the signal is durable (or known to be a repeat); with an error when it could not be stored, and then nothing may be acknowledged. */
export type Sink = {
  accept(arrival: Arrival, done: (error: Error | null) => void): void;
  /** Any message, link tests too: the source is alive. Of DC-09 unless said. */
  heard(account: string, at: number, remote: string, protocol?: string): void;
  /** `arrival` where it says whose message was refused: it is told at that source, and kept where it may yet be read. */
  refused(kind: Refusal, remote: string, arrival?: Arrival): void;
  /** The key that a source's messages are encrypted with; null where it has none or is not known. A promise where that must be asked first. */
  keyOf?(protocol: string, account: string): Buffer | null | Promise<Buffer | null>;
};

/** One coded event inside a message, in its protocol's own codes. */
export type CodedEvent = { token: 'SIA-DCS' | 'ADM-CID'; code: string; qualifier: string | null; number: string | null; area: string | null; user: string | null; text: string | null };

/** A message read in full, for screens, correlation and reports. */
export type Decoded = { token: string; account: string; sequence: number; sentAt: string | null; events: CodedEvent[]; facts: { name: string; value: string }[]; problem: string | null; /** Of a protocol without codes of its own: what mappings read. */ subject?: Subject };

/** A line that we opened ourselves, and open again whenever it is cut. */
export type Dialled = { isConnected(): boolean; close(): Promise<void> };

/** One who sends to a receiver as a device would: for the simulator and for trying the way in. */
export type Sender = {
  /** Settles once it is taken: answered, or written where nothing ever answers. Tries again while nobody answers; rejects where it is refused, or closed before. */
  send(words: string): Promise<void>;
  /** Says that it is there, where the protocol has a word for that. */
  testLink?(): Promise<void>;
  close(): void;
};

export type Receiver = { port: number; close(): Promise<void>; connections(): number };

/** A device that answered when the network was asked, at the address that its answer came from; its words are its own and prove nothing. */
export type FoundCamera = { /** Of its device service. */ address: string; name: string; maker: string; model: string; place: string; remote: string };

/** How cameras are looked for: in the networks of this machine, or at each of these IPv4 addresses. `told` hears how far it is, 0 to 1, and how many were found. */
export type LookOptions = { addresses?: readonly string[] | null; signal?: AbortSignal; told?: (part: number, found: number) => void };

/** `left`: answers that could not be read, that named another address than their own, and that were more than are taken. */
export type CameraSearch = { found: FoundCamera[]; left: { unreadable: number; elsewhere: number; beyond: number } };

/** A stream that a camera offers; `part` names what it looks through, where a device has several. */
export type CameraStream = { name: string; encoding: string; width: number | null; height: number | null; part: string };

/** What a camera says of itself; `driftMs` is how far its clock is ahead of ours, null where it does not say. `parts` are its pictures, each with the names by which its events call it. */
export type CameraFacts = { make: string; model: string; firmware: string; serial: string; driftMs: number | null; streams: CameraStream[]; parts: { name: string; names: string[] }[]; hasEvents: boolean; hasPicture: boolean };

/** `opened`: its name and password as `sealCredentials` of signals keeps them, unsealed. */
export type AskedCamera = { client: Client; address: string; opened: Buffer | null; timeoutMs?: number };

/** Why a camera gave nothing: `trouble` is the protocol's own word for it. */
export type CameraTrouble = { trouble: 'unreachable' | 'not-allowed' | 'credentials' | 'unreadable' | 'fault'; detail: string };

/** A stream of a camera, to be read on this machine by one reader: `url` tells nothing of the camera's name and password, nor where it is. `ended` settles with why the camera ended it, null where we did. */
export type CameraRelay = { url: string; close(): void; ended: Promise<CameraTrouble | null> };

/** What can be asked of a camera beside its events. Nothing here throws for what a camera does. */
export type Cameras = {
  /** Rejects where nothing can be sent, or the signal is given. */
  find(options?: LookOptions): Promise<CameraSearch>;
  describe(asked: AskedCamera): Promise<CameraFacts | CameraTrouble>;
  /** The picture of now, as bytes of a stranger: drawn anew before anybody sees them. */
  picture(asked: AskedCamera & { /** Names of the part that is meant, where the device has several; none is the first. */ parts?: readonly string[] }): Promise<Buffer | CameraTrouble>;
  /** Moving pictures: the smallest stream that is worth looking at, or the one that the camera names first. Closed by who asked. */
  stream(asked: AskedCamera & { parts?: readonly string[]; size: 'small' | 'main' }): Promise<CameraRelay | CameraTrouble>;
};

/** What a connector offers: reading its messages, and listening for them. */
export type Protocol = {
  name: string;
  title: string;
  /** `clear` is what was kept beside encrypted bytes. */
  decode(raw: Buffer, clear?: Buffer | null): Decoded;
  /** A stored message as it would arrive again; null where it cannot be read, also not with the key of its source. */
  arrivalOf(raw: Buffer, receivedAt: number, remote: string, key?: Buffer | null): Arrival | null;
  /** An ordinary alarm of an account as its sender would write it, without a time: to try the way in by hand. */
  example?(account: string, sequence: number): Buffer;
  /** Sends as a device of that account: `to` is `tcp://host:port`, or the address of the web app; `key` what it encrypts or proves itself with. */
  openSender?(options: { to: string; account: string; key?: string }): Sender;
  /** `tls` where the protocol has a form over TLS, and this is it; `accounts` of its sources as they are now. Absent where nobody dials us. */
  listen?(options: { host: string; port: number; sink: Sink; tls?: TlsOptions; accounts?: () => readonly string[]; log?: (fields: object, message: string) => void }): Promise<Receiver>;
  /** Where we dial: one node at a time, by a name of its own that stays. `filters` are the accounts of its sources as they are now. */
  dial?(options: { url: string; clientId: string; sink: Sink; filters: () => readonly string[]; log?: (fields: object, message: string) => void }): Promise<Dialled>;
  /** Where each source is dialled at its own address, by one node at a time and through the guarded client. */
  watch?(options: { client: Client; sink: Sink; filters: () => readonly string[]; log?: (fields: object, message: string) => void }): Promise<Dialled>;
  /** Where its sources are cameras. */
  cameras?: Cameras;
  /** Where others are told in it: to one checked address, on a connection of its own. Resolves once all is handed over, which is not yet read; rejects where it was not. */
  handOver?(to: HandOverTo, messages: readonly Buffer[]): Promise<void>;
};

/** Whom `handOver` sends to. `host` is the name that a certificate must be for; `ca` an authority to believe in place of the usual ones, as PEM. */
export type HandOverTo = { carrier: 'udp' | 'tcp' | 'tls'; address: string; host: string; port: number; ca?: string };
