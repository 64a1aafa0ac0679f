// Writes the tables.gen.ts of each service and module from a freshly migrated database. `--verify` fails where one is out of date.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../src/platform/kernel/migrate.ts';
import { startCluster } from '../src/platform/postgres/cluster.ts';

const ROOT = join(import.meta.dirname, '..');

type Target = { schemas: string[]; file: string };

function targets(): Target[] {
  const kernel = { schemas: ['access', 'platform', 'ledger'], file: join(ROOT, 'src/platform/kernel/tables.gen.ts') };
  const own = ['src/platform', 'src/modules'].flatMap((layer) => readdirSync(join(ROOT, layer)).filter((name) => name !== 'kernel' && existsSync(join(ROOT, layer, name, 'migrations'))).map((name) => ({ schemas: [name.replaceAll('-', '_')], file: join(ROOT, layer, name, 'tables.gen.ts') })));
  return [kernel, ...own];
}

/** Columns whose CHECK lists their values become unions of those values. */
async function unions(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ tbl: string; col: string; def: string }>(`
    select n.nspname || '.' || c.relname as tbl, a.attname as col, pg_get_constraintdef(k.oid) as def
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'c' and cardinality(k.conkey) = 1 and c.relispartition = false`);
  const found: Record<string, string> = {};
  for (const { tbl, col, def } of rows) {
    const values = /^CHECK \(\((?:\()?\w+(?:\))? = ANY \(ARRAY\[(.*)\]\)\)\)$/.exec(def)?.[1];
    if (!values) continue;
    const union = [...values.matchAll(/'([^']*)'::text/g)].map((match) => JSON.stringify(match[1])).join(' | ');
    found[`${tbl}.${col}`] = (await isNullable(client, tbl, col)) ? `${union} | null` : (await hasDefault(client, tbl, col)) ? `ColumnType<${union}, ${union} | undefined, ${union}>` : union;
  }
  return found;
}

const columnFact = (fact: string) => async (client: pg.Client, tbl: string, col: string): Promise<boolean> =>
  (await client.query<{ yes: boolean }>(`select ${fact} as yes from pg_attribute a where a.attrelid = $1::regclass and a.attname = $2`, [tbl, col])).rows[0]?.yes === true;
const isNullable = columnFact('not a.attnotnull');
const hasDefault = columnFact('a.atthasdef');

function generate(url: string, { schemas }: Target, overrides: Record<string, string>): string {
  const out = execFileSync(process.execPath, [
    join(ROOT, 'node_modules/kysely-codegen/dist/cli/bin.js'), '--url', url, '--dialect', 'postgres', '--camel-case', '--log-level', 'silent', '--print',
    '--include-pattern', schemas.length > 1 ? `{${schemas.join(',')}}.*` : `${schemas[0]}.*`,
    '--type-mapping', JSON.stringify({ bytea: 'Buffer', int8: 'number', timestamptz: 'string', xid8: 'string', ltree: 'string' }),
    '--overrides', JSON.stringify({ columns: overrides }),
  ], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const body = out.slice(out.indexOf('/**')).replace('export interface DB {', 'export interface Tables {').replace(/\/\*\*[\s\S]*?\*\/\s*/, '').replaceAll('"', "'");
  const needsColumnType = body.includes('ColumnType<') && !body.includes('import type { ColumnType }');
  return `// Generated from the database by \`npm run gen-tables\`; do not edit.\n${needsColumnType ? "import type { ColumnType } from 'kysely';\n" : ''}${body.trimEnd()}\n`;
}

async function main(): Promise<void> {
  const outside = process.env['TEST_DATABASE_URL'];
  const dir = outside ? null : mkdtempSync(join(tmpdir(), 'parapet-gen-'));
  const cluster = dir ? await startCluster({ dir }) : null;
  const ownerUrl = outside ?? cluster?.url('parapet', 'parapet_owner') ?? '';
  try {
    await migrate({ ownerUrl, login: 'parapet_owner' });
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    const overrides = await unions(client);
    await client.end();
    const stale: string[] = [];
    for (const target of targets()) {
      const text = generate(ownerUrl, target, overrides);
      if (existsSync(target.file) && readFileSync(target.file, 'utf8') === text) continue;
      stale.push(target.file.slice(ROOT.length + 1));
      if (!process.argv.includes('--verify')) writeFileSync(target.file, text);
    }
    if (stale.length > 0) console.log(`${process.argv.includes('--verify') ? 'Out of date' : 'Written'}: ${stale.join(', ')}`);
    if (process.argv.includes('--verify') && stale.length > 0) process.exitCode = 1;
  } finally {
    await cluster?.stop();
    if (dir) rmSync(dir, { recursive: true, force: true });
  }
}

await main();
