import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { buildServer, type ServerOptions } from '#platform/kernel/http.ts';
import { isMigrated } from '#platform/kernel/migrate.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import { compressReplies } from './compress.ts';
import { isKeyHolder } from './metrics-access.ts';
import { metricsText } from './metrics.ts';

const SCREENS = join(SOURCE_ROOT, '..', 'dist', 'web');
const CSP = ["default-src 'none'", "object-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"].join('; ');

/** The server of the web process: every operation, the screens, and what machines ask (health, metrics). */
export async function buildWeb(options: ServerOptions): Promise<FastifyInstance> {
  const app = await buildServer(options);
  compressReplies(app);
  const { db } = options;
  app.get('/healthz', { schema: { hide: true } }, async () => ({ alive: true }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const failing = await failures(db);
    return reply.code(failing.length === 0 ? 200 : 503).send({ ready: failing.length === 0, failing });
  });
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!(await isKeyHolder(db, request))) return reply.code(403).send({ detail: 'Metrics are read from this machine, or with an API key.' });
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metricsText(db));
  });
  if (existsSync(SCREENS)) await serveScreens(app);
  return app;
}

async function failures(db: ServerOptions['db']): Promise<string[]> {
  try {
    const migrated = await isMigrated({ query: async (sql) => ({ rows: ((await db.send([{ text: sql, values: [] }]))[0]?.rows ?? []) as { name: string }[] }) });
    return migrated ? [] : ['migrations'];
  } catch {
    return ['database'];
  }
}

async function serveScreens(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, { root: SCREENS, wildcard: false, preCompressed: true, index: false, cacheControl: false, setHeaders: (reply, path) => {
    reply.header('cache-control', /\/assets\//.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    // A worker of the screens goes by the policy of its own script.
    reply.header('content-security-policy', CSP);
  } });
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    // A filter in the address may hold a dot (a type, a verb): only the path says whether a file is wanted.
    const [path = ''] = request.url.split('?');
    if (path.startsWith('/api/') || /\.[a-z0-9]{2,5}$/i.test(path)) return reply.callNotFound();
    return reply.header('content-security-policy', CSP).header('cache-control', 'no-cache').sendFile('index.html');
  });
}
