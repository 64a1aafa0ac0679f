import type pg from 'pg';
import { quoted } from '#platform/snapshot/catalog.ts';
import type { Table } from './catalog.ts';

/** Ids, and numbers such as INC-W-2026-00042, wherever they stand in a text. */
const NAMES = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[A-Z]{2,5}-(?:[A-Z]-)?\d{4}-\d{5,}\b/g;

/** Everything by which something behind a wall is named. */
export type Walled = { has(text: string): boolean; add(name: string): void; size(): number };

const SEEDS = `select id::text as name from access.wall union select id::text from platform.record where wall_id is not null union select number from platform.record where wall_id is not null and number is not null`;

/** The walls, the records behind them, and every row that has a wall of its own. */
export async function findWalled(client: pg.ClientBase, tables: readonly Table[]): Promise<Walled> {
  const names = new Set((await client.query<{ name: string }>(SEEDS)).rows.map(({ name }) => name));
  for (const table of tables) {
    const has = (column: string): boolean => table.columns.some(({ name }) => name === column);
    if (table.schema === 'ledger' || !has('wall_id') || !has('id')) continue;
    const { rows } = await client.query<{ name: string }>(`select id::text as name from ${quoted(table)} where wall_id is not null`);
    for (const { name } of rows) names.add(name);
  }
  return { has: (text) => names.size > 0 && (text.match(NAMES) ?? []).some((name) => names.has(name)), add: (name) => void names.add(name), size: () => names.size };
}
