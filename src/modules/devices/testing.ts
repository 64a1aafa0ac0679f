import { v7 as uuidv7 } from 'uuid';
import type { FreshDatabase } from '#platform/testing/database.ts';

/** A site at the top of the tree, whose name is its code. */
export async function aSite({ owner }: Pick<FreshDatabase, 'owner'>, code: string): Promise<string> {
  const id = uuidv7();
  await owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, $2, $2, 'site', 'Europe/Amsterdam')`, [id, code]);
  return id;
}

/** A source of the site, by its account. */
export async function aSource({ owner }: Pick<FreshDatabase, 'owner'>, account: string, siteId: string): Promise<string> {
  const id = uuidv7();
  await owner.query(`insert into signals.source (id, protocol, account, name, site_id) values ($1, 'dc09', $2, $3, $4)`, [id, account, `Panel ${account}`, siteId]);
  return id;
}
