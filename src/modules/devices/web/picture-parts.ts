/** A picture of a stream, with when it was taken. */
export type PicturePart = { takenAt: string; jpeg: Uint8Array<ArrayBuffer> };

const END = [13, 10, 13, 10];

/** Takes the pictures out of multipart/x-mixed-replace as they come, whatever the pieces are in which they come. */
export async function* picturesIn(stream: ReadableStream<Uint8Array>): AsyncGenerator<PicturePart> {
  let left: Uint8Array<ArrayBuffer> = new Uint8Array();
  const reader = stream.getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      left = joined(left, piece.value);
      for (let part = firstIn(left); part; part = firstIn(left)) {
        left = part.rest;
        yield part.picture;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function firstIn(left: Uint8Array<ArrayBuffer>): { picture: PicturePart; rest: Uint8Array<ArrayBuffer> } | null {
  const at = left.findIndex((_, i) => END.every((sign, j) => left[i + j] === sign));
  if (at < 0) return null;
  const head = new TextDecoder().decode(left.subarray(0, at));
  const start = at + END.length;
  const end = start + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (left.length < end) return null;
  return { picture: { takenAt: /x-taken-at: (\S+)/i.exec(head)?.[1] ?? '', jpeg: left.slice(start, end) }, rest: left.slice(end) };
}
