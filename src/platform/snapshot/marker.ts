import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { Fault } from '#platform/kernel/fault.ts';
import { syncFolder, writeDurably } from '#platform/kernel/ledger/keys.ts';
import { makeFolder } from '#platform/postgres/place.ts';

/** What a restore that is under way leaves in the data folder until all of it is there. */
export const markerOf = (dataDir: string): string => join(dataDir, 'restoring');

const halfRestored = (what: string, from: string): Fault => new Fault(`${what} holds half of a restore${from === '' ? '' : ` from ${from}`} that was cut short, and is not served. Run "npx parapet restore FILE" again: it begins anew.`);

/** Refuses a data folder in which a restore was cut short. */
export function refuseHalfRestored(dataDir: string): void {
  const file = markerOf(dataDir);
  if (existsSync(file)) throw halfRestored(dataDir, readFileSync(file, 'utf8').trim());
}

/** Whether a restore into this database was begun and not ended. */
export const isMarked = async (client: pg.ClientBase): Promise<boolean> => (await client.query<{ yes: boolean }>(`select to_regclass('platform.restoring') is not null as yes`)).rows[0]?.yes === true;

/** Marks folder and database, in this order, before anything is written to either. */
export async function mark(client: pg.ClientBase, dataDir: string, from: string): Promise<void> {
  makeFolder(dataDir);
  writeDurably(markerOf(dataDir), 'w', `${from}\n`, 0o600);
  syncFolder(dataDir);
  await client.query('create schema if not exists platform; create table if not exists platform.restoring (at timestamptz not null default now()); alter table platform.restoring enable row level security');
}

/** Says that all is there. The database is last: while it is marked, nothing serves it from any folder. */
export async function unmark(client: pg.ClientBase, dataDir: string): Promise<void> {
  rmSync(markerOf(dataDir), { force: true });
  syncFolder(dirname(markerOf(dataDir)));
  await client.query('drop table platform.restoring');
}
