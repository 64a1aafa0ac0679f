import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Settings, Template } from './contract.ts';
import { changedMeanwhile, checkMay, type Db, notices } from './notice-row.ts';
import type { Question, Texts } from './rules.ts';
import { createHash } from 'node:crypto';

const SEND_ALL = 'notices:send-all';
const FIELDS = ['approveOver', 'answerHours', 'version'] as const;
const COLUMNS = ['key', 'title', 'texts', 'question', 'isLifeSafety', 'version'] as const;
/** Of what the ledger speaks: settings and templates are no records. */
const SETTINGS_ID = '01930000-0000-7000-8000-00000000a0d7';

const settingsIn = (db: Db): Promise<Settings> => db.selectFrom('notices.setting').select(FIELDS).executeTakeFirstOrThrow();
export const readSettings = (ctx: Ctx): Promise<Settings> => settingsIn(notices.read(ctx));

export const setSettings = (ctx: Ctx, input: Input<typeof contract.setSettings>): Promise<Settings> =>
  notices.writeMany(ctx, SEND_ALL, async (tx) => {
    await checkMay(tx, null, SEND_ALL);
    const before = await settingsIn(tx);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
    const after = await tx.updateTable('notices.setting').set({ ...input, version: before.version + 1 }).where('version', '=', before.version).returning(FIELDS).executeTakeFirst();
    if (!after) throw changedMeanwhile();
    return { changes: [{ verb: 'settings-set', before: { id: SETTINGS_ID, ...before }, after: { id: SETTINGS_ID, ...after } }], result: after };
  });

type TemplateRow = { key: string; title: string; texts: unknown; question: string; isLifeSafety: boolean; version: number };
const templateOf = (row: TemplateRow): Template => ({ ...row, texts: row.texts as Texts, question: row.question as Question });

export async function listTemplates(ctx: Ctx): Promise<Reply<typeof contract.listTemplates>> {
  const all = await notices.read(ctx).selectFrom('notices.template').select(COLUMNS).orderBy('isLifeSafety', 'desc').orderBy('title').limit(200).execute();
  return { items: all.map(templateOf) };
}

/** An id of its own for what has a key, the same each time (the key as bytes behind a fixed start). */
const idOfKey = (key: string): string => {
  const hex = createHash('sha256').update(`notices.template ${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Changes a template, or makes one. Texts for danger to life go without a second person, so who changes them may send to all. */
export const setTemplate = (ctx: Ctx, { key, title, texts, question, isLifeSafety }: Input<typeof contract.setTemplate>): Promise<Template> =>
  notices.writeMany(ctx, SEND_ALL, async (tx) => {
    await checkMay(tx, null, SEND_ALL);
    const before = await tx.selectFrom('notices.template').select(COLUMNS).where('key', '=', key).executeTakeFirst();
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before?.version) throw changedMeanwhile();
    const values = { title, texts: JSON.stringify(texts), question, isLifeSafety };
    const after = before
      ? await tx.updateTable('notices.template').set({ ...values, version: before.version + 1 }).where('key', '=', key).where('version', '=', before.version).returning(COLUMNS).executeTakeFirst()
      : await tx.insertInto('notices.template').values({ key, ...values }).returning(COLUMNS).executeTakeFirst();
    if (!after) throw new Problem('stale', 'notices.changed_meanwhile', 'Somebody changed this template since you read it. Look again.');
    const id = idOfKey(key);
    return { changes: [{ verb: 'template-set', before: before ? { id, ...before } : null, after: { id, ...after }, of: { recordId: id, siteId: null, wallId: null, readPermission: 'notices:read' } }], result: templateOf(after) };
  });
