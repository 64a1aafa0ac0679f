import { asOwner } from '#platform/kernel/db/owner.ts';
import { discoverConcerns } from './port.ts';

/** Brings what services and modules declare into the database. Run as the owner, repeatable. */
export async function seed(ownerUrl: string): Promise<void> {
  const { tables } = await discoverConcerns();
  const rows = [...tables].map(([tbl, { about, actors, texts, clear, knownBy, give, key, record, wall, at, erase, named, kept }]) => ({
    tbl, about: about ?? null, actors: actors ?? [], texts: texts ?? [], clear: clear ?? [], known_by: knownBy ?? [], give: give ?? [], key: key ?? 'x.id', record: record ?? 'null::uuid', wall: wall ?? 'null::uuid', at: at ?? 'null::timestamptz',
    erase: erase ?? 'keep', named: named ?? 'replace', kept: kept ?? null,
  }));
  await asOwner(ownerUrl, async (client) => {
    await client.query('delete from subjects.concern');
    await client.query(
      `insert into subjects.concern (tbl, about, actors, texts, clear, known_by, give, key, record, wall, at, erase, named, kept)
       select c.* from jsonb_to_recordset($1::jsonb) as c(tbl text, about text, actors text[], texts text[], clear text[], known_by text[], give text[], key text, record text, wall text, at text, erase text, named text, kept text)`,
      [JSON.stringify(rows)]);
  });
}
