import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const NEEDED = 24;

const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Linux x64 and arm64 with glibc have a Node 24 among the packages; everything else brings its own. */
export const hasBundledNode = () =>
  process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) && process.report?.getReport().header.glibcVersionRuntime !== undefined;

/** `{ node }`, the path of a Node 24 or later, or `{ missing }`, one line on what to do. */
export const findNode = (root) => {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return { node: process.execPath };
  const bundled = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (hasBundledNode() && isExecutable(bundled)) return { node: bundled };
  if (hasBundledNode()) return { missing: `Parapet needs its packages first: run "npm ci --ignore-scripts" in ${root}, or start it with "npm start".` };
  return { missing: `Parapet needs Node ${NEEDED} here (this is ${process.versions.node} on ${process.platform} ${process.arch}): install Node ${NEEDED} and run this again.` };
};
