import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { LEAST_PASSPHRASE } from '#platform/archive/seal.ts';
import { Fault } from '#platform/kernel/fault.ts';

/** Asks on the terminal without showing what is typed. */
const askHidden = (question: string): Promise<string> =>
  new Promise((resolve) => {
    process.stderr.write(question);
    const lines = createInterface({ input: process.stdin, output: new Writable({ write: (_chunk, _encoding, done) => done() }), terminal: true });
    lines.question('', (answer) => {
      lines.close();
      process.stderr.write('\n');
      resolve(answer);
    });
    lines.once('SIGINT', () => process.exit(130));
  });

const fromFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Fault(`The file of the passphrase, ${file}, cannot be read (${(error as NodeJS.ErrnoException).code}).`, error);
  }
};

/** A new passphrase, from the file or asked twice. Throws where it is too short. */
export async function newPassphrase(file: string | undefined): Promise<string> {
  if (file === undefined && !process.stdin.isTTY) throw new Fault('The keys are encrypted under a passphrase: run this at a terminal, or give --passphrase-file FILE.');
  const passphrase = file === undefined ? await askHidden('Passphrase for the keys: ') : fromFile(file);
  if (passphrase.length < LEAST_PASSPHRASE) throw new Fault(`The passphrase has ${passphrase.length} characters: give it at least ${LEAST_PASSPHRASE}.`);
  if (file === undefined && (await askHidden('The same again: ')) !== passphrase) throw new Fault('The two are not the same.');
  return passphrase;
}

/** The passphrase of keys that are there; undefined where nobody gives one. */
export async function knownPassphrase(file: string | undefined): Promise<string | undefined> {
  if (file !== undefined) return fromFile(file);
  if (!process.stdin.isTTY) return undefined;
  return (await askHidden('Passphrase of the keys in the backup (empty: restore without them): ')) || undefined;
}
