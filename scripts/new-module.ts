// `npm run new-module -- vendors "Vendors"`: writes src/modules/vendors once; afterwards it is ordinary code.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORDER } from '../src/app/module-order.ts';

const [name = '', title = ''] = process.argv.slice(2);

function refuse(line: string): never {
  console.error(line);
  process.exit(1);
}
if (!/^[a-z]+$/.test(name) || title === '') refuse('Give a name of small letters and a title: npm run new-module -- vendors "Vendors"');
if (!ORDER.includes(name)) refuse(`${name} has no place in the import order. Write it into src/app/module-order.ts with a decision in docs/decisions, then run this again.`);
const folder = join(import.meta.dirname, '..', 'src', 'modules', name);
if (existsSync(folder)) refuse(`src/modules/${name} exists already.`);

const noun = name.replace(/ies$/, 'y').replace(/s$/, '');
const Noun = noun[0]?.toUpperCase() + noun.slice(1);
const stamp = new Date().toISOString().slice(0, 16).replace(/[-:]/g, '');

const FILES: Record<string, string> = {
  'README.md': `# ${title}\n\n**Purpose.** What this module is for, in one sentence.\n\n**Nouns.** ${noun}\n\n**Invariants.** What the constraints of its tables hold.\n\n**Permissions.** \`${name}:read\` see them · \`${name}:write\` make and change them\n\n**Messages out.** \`${name}.added\`\n`,
  [`migrations/${stamp}_${name}.sql`]: `create schema ${name};
grant usage on schema ${name} to parapet_login, parapet_person, parapet_org;

create table ${name}.${noun} (
  id       uuid primary key,
  name     text not null check (name <> ''),
  state    text not null default 'active' check (state in ('active', 'closed')),
  site_id  uuid references access.site,
  wall_id  uuid references access.wall,
  sight_id uuid generated always as (coalesce(wall_id, site_id)) stored,
  made_at  timestamptz not null,
  version  int not null default 1
);
create index on ${name}.${noun} (sight_id, state, made_at desc, id desc);
create index on ${name}.${noun} (made_at desc, id desc);
select access.protect('${name}.${noun}', '${name}', '${name}:read');
`,
  'contract.ts': `import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

export const ${Noun} = z.object({ id: z.uuid(), name: z.string(), state: z.enum(['active', 'closed']), siteId: z.uuid().nullable(), madeAt: z.string(), version: z.number() });
export type ${Noun} = z.infer<typeof ${Noun}>;

export const list${Noun}s = endpoint({
  method: 'GET', path: '/', summary: '${title}, newest first', permission: '${name}:read',
  query: z.strictObject({ after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(${Noun}), next: z.string().nullable() }),
});
export const add${Noun} = endpoint({
  method: 'POST', path: '/', summary: 'Add one', permission: '${name}:write', status: 201,
  body: z.strictObject({ name: z.string().trim().min(1, 'Give it a name').max(120), siteId: z.uuid().nullable().default(null) }), reply: ${Noun},
});
`,
  'service.ts': `import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { ${Noun} } from './contract.ts';
import type { Tables } from './tables.gen.ts';

const ${name} = store<Tables>('${name}');
const ROW = ['id', 'name', 'state', 'siteId', 'madeAt', 'version'] as const;

export async function list${Noun}s(ctx: Ctx, { after, limit }: Input<typeof contract.list${Noun}s>): Promise<Reply<typeof contract.list${Noun}s>> {
  let query = ${name}.read(ctx).selectFrom('${name}.${noun}').select(ROW).orderBy('madeAt', 'desc').orderBy('id', 'desc').limit(limit);
  if (after) {
    const { at, id } = readCursor(after);
    query = query.where(sql<boolean>\`(made_at, id) < (\${at}::timestamptz, \${id}::uuid)\`);
  }
  const items = await query.execute();
  const last = items.at(-1);
  return { items, next: items.length === limit && last ? cursorAfter(last.madeAt, last.id) : null };
}

export function add${Noun}(ctx: Ctx, { name, siteId }: Input<typeof contract.add${Noun}>): Promise<${Noun}> {
  return ${name}.write(ctx, '${name}:write', async (tx) => {
    const after = await tx.insertInto('${name}.${noun}').values({ id: uuidv7(), name, siteId, madeAt: ctx.now().toISOString() }).returning(ROW).executeTakeFirstOrThrow();
    const header = { kind: '${name}.${noun}', number: null, title: name, state: after.state, siteId, wallId: null, readPermission: '${name}:read', at: after.madeAt };
    return { verb: 'added', before: null, after, header, words: name };
  });
}
`,
  'module.ts': `import { type Module, serve } from '#platform/kernel/http.ts';
import * as contract from './contract.ts';
import * as service from './service.ts';

export default {
  name: '${name}',
  permissions: { '${name}:read': 'See ${title.toLowerCase()}', '${name}:write': 'Make and change ${title.toLowerCase()}' },
  routes: [serve(contract.list${Noun}s, service.list${Noun}s), serve(contract.add${Noun}, service.add${Noun})],
} satisfies Module;
`,
  'service.test.ts': `import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { list${Noun}s } from './service.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

describe('list${Noun}s', () => {
  test('is refused to who may not read them', async () => {
    await expect(list${Noun}s(await fresh.as(SERVICE.intake), { limit: 50 })).rejects.toMatchObject({ kind: 'forbidden' });
  });
});
`,
};

for (const [file, text] of Object.entries(FILES)) {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), text);
}
console.log(`src/modules/${name} is there. Next: npm run gen-tables; give ${name}:read and ${name}:write to roles in src/modules/identity/content/roles.json; npm test.`);
