import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inclusionProof } from '#engines/merkle/proof.ts';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import { seal, type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');

let ledger: TestLedger;
const parapet = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, PARAPET_DATA: ledger.folder, DATABASE_URL: ledger.database.ownerUrl };
    execFile(process.execPath, [MAIN, ...args], { env }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });

beforeAll(async () => {
  ledger = await testLedger();
  mkdirSync(join(ledger.folder, 'main/ledger'), { recursive: true });
  cpSync(join(ledger.folder, 'keys'), join(ledger.folder, 'main/keys'), { recursive: true });
});
afterAll(() => ledger.drop());

const sealAll = async (count: number): Promise<void> => {
  const sequencer = ledger.sequencer({ headFile: join(ledger.folder, 'main/ledger/heads') });
  expect((await seal(sequencer, count)).sealed).toBe(count);
  await sequencer.stop();
};

describe('parapet verify', () => {
  test('says that the ledger is whole, and goes on from there the next time', async () => {
    await ledger.write(20);
    await sealAll(20);
    expect(await parapet('verify', '--empty')).toMatchObject({ code: 0, out: expect.stringContaining('leaves 0 to 20') as string });
    expect(existsSync(join(ledger.folder, 'main/ledger/heads.verified'))).toBe(true);
    await ledger.write(10, 20);
    await sealAll(10);
    expect(await parapet('verify', '--empty')).toMatchObject({ code: 0, out: expect.stringContaining('leaves 20 to 30') as string });
    expect(await parapet('verify', '--full', '--empty')).toMatchObject({ code: 0, out: expect.stringContaining('leaves 0 to 30') as string });
  });

  test('ends with 1 at a break and names record, time and the last good head', async () => {
    const { rows } = await ledger.database.owner.query<{ record_id: string; hour: string }>(`select record_id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour from ledger.leaf l join ledger.entry e using (xid, record_id) where n = 25`);
    await ledger.tamper(`update ledger.entry set body = '{}' where verb = 'test.25'`);
    const { code, out } = await parapet('verify', '--full', '--empty');
    expect(code).toBe(1);
    for (const part of ['leaf 25', `record: ${rows[0]?.record_id}`, `time: ${rows[0]?.hour}`, 'Last good head: 20 leaves']) expect(out).toContain(part);
  });

  test('compares what witnesses kept, in the folders that are set and in files that are named', async () => {
    const folder = join(ledger.folder, 'witness');
    mkdirSync(folder);
    await ledger.tamper(`update ledger.entry set body = '{"after":{"n":25}}' where verb = 'test.25'`);
    copyFileSync(join(ledger.folder, 'main/ledger/heads'), join(folder, `${ledger.keys.name}.here.heads`));
    process.env['PARAPET_WITNESSES'] = pathToFileURL(folder).href;
    expect(await parapet('verify', '--empty')).toMatchObject({ code: 0, out: expect.stringContaining('2 heads that witnesses kept agree') as string });
    delete process.env['PARAPET_WITNESSES'];
    const [file, other] = [join(folder, 'mail.txt'), await testLedger()];
    const stranger = readFileSync(join(folder, `${ledger.keys.name}.here.heads`), 'utf8').replaceAll(ledger.keys.name, other.keys.name);
    await other.drop();
    writeFileSync(file, stranger);
    expect(await parapet('verify', '--empty', '--heads', file)).toMatchObject({ code: 0, out: expect.stringContaining('2 heads') as string });
    writeFileSync(file, stranger.replaceAll(/\n(\d+)\n/g, (_all, size: string) => `\n${Number(size) + 1}\n`));
    expect(await parapet('verify', '--empty', '--heads', file)).toMatchObject({ code: 1, out: expect.stringContaining('says nothing against the ledger') as string });
    expect(await parapet('verify', '--empty', '--heads', join(folder, 'nowhere'))).toMatchObject({ code: 1, err: expect.stringContaining('which is not there') as string });
  });

  test('refuses an argument that it does not know', async () => {
    expect(await parapet('verify', '--ful', '--empty')).toMatchObject({ code: 1, err: expect.stringContaining('--ful') as string });
  });
});

describe('parapet verify-bundle', () => {
  test('checks a file by the key that was kept, without a server, and says what the file alone does not prove', async () => {
    const { rows: [head] } = await ledger.database.owner.query<{ size: string; note: string }>('select size, note from ledger.head order by size desc limit 1');
    const { rows: tiles } = await ledger.database.owner.query<{ hashes: Buffer }>('select hashes from ledger.tile where level = 0 and idx = 0');
    const { rows: [entry] } = await ledger.database.owner.query<{ entry: string; record: string }>(`select ${LEAF_TEXT} as entry, e.record_id as record from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where l.n = 7`);
    const proof = inclusionProof(7, Number(head?.size), () => tiles[0]?.hashes ?? new Uint8Array()).map((hash) => Buffer.from(hash).toString('base64'));
    const bundle = { format: 'parapet-ledger-bundle-1', head: head?.note, keys: [ledger.keys.publicLine], leaves: [{ n: 7, entry: entry?.entry, proof, texts: [] }] };
    const file = join(ledger.folder, 'bundle.json');
    writeFileSync(file, JSON.stringify(bundle));
    const kept = await parapet('verify-bundle', file, '--key', ledger.keys.publicLine);
    expect(kept).toMatchObject({ code: 0, out: expect.stringContaining(`Leaf: 7 · record: ${entry?.record}`) as string });
    expect(kept.out).not.toContain('by the key in the file itself');
    expect(await parapet('verify-bundle', file)).toMatchObject({ code: 0, out: expect.stringContaining('by the key in the file itself') as string });
    writeFileSync(file, JSON.stringify({ ...bundle, leaves: [{ ...bundle.leaves[0], entry: entry?.entry.replace('test.7', 'test.8') }] }));
    expect(await parapet('verify-bundle', file, '--key', join(ledger.folder, 'keys/ledger.ed25519.pub'))).toMatchObject({ code: 1, out: expect.stringContaining('leaf 7 does not stand') as string });
    writeFileSync(file, 'no bundle');
    expect(await parapet('verify-bundle', file)).toMatchObject({ code: 1, out: expect.stringContaining('not written as a bundle') as string });
    for (const args of [[], ['x.json'], [file, '--key', 'nonsense'], [file, '--loud']]) expect(await parapet('verify-bundle', ...args)).toMatchObject({ code: 1, err: expect.stringMatching(/\w/) as string, out: '' });
  });
});
