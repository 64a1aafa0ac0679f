import { createSocket } from 'node:dgram';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '#platform/kernel/config.ts';
import { seal, type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';
import { Courier } from './courier.ts';
import { lineOfHead, noteOfLine } from './head-line.ts';
import { stateOf } from './module.ts';
import { syslogMessage } from './syslog.ts';
import { targetsOf } from './targets.ts';

let ledger: TestLedger;
let folder: string;
const said: { level: string; text: string }[] = [];
const log = { info: (_f: object, text: string) => void said.push({ level: 'info', text }), warn: (_f: object, text: string) => void said.push({ level: 'warn', text }), error: (_f: object, text: string) => void said.push({ level: 'error', text }) };
let leads = true;

const courierTo = (address: string, node = 'one'): Courier => new Courier(targetsOf([address])[0] as ReturnType<typeof targetsOf>[number], { pool: ledger.worker, log, lead: async () => leads, node });
const headNotes = async (): Promise<string[]> => (await ledger.database.owner.query<{ note: string }>('select note from ledger.head order by size')).rows.map(({ note }) => note);
const standing = async (target: string) => (await ledger.database.owner.query<{ sent: number; error: string | null; since: Date | null; sentAt: Date | null }>('select sent_size::int as sent, error, failing_since as since, sent_at as "sentAt" from witness.standing where target = $1', [target])).rows[0];

/** Seals some more heads. */
async function grow(heads: number): Promise<void> {
  const sequencer = ledger.sequencer({ batch: 5 });
  await ledger.write(heads * 5);
  await seal(sequencer, heads * 5);
  await sequencer.stop();
}

beforeAll(async () => {
  ledger = await testLedger();
  folder = mkdtempSync(join(tmpdir(), 'witness-'));
  await grow(4);
});
afterAll(async () => {
  await ledger.drop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  said.length = 0;
  leads = true;
});

describe('the addresses of witnesses', () => {
  it('are read from one variable, and a wrong one is named at the start', () => {
    const { witnesses } = readConfig({ PARAPET_WITNESSES: 'file:///mnt/heads%20here, syslog+tcp://log.example:601,syslog+udp://[::1]:514' });
    expect(targetsOf(witnesses)).toMatchObject([{ kind: 'folder', folder: '/mnt/heads here' }, { kind: 'syslog', transport: 'tcp', host: 'log.example', port: 601 }, { kind: 'syslog', transport: 'udp', host: '::1', port: 514 }]);
    expect(readConfig({}).witnesses).toEqual([]);
    for (const wrong of ['/mnt/heads', 'https://example.org', 'syslog://a:1', 'file:///a,b', 'syslog+tcp://a']) expect(() => readConfig({ PARAPET_WITNESSES: wrong })).toThrow(/PARAPET_WITNESSES must be file/);
  });
});

describe('the line of a head', () => {
  it('says all that the note says, and is a message by RFC 5424', async () => {
    for (const note of await headNotes()) {
      const line = lineOfHead(note);
      const message = syslogMessage(line, note.split('\n')[3] ?? '');
      expect(message).toMatch(/^<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [\x21-\x7e]{1,255} parapet - head - parapet-head [\x20-\x7e]+$/);
      expect(noteOfLine(`before ${message} after`)).toBe(note);
    }
    expect(noteOfLine('nothing of the kind')).toBeNull();
  });
});

describe('a second folder', () => {
  it('gets every head, on the disk, and what it missed while it was away', async () => {
    const place = join(folder, 'mounted');
    const address = pathToFileURL(place).href;
    const courier = courierTo(address);
    const file = join(place, `${ledger.keys.name}.one.heads`);
    expect(await courier.round()).toBeNull();
    expect(existsSync(place)).toBe(false);
    expect(await standing(address)).toMatchObject({ sent: 0, error: expect.stringContaining('is not there') as string, since: expect.any(Date) as Date });
    expect(said).toEqual([{ level: 'warn', text: 'a witness of the ledger is not told' }]);
    expect(await courier.round()).toBeNull();
    expect(said).toHaveLength(1);
    mkdirSync(place);
    expect(await courier.round()).toBe((await headNotes()).length);
    expect(readFileSync(file, 'utf8')).toBe((await headNotes()).join(''));
    expect(await standing(address)).toMatchObject({ error: null, since: null, sentAt: expect.any(Date) as Date });
    expect(said.at(-1)).toEqual({ level: 'info', text: 'a witness of the ledger is told again' });
    renameSync(place, `${place}-away`);
    await grow(3);
    expect(await courier.round()).toBeNull();
    renameSync(`${place}-away`, place);
    expect(await courier.round()).toBe(3);
    expect(readFileSync(file, 'utf8')).toBe((await headNotes()).join(''));
    expect(await courierTo(address).round()).toBe(0);
  });

  it('keeps a file for each machine, and one that knows heads which the database lost says so, loudly', async () => {
    const place = join(folder, 'shared');
    mkdirSync(place);
    const address = pathToFileURL(place).href;
    await courierTo(address, 'one').round();
    await courierTo(address, 'two').round();
    const file = join(place, `${ledger.keys.name}.two.heads`);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(join(place, `${ledger.keys.name}.one.heads`), 'utf8'));
    const note = (await headNotes()).at(-1) ?? '';
    appendFileSync(file, note.replace(/\n(\d+)\n/, (_all, size: string) => `\n${Number(size) + 100}\n`));
    said.length = 0;
    expect(await courierTo(address, 'two').round()).toBeNull();
    expect(said).toEqual([{ level: 'error', text: 'a witness of the ledger is not told' }]);
    writeFileSync(file, note);
  });
});

/** A server that is not ours: octet counting of RFC 6587, and what it read until each connection ended. */
async function syslogServer(port = 0): Promise<{ server: Server; port: number; messages: string[]; connections: () => number; close(): Promise<void> }> {
  const messages: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    let bytes = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (some) => {
      bytes = Buffer.concat([bytes, some]);
      for (;;) {
        const [, length] = /^(\d+) /.exec(bytes.subarray(0, 12).toString('latin1')) ?? [];
        if (length === undefined || bytes.length < length.length + 1 + Number(length)) return;
        messages.push(bytes.subarray(length.length + 1, length.length + 1 + Number(length)).toString());
        bytes = bytes.subarray(length.length + 1 + Number(length));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, messages, port: (server.address() as AddressInfo).port, connections: () => connections, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

describe('a syslog server', () => {
  it('over TCP gets every head in order, also those of an outage, by whichever node leads', async () => {
    const first = await syslogServer();
    const address = `syslog+tcp://127.0.0.1:${first.port}`;
    const courier = courierTo(address);
    leads = false;
    expect(await courier.round()).toBeNull();
    expect(first.connections()).toBe(0);
    leads = true;
    const before = await headNotes();
    expect(await courier.round()).toBe(before.length);
    expect(first.messages.map(noteOfLine)).toEqual(before);
    expect(await courier.round()).toBe(0);
    await first.close();
    await grow(2);
    expect(await courier.round()).toBeNull();
    expect(await standing(address)).toMatchObject({ error: expect.stringMatching(/ECONNREFUSED/) as string });
    await grow(2);
    const second = await syslogServer(first.port);
    // Another node, which knows how far it went from the database.
    expect(await courierTo(address, 'two').round()).toBe(4);
    expect([...first.messages, ...second.messages].map(noteOfLine)).toEqual(await headNotes());
    expect(await standing(address)).toMatchObject({ error: null, since: null });
    await second.close();
  });

  it('that breaks off in the middle is told the same again', async () => {
    let isRude = true;
    const got: string[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (some) => {
        if (isRude) socket.resetAndDestroy();
        else got.push(some.toString());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const courier = courierTo(`syslog+tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await courier.round()).toBeNull();
    isRude = false;
    expect(await courier.round()).toBe((await headNotes()).length);
    expect(got.join('').match(/parapet-head /g)).toHaveLength((await headNotes()).length);
    await new Promise((resolve) => server.close(resolve));
  });

  it('over UDP gets one datagram a head; where nobody listens, that is seen as far as the host tells it', async () => {
    const got: string[] = [];
    const ear = createSocket('udp4');
    ear.on('message', (message) => got.push(message.toString()));
    await new Promise<void>((resolve) => ear.bind(0, '127.0.0.1', resolve));
    const { port } = ear.address();
    const courier = courierTo(`syslog+udp://127.0.0.1:${port}`);
    const notes = await headNotes();
    expect(await courier.round()).toBe(notes.length);
    for (const until = Date.now() + 5000; got.length < notes.length && Date.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(got.map(noteOfLine)).toEqual(notes);
    await new Promise<void>((resolve) => ear.close(() => resolve()));
    await grow(2);
    expect(await courier.round()).toBeNull();
    expect(await standing(`syslog+udp://127.0.0.1:${port}`)).toMatchObject({ error: expect.stringMatching(/ECONNREFUSED/) as string });
  });

  it('that was told more than the database has is told nothing, and it is said loudly', async () => {
    const server = await syslogServer();
    const address = `syslog+tcp://127.0.0.1:${server.port}`;
    await ledger.database.owner.query(`insert into witness.standing (target, node, kind, sent_size, tried_at) values ($1, '', 'syslog', 9999, now())`, [address]);
    expect(await courierTo(address).round()).toBeNull();
    expect(await standing(address)).toMatchObject({ sent: 9999, error: expect.stringContaining('rolled back') as string });
    expect(said).toEqual([{ level: 'error', text: 'a witness of the ledger is not told' }]);
    await server.close();
  });
});

describe('the page Health', () => {
  it('says that nobody is a witness, that all are told, and who is not and why', () => {
    const [folder, server] = targetsOf(['file:///mnt/heads', 'syslog+tcp://log.example:601']) as [ReturnType<typeof targetsOf>[number], ReturnType<typeof targetsOf>[number]];
    expect(stateOf([])).toMatchObject({ state: 'warning', words: expect.stringContaining('PARAPET_WITNESSES') as string });
    expect(stateOf([{ target: folder, error: null }, { target: server, error: null }])).toEqual({ state: 'good', words: '2 witnesses are told the signed heads.' });
    expect(stateOf([{ target: folder, error: null }, { target: server, error: 'ECONNREFUSED' }])).toEqual({ state: 'bad', words: 'syslog+tcp://log.example:601: ECONNREFUSED' });
  });
});
