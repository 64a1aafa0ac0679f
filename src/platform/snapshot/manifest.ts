import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '#platform/kernel/fault.ts';
import { readMigrations } from '#platform/kernel/migrate.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import { type Archive, openArchive } from '#platform/archive/archive.ts';

const Name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const LITERAL = `(?:'[^'\\\\]*'|-?\\d+(?:\\.\\d+)?|MINVALUE|MAXVALUE|NULL|true|false)`;
const LIST = `\\(${LITERAL}(?:, ${LITERAL})*\\)`;
/** What PostgreSQL says of a partition's bounds, with nothing in it but literals. */
const Bound = z.string().regex(new RegExp(`^(?:DEFAULT|FOR VALUES (?:FROM ${LIST} TO ${LIST}|IN ${LIST}|WITH \\(modulus \\d+, remainder \\d+\\)))$`));

/** One table as it was copied. `sha256` is of its rows as COPY's text has them; `rows` and `bytes` count those. */
const TableCopy = z.strictObject({ schema: Name, name: Name, columns: z.array(Name), partition: z.strictObject({ schema: Name, of: Name, bound: Bound }).nullable(), rows: z.int(), bytes: z.int(), sha256: z.string() });
export type TableCopy = z.infer<typeof TableCopy>;

/** What is in a backup. */
const Manifest = z.strictObject({
  format: z.literal(1),
  id: z.uuid(),
  program: z.string(),
  organisation: z.enum(['main', 'demonstration']),
  /** When the snapshot was taken. */
  madeAt: z.iso.datetime(),
  server: z.string(),
  migrations: z.array(z.strictObject({ name: z.string(), hash: z.string() })),
  tables: z.array(TableCopy),
  sequences: z.array(z.strictObject({ schema: Name, name: Name, last: z.string().regex(/^-?\d+$/) })),
  ledger: z.strictObject({ entries: z.int(), leaves: z.int(), note: z.string().nullable() }),
  /** Parts of stored files; `missing` were so already where the backup was made. */
  files: z.strictObject({ count: z.int(), bytes: z.int(), missing: z.array(z.string()) }),
  hasKeys: z.boolean(),
});
export type Manifest = z.infer<typeof Manifest>;

/** Names of the members of a backup. */
export const MEMBER = { manifest: 'manifest.json', heads: 'ledger/heads', publicKeys: 'keys/ledger.ed25519.pub', keys: 'keys.sealed', tables: 'tables/', files: 'files/' } as const;

/** The version of the program that runs. */
export const programVersion = (): string => (JSON.parse(readFileSync(join(SOURCE_ROOT, '..', 'package.json'), 'utf8')) as { version: string }).version;

/** A backup whose every byte was read and compared with its hash. */
export type Backup = { archive: Archive; manifest: Manifest };

/** Opens a backup. Throws Fault in one line where it is cut, altered or no backup. */
export async function openBackup(file: string): Promise<Backup> {
  const archive = await openArchive(file);
  const member = archive.members.find(({ name }) => name === MEMBER.manifest);
  if (!member) throw new Fault(`${file} is no backup of Parapet: it has no ${MEMBER.manifest}.`);
  const said: unknown = JSON.parse((await archive.read(member)).toString('utf8'));
  const { format } = z.object({ format: z.unknown() }).parse(said);
  if (format !== 1) throw new Fault(`${file} has the format ${String(format)}, and this program reads format 1. Restore it with the release that made it, or a newer one.`);
  return { archive, manifest: Manifest.parse(said) };
}

/** Refuses a backup that this program is too old for. What this program has and the backup has not is applied after the restore. */
export function checkFits({ archive: { file }, manifest: { program, migrations } }: Backup): void {
  const own = new Map(readMigrations().map(({ name, hash }) => [name, hash]));
  const unknown = migrations.filter(({ name }) => !own.has(name));
  if (unknown.length > 0) throw new Fault(`${file} was made by Parapet ${program} with ${unknown.length} migrations that this program (${programVersion()}) does not know, ${unknown.at(-1)?.name} among them. Install that release or a newer one, then restore.`);
  const other = migrations.find(({ name, hash }) => own.get(name) !== hash);
  if (other) throw new Fault(`${file} was made by a build of Parapet in which the migration ${other.name} says another thing than here. Restore it with that build.`);
}
