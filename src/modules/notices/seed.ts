import { asOwner } from '#platform/kernel/db/owner.ts';
import { TEMPLATES } from './templates.ts';

/** Brings the shipped templates, where there is none of that key. Run as the owner, repeatable. */
export async function seedTemplates(ownerUrl: string): Promise<void> {
  await asOwner(ownerUrl, async (client) => {
    await client.query(
      `insert into notices.template (key, title, texts, question, is_life_safety)
       select key, title, texts, question, is_life_safety from jsonb_to_recordset($1::jsonb) as t(key text, title text, texts jsonb, question text, is_life_safety boolean) on conflict (key) do nothing`,
      [JSON.stringify(TEMPLATES.map(({ isLifeSafety, ...one }) => ({ ...one, is_life_safety: isLifeSafety })))]);
  });
}
