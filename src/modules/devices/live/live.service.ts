import { readersFor } from '#platform/kernel/context.ts';
import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { ffmpegHere } from '#platform/video/ffmpeg.ts';
import { PictureAnswer } from '#platform/video/multipart.ts';
import type * as contract from '../contract.ts';
import { cameraToView } from '../picture.service.ts';
import { joinStream } from './streams.ts';

const BEAT_MS = 5_000;
const MOST_MS = 15 * 60_000;
const MOST_A_PERSON = 6;
const openOf = new Map<string, number>();

/** Moving pictures of a camera until their reader goes, may no more, or had them for a quarter of an hour. That somebody looks is in the ledger before, and each minute again. */
export async function watchLive(ctx: Ctx, { id }: Input<typeof contract.watchLive>, exchange: Exchange): Promise<null> {
  const camera = await cameraToView(ctx, id);
  if (ffmpegHere() === null) throw new Problem('refused', 'devices.live_no_ffmpeg', 'Moving pictures need the program ffmpeg on the machine that Parapet runs on; it is not there.');
  if ((openOf.get(ctx.personId) ?? 0) >= MOST_A_PERSON) throw new Problem('limited', 'devices.live_too_many', 'You look at too many cameras at once. Close some.', { retryAfterS: 5 });
  count(ctx.personId, 1);
  const answer = new PictureAnswer();
  const joined = await joinStream(ctx.db, camera, { frame: (jpeg, takenAt) => answer.frame(jpeg, takenAt), ended: () => answer.end() });
  if ('why' in joined) {
    count(ctx.personId, -1);
    throw new Problem('refused', `devices.live_${joined.why.replace('-', '_')}`, joined.detail);
  }
  const stop = keepAsking(ctx, id, { seen: () => exchange.seen?.(), end: () => answer.end() });
  answer.open(exchange, () => {
    stop();
    joined.leave();
    count(ctx.personId, -1);
  });
  return null;
}

const count = (personId: string, by: number): void => {
  const now = (openOf.get(personId) ?? 0) + by;
  if (now > 0) openOf.set(personId, now);
  else openOf.delete(personId);
};

/** Asks again and again whether who looks still may; whoever lost a session, a grant or the device sees no more within seconds. */
function keepAsking(ctx: Ctx, id: string, { seen, end }: { seen: () => void; end: () => void }): () => void {
  const beat = setInterval(() => {
    const readers = readersFor(ctx.db);
    readers.forget(ctx.actor);
    readers.resolve(ctx.actor).then(async ({ personId }) => {
      if (personId !== ctx.personId) return end();
      await cameraToView(ctx, id);
      seen();
    }).catch((error: unknown) => {
      if (error instanceof Problem && error.status < 500) end();
    });
  }, BEAT_MS);
  const most = setTimeout(end, MOST_MS);
  return () => {
    clearInterval(beat);
    clearTimeout(most);
  };
}
