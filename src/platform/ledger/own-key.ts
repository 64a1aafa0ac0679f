import { existsSync } from 'node:fs';
import type pg from 'pg';
import { openHead } from '#platform/kernel/ledger/head.ts';
import { keyFiles, readPublicKeys } from '#platform/kernel/ledger/keys.ts';

const NEWEST = 'select note from ledger.head order by size desc limit 1';

/**
 * Why this node may not seal: the newest head is signed by a key that is none of its own. Nodes that share a database
 * share the key. Null where it may: nothing was sealed yet, or the head is one of a key that stands in its folder.
 */
export function objectionToHead(note: string | undefined, keyFolder: string): string | null {
  if (note === undefined) return null;
  const { publicFile, privateFile } = keyFiles(keyFolder);
  const opened = openHead(note, existsSync(publicFile) ? readPublicKeys(publicFile) : []);
  if (opened.ok) return null;
  return `This node has another ledger key than its database: of the newest head, ${opened.reason}. Nodes that share a database share the key: copy ${privateFile} and ${publicFile} from the node that has them, the first readable by this user only, and start again.`;
}

/** The same, asked of the database; the pool acts as parapet_worker. */
export async function objectionToKey(pool: pg.Pool, keyFolder: string): Promise<string | null> {
  const { rows: [newest] } = await pool.query<{ note: string }>(NEWEST);
  return objectionToHead(newest?.note, keyFolder);
}
