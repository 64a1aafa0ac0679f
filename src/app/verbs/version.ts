import { readFileSync } from 'node:fs';

/** What the verb does, for the list of verbs. */
export const summary = 'print the version of Parapet and of what it runs on';

/** `parapet version`: one line. */
export const run = async (): Promise<number> => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  console.log(`Parapet ${version} · Node ${process.versions.node} · ${process.platform} ${process.arch}`);
  return 0;
};
