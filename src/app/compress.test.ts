import { gunzipSync } from 'node:zlib';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { compressReplies } from './compress.ts';

const LONG = { items: Array.from({ length: 200 }, (_, at) => ({ at, title: 'Zone alarm while armed' })) };

function aServer() {
  const app = fastify();
  app.get('/before', async () => LONG);
  compressReplies(app);
  app.get('/long', async () => LONG);
  app.get('/short', async () => ({ at: 1 }));
  app.get('/text', async (_request, reply) => reply.type('text/plain').send('x'.repeat(9_000)));
  return app;
}

it.each(['/long', '/before'])('a long reply (%s) is sent compressed to who takes that, and says so', async (url) => {
  const reply = await aServer().inject({ url, headers: { 'accept-encoding': 'br, gzip' } });
  expect(reply.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(JSON.parse(gunzipSync(reply.rawPayload).toString())).toEqual(LONG);
  expect(reply.rawPayload.length * 5).toBeLessThan(JSON.stringify(LONG).length);
  expect(Number(reply.headers['content-length'])).toBe(reply.rawPayload.length);
});

it.each([undefined, 'identity', 'gzip;q=0, identity'])('who does not take it (%s) gets the reply as it is', async (accepts) => {
  const reply = await aServer().inject({ url: '/long', headers: accepts === undefined ? {} : { 'accept-encoding': accepts } });
  expect(reply.headers['content-encoding']).toBeUndefined();
  expect(reply.json()).toEqual(LONG);
});

it('what is short, or no JSON, is left alone', async () => {
  for (const url of ['/short', '/text']) expect((await aServer().inject({ url, headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBeUndefined();
});
