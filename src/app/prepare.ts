import { fork } from 'node:child_process';
import { join } from 'node:path';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Config } from '#platform/kernel/config.ts';
import { actAs } from '#platform/kernel/context.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { Fault } from '#platform/kernel/fault.ts';
import type { Log } from '#platform/kernel/log.ts';
import { objectionToKey } from '#platform/ledger/own-key.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { setup, setupState } from '#modules/identity/accounts.service.ts';
import { demonstrationOf } from '#modules/identity/demonstration.service.ts';
import { isCommon, leansOn, wordsIn } from '#modules/identity/password-rules.ts';
import type { OpenDatabase } from './database.ts';
import type { LoadAnswer, LoadOrder } from './demo/load-process.ts';

const LOADER = join(import.meta.dirname, 'demo', 'load-process.ts');

/** What an empty database gets before the processes start: the demonstration organisation, or the first administrator of the environment. */
export function prepareOrganisation(config: Config, say: (line: string) => void): (database: OpenDatabase, log: Log, stopped: AbortSignal) => Promise<void> {
  return async ({ urls }, log, stopped) => {
    await requireLedgerKey(config, urls.web);
    if (config.mode === 'demonstration') await loadOnce(config, urls.web, { say, log, stopped });
    else if (config.admin) await foundWith(config.admin, urls.web, say);
  };
}

/** A node that would sign with a key of its own, beside another node's heads, is not started. */
async function requireLedgerKey({ dataDir }: Config, url: string): Promise<void> {
  const db = openDatabase({ url, role: 'parapet_worker', max: 1, name: 'parapet start' });
  const objection = await objectionToKey(db.pool, ledgerFiles(dataDir).keyFolder).finally(() => db.close());
  if (objection !== null) throw new Fault(objection);
}

async function loadOnce({ dataDir }: Config, url: string, { say, log, stopped }: { say: (line: string) => void; log: Log; stopped: AbortSignal }): Promise<void> {
  const db = openDatabase({ url, max: 1, name: 'parapet start' });
  const there = await demonstrationOf(await actAs(db, SERVICE.frontDoor)).finally(() => db.close());
  if (there && (!there.isDemo || there.loadedAt !== null || there.endedAt !== null)) return;
  say(there ? 'Loading of the demonstration organisation was cut; it goes on.' : 'Loading the demonstration organisation, once: an invented company, the year behind it and its last two weeks.');
  const answer = await inItsOwnProcess({ url, dataDir }, stopped);
  if ('failed' in answer) throw new Fault(`The demonstration organisation could not be loaded; the next start goes on with it.\n${answer.failed}`);
  const { loaded } = answer;
  if (loaded.done && loaded.refused.length > 0) log.warn({ refused: loaded.refused }, 'steps of the demonstration were refused and left out');
  log.debug(loaded, 'the demonstration is loaded');
}

/** Its memory goes with it. */
const inItsOwnProcess = (order: LoadOrder, stopped: AbortSignal): Promise<LoadAnswer> =>
  new Promise((resolve, reject) => {
    const child = fork(LOADER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const stop = (): void => void child.kill('SIGKILL');
    stopped.addEventListener('abort', stop);
    child.once('message', (answer) => resolve(answer as LoadAnswer));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      stopped.removeEventListener('abort', stop);
      reject(new Fault(`Loading the demonstration organisation ended (${signal ?? `exit ${code}`}); the next start goes on with it.`));
    });
    child.send(order);
  });

/** An unattended first administrator, where nobody has founded the organisation; it is named after the mail domain until somebody names it. */
async function foundWith({ email, password }: { email: string; password: string }, url: string, say: (line: string) => void): Promise<void> {
  const db = openDatabase({ url, max: 1, name: 'parapet start' });
  try {
    const door = await actAs(db, SERVICE.frontDoor, undefined, 'start');
    if (!(await setupState(door)).needed) return;
    const [name = email, organisation = email] = email.split('@');
    await setup(door, { organisation, name, email, password, isGiven: true });
    if ((await isCommon(password)) || leansOn(password, wordsIn([organisation, name]))) say('PARAPET_ADMIN_PASSWORD is among the first that are tried. Change it under My account.');
    say(`The first administrator is ${email}, as PARAPET_ADMIN_EMAIL says.`);
  } finally {
    await db.close();
  }
}
