import { type RefObject, useEffect, useState } from 'react';
import { ProblemError } from '#platform/web/call.ts';
import { picturesIn } from './picture-parts.ts';

/** `ended`: the pictures came and come no more; `none`: there are none, with the server's words. */
export type Moving = { state: 'waiting' | 'moving'; takenAt: string | null } | { state: 'ended' } | { state: 'none'; code: string; detail: string };

const TOLD_EVERY_MS = 1_000;
const LEAST_MS = 5_000;

export type Opening = (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
/** `turn` begins anew; `goesOn` where what the server ended after a while is opened again, as it ends what is live each quarter of an hour. */
type Options = { turn: number; goesOn: boolean };

/** Draws moving pictures on a canvas while the page is seen. `open` stays the same from one drawing to the next. */
export function useMovingPicture(open: Opening, canvas: RefObject<HTMLCanvasElement | null>, { turn, goesOn }: Options): Moving {
  const [moving, setMoving] = useState<Moving>({ state: 'waiting', takenAt: null });
  useEffect(() => {
    let stop = new AbortController();
    const watch = async ({ signal }: AbortController): Promise<void> => {
      const began = performance.now();
      let toldAt = -TOLD_EVERY_MS;
      const stream = await open(signal);
      for await (const { takenAt, jpeg } of picturesIn(stream)) {
        const drawn = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
        if (signal.aborted) return;
        draw(canvas.current, drawn);
        if (performance.now() - toldAt < TOLD_EVERY_MS) continue;
        toldAt = performance.now();
        setMoving({ state: 'moving', takenAt });
      }
      if (signal.aborted) return;
      if (goesOn && performance.now() - began > LEAST_MS) return watch(stop);
      setMoving({ state: 'ended' });
    };
    const begin = (): void => {
      stop.abort();
      if (document.hidden) return;
      stop = new AbortController();
      const { signal } = stop;
      watch(stop).catch((error: unknown) => void (signal.aborted || setMoving(error instanceof ProblemError ? { state: 'none', code: error.code, detail: error.detail } : { state: 'ended' })));
    };
    begin();
    document.addEventListener('visibilitychange', begin);
    return () => {
      document.removeEventListener('visibilitychange', begin);
      stop.abort();
    };
  }, [open, canvas, turn, goesOn]);
  return moving;
}

function draw(canvas: HTMLCanvasElement | null, drawn: ImageBitmap): void {
  if (canvas) {
    if (canvas.width !== drawn.width || canvas.height !== drawn.height) Object.assign(canvas, { width: drawn.width, height: drawn.height });
    canvas.getContext('2d')?.drawImage(drawn, 0, 0);
  }
  drawn.close();
}
