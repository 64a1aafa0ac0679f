import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '#platform/kernel/fault.ts';

type Verb = { summary: string; run(args: string[]): Promise<number> };

const FOLDER = join(import.meta.dirname, 'app', 'verbs');
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -3))
  .sort();

const load = async (name: string): Promise<Verb> => (await import(pathToFileURL(join(FOLDER, `${name}.ts`)).href)) as Verb;

const list = async (): Promise<string> => {
  const lines = await Promise.all(names.map(async (name) => `  ${name.padEnd(14)} ${(await load(name)).summary}`));
  return `parapet VERB\n${lines.join('\n')}`;
};

const [name, ...args] = process.argv.slice(2);
try {
  if (name !== undefined && names.includes(name)) process.exitCode = await (await load(name)).run(args);
  else {
    const asked = name === undefined || ['help', '--help', '-h'].includes(name);
    if (asked) console.log(await list());
    else console.error(`There is no verb "${name}".\n${await list()}`);
    process.exitCode = asked ? 0 : 1;
  }
} catch (error) {
  if (error instanceof Fault) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
} finally {
  if (process.connected) process.disconnect();
}
