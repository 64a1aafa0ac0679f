#!/usr/bin/env node
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withCompiled } from './compiled.mjs';
import { findNode } from './find-node.mjs';
import { endAs, run } from './run.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const found = findNode(root);
if (found.missing) {
  console.error(found.missing);
  process.exitCode = 1;
} else {
  endAs(await run(found.node, [join(root, 'src', 'main.ts'), ...process.argv.slice(2)], { env: withCompiled(root, process.env), leash: true }));
}
