import { shelfAt } from '#platform/files/vault.ts';
import type { StoredFiles } from './make.ts';

/** Whatever a row names and how many parts it has: files, what was drawn of them, and uploads as far as they came. */
const REFERRED = `select distinct blob::text, ceil(size / 8388608.0)::int as parts from files.file where blob is not null
  union select distinct b::text, 1 from files.preview cross join lateral unnest(array[large, small]) b where b is not null
  union select id::text, ceil(stored / 8388608.0)::int from files.upload where state = 'open' order by 1`;
const PAGE = 1_000;
const NAME = /^([0-9a-f-]{36})\/(\d{1,4})$/;

const placeOf = (name: string): { blob: string; part: number } => {
  const [, blob, part] = NAME.exec(name) ?? [];
  if (blob === undefined) throw new Error(`${name} is no name of a stored file.`);
  return { blob, part: Number(part) };
};

async function* one(bytes: Buffer): AsyncGenerator<Buffer[], void> {
  yield [bytes];
}

/** The stored files as a backup takes and gives them: part by part, as they lie there, so that it needs no key. */
export function storedFilesAt(files: string): StoredFiles {
  const shelf = shelfAt(files);
  return {
    async *referred(client) {
      // A database of 0.1 is backed up by the release that is going to bring it forward.
      const { rows: [there] } = await client.query<{ yes: boolean }>(`select to_regclass('files.file') is not null as yes`);
      if (!there?.yes) return;
      await client.query(`declare stored_files no scroll cursor for ${REFERRED}`);
      for (;;) {
        const { rows } = await client.query<{ blob: string; parts: number }>(`fetch ${PAGE} from stored_files`);
        for (const { blob, parts } of rows) for (let part = 0; part < parts; part++) yield `${blob}/${part}`;
        if (rows.length < PAGE) break;
      }
      await client.query('close stored_files');
    },
    read: async (name) => {
      const { blob, part } = placeOf(name);
      const pieces: Buffer[] = [];
      try {
        for await (const piece of shelf.get(blob, part, 2 ** 20)) pieces.push(Buffer.from(piece));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
      return Buffer.concat(pieces);
    },
    write: async (name, bytes) => {
      const { blob, part } = placeOf(name);
      await (await shelf.put(blob, part, one(bytes))).keep();
    },
    isEmpty: async () => {
      for await (const _ of shelf.list()) return false;
      return true;
    },
  };
}
