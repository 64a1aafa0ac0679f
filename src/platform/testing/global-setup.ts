import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate, readMigrations } from '../kernel/migrate.ts';
import { discoverModules } from '../kernel/modules.ts';
import { startCluster } from '../postgres/cluster.ts';
import { administer } from './database.ts';

const LOGIN = 'parapet_app';
const PASSWORD = 'only-for-tests';

/** One PostgreSQL for the whole run: the embedded one in a temporary folder, or the server of TEST_DATABASE_URL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outside = process.env['TEST_DATABASE_URL'];
  const dir = outside ? null : mkdtempSync(join(tmpdir(), 'parapet-test-'));
  const cluster = dir ? await startCluster({ dir, settings: { max_connections: '200', shared_buffers: '256MB' } }) : null;
  const serverUrl = outside ?? cluster?.url('postgres', 'parapet_owner') ?? '';
  const template = `parapet_template_${createHash('sha256').update(readMigrations().map(({ hash }) => hash).join()).digest('hex').slice(0, 12)}_${process.pid}`;
  await administer(serverUrl, `do $$ begin if not exists (select from pg_roles where rolname = '${LOGIN}') then create role ${LOGIN} login noinherit; end if; end $$`);
  await administer(serverUrl, `alter role ${LOGIN} login noinherit password '${PASSWORD}'`);
  await administer(serverUrl, `create database ${template}`);
  const templateUrl = withPath(serverUrl, template);
  await migrate({ ownerUrl: templateUrl, login: LOGIN });
  for (const module of await discoverModules()) await module.seed?.(templateUrl);
  const appUrl = new URL(serverUrl);
  appUrl.username = LOGIN;
  appUrl.password = PASSWORD;
  project.provide('postgres', { ownerUrl: serverUrl, appUrl: appUrl.href, template });
  return async () => {
    await administer(serverUrl, `drop database if exists ${template} with (force)`);
    await cluster?.stop();
    if (dir) rmSync(dir, { recursive: true, force: true });
  };
}

function withPath(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}
