import encodeQr from 'qr';

/** A QR code as one SVG path over `size` by `size` squares, the quiet zone among them. */
export type QrPath = { size: number; path: string };

/** Draws a text as a QR code, here and without asking anybody. */
export function qrPath(text: string): QrPath {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: 4 });
  const squares = rows.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return { size: rows.length, path: squares.join('') };
}

/** Neighbouring dark squares of a row: where they begin and how many they are. */
function runsOf(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  row.forEach((isDark, x) => {
    const last = runs.at(-1);
    if (!isDark) return;
    if (last && last[0] + last[1] === x) last[1]++;
    else runs.push([x, 1]);
  });
  return runs;
}
