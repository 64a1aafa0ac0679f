/** One line of a frame: where it begins, its bytes in hexadecimal, and those that print as ASCII, a dot for the others. */
export type DumpLine = { at: string; hex: string; ascii: string };

const PER_LINE = 12;

/** A frame, given as hexadecimal, in lines of twelve bytes. */
export function dumpOf(hex: string): DumpLine[] {
  const bytes = Buffer.from(hex, 'hex');
  return Array.from({ length: Math.ceil(bytes.length / PER_LINE) }, (_, line) => {
    const part = bytes.subarray(line * PER_LINE, (line + 1) * PER_LINE);
    return { at: (line * PER_LINE).toString(16).padStart(4, '0'), hex: part.toString('hex').replaceAll(/..(?!$)/g, '$& '), ascii: [...part].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('') };
  });
}
