import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where connections to elsewhere may be opened: the guarded client, and the protocols' own folders. */
const MAY = /^src\/(platform\/net|connectors)\//;
/** The browser asks its own server; nothing of it runs on ours. */
const BROWSER = /^src\/(ui|app\/web|platform\/web)\/|^src\/(platform|modules)\/[\w-]+\/web\//;
const HARMLESS = /^(createServer|createSocket|isIP|isIPv4|isIPv6|BlockList|Server|type .+)$/;

const IMPORT = /import\s+(type\s+)?(?:([\w*]+(?:\s+as\s+\w+)?)\s*,?\s*)?(?:\{([^}]*)\})?\s*from\s+['"](?:node:)?(http|https|http2|net|tls|dgram|undici|ws|axios|got|node-fetch)['"]/g;
const CALLED = /(?<![\w.$'"`-])(?:fetch|new\s+(?:WebSocket|EventSource|XMLHttpRequest))\s*\(|\bglobalThis\.fetch\b|import\(\s*['"](?:node:)?(?:http|https|http2|net|tls|dgram|undici)['"]\s*\)|process\.getBuiltinModule|\brequire\(\s*['"](?:node:)?(?:http|https|http2|net|tls|dgram)['"]/;

/** What in a source text could open a connection to elsewhere. */
function openings(text: string): string[] {
  const found: string[] = [];
  for (const [, isType, whole, names = '', from] of text.matchAll(IMPORT)) {
    if (isType) continue;
    if (whole) found.push(`${from}: ${whole}`);
    for (const name of names.split(',').map((one) => one.trim()).filter(Boolean)) if (!HARMLESS.test(name.split(/\s+as\s+/)[0] ?? '') && !name.startsWith('type ')) found.push(`${from}: ${name}`);
  }
  const call = CALLED.exec(text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, ''));
  // A file may have something of its own that is called so.
  return call && !/\bconst fetch = /.test(text) ? [...found, call[0]] : found;
}

const files = globSync('src/**/*.{ts,tsx}').filter((file) => !MAY.test(file) && !BROWSER.test(file) && !/\.(?:test|soak)\.tsx?$|testing[\w-]*\.ts$|\/testing\//.test(file));

const EXCEPTIONS = [
  // The simulator of the command line: it sends frames to the Parapet that it was told.
  'src/app/verbs/simulate.ts: net: connect',
];

test('only the guarded client and the connectors open connections', () => {
  expect(files.length).toBeGreaterThan(150);
  expect(files.flatMap((file) => openings(readFileSync(file, 'utf8')).map((what) => `${file}: ${what}`))).toEqual(EXCEPTIONS);
});

test.each([
  `import { connect } from 'node:tls';`, `import { request } from 'node:http';`, `import https from 'node:https';`, `import * as net from 'net';`, `import { createServer, Socket } from 'node:net';`, `import { fetch } from 'undici';`,
  `const answer = await fetch(url);`, `new WebSocket(url)`, `globalThis.fetch(url)`, `const { connect } = await import('node:tls');`, `import { createConnection as c } from 'node:net';`,
])('finds a breach: %s', (text) => expect(openings(text).length).toBeGreaterThan(0));

test.each([`import type { Socket } from 'node:net';`, `import { createServer } from 'node:net';`, `import { isIPv4, type Socket } from 'node:net';`, `await this.refetch(1); query.fetch(2); // fetch(url)`, `void prefetch(x)`])('leaves alone: %s', (text) => expect(openings(text)).toEqual([]));
