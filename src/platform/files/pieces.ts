/** The same bytes in pieces of one length, the last of what is left; each only until the next is asked for. */
export async function* inPieces(source: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Buffer, void> {
  const piece = Buffer.allocUnsafeSlow(length);
  let held = 0;
  for await (const given of source) {
    for (let at = 0; at < given.length; ) {
      const taken = Math.min(given.length - at, length - held);
      piece.set(given.subarray(at, at + taken), held);
      at += taken;
      held += taken;
      if (held === length) yield piece;
      held %= length;
    }
  }
  if (held > 0) yield piece.subarray(0, held);
}
