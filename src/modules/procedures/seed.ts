import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { SHIPPED } from './shipped.ts';

/** Brings the shipped procedures as drafts, where there is none of that key. Nothing is in force before somebody put it there. Run as the owner, repeatable. */
export async function seed(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `with given as (select * from jsonb_to_recordset($1::jsonb) as g(id uuid, key text, title text, content jsonb)),
        made as (insert into procedures.procedure (id, key, title, latest, made_at) select id, key, title, 1, now() from given on conflict (key) do nothing returning id)
       insert into procedures.version (procedure_id, version, content, made_at) select g.id, 1, g.content, now() from given g join made m on m.id = g.id`,
      [JSON.stringify(SHIPPED.map((content) => ({ id: uuidv7(), key: content.key, title: content.title, content })))]);
  } finally {
    await client.end();
  }
}
