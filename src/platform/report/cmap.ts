/** Which code points a font can draw: a set over all of Unicode, one bit each. */
export type Coverage = Uint8Array;

export const emptyCoverage = (): Coverage => new Uint8Array(0x110000 >> 3);

/** Is this code point in the set? */
export const covers = (coverage: Coverage, codePoint: number): boolean => ((coverage[codePoint >> 3] ?? 0) & (1 << (codePoint & 7))) !== 0;

const add = (coverage: Coverage, codePoint: number): void => {
  const at = codePoint >> 3;
  if (at < coverage.length) coverage[at] = (coverage[at] ?? 0) | (1 << (codePoint & 7));
};

/**
 * Adds what a TrueType or OpenType font maps to a glyph, from the Unicode subtables (formats 4 and 12) of its `cmap`
 * (OpenType 1.9, "cmap"). A font without one adds nothing. Throws RangeError where the file is cut short.
 */
export function addCoverage(coverage: Coverage, font: Buffer): void {
  const tables = font.readUInt16BE(4);
  for (let i = 0; i < tables; i += 1) {
    const entry = 12 + i * 16;
    if (font.toString('latin1', entry, entry + 4) === 'cmap') addTable(coverage, font.subarray(font.readUInt32BE(entry + 8)));
  }
}

function addTable(coverage: Coverage, cmap: Buffer): void {
  const subtables = cmap.readUInt16BE(2);
  for (let i = 0; i < subtables; i += 1) {
    const entry = 4 + i * 8;
    const platform = cmap.readUInt16BE(entry);
    const encoding = cmap.readUInt16BE(entry + 2);
    const isUnicode = platform === 0 ? encoding !== 5 : platform === 3 && (encoding === 1 || encoding === 10);
    if (!isUnicode) continue;
    const subtable = cmap.subarray(cmap.readUInt32BE(entry + 4));
    const format = subtable.readUInt16BE(0);
    if (format === 4) addSegments(coverage, subtable);
    if (format === 12) addGroups(coverage, subtable);
  }
}

function addSegments(coverage: Coverage, subtable: Buffer): void {
  const twice = subtable.readUInt16BE(6);
  for (let at = 0; at < twice; at += 2) {
    const last = subtable.readUInt16BE(14 + at);
    const first = subtable.readUInt16BE(16 + twice + at);
    const delta = subtable.readUInt16BE(16 + 2 * twice + at);
    const offsetAt = 16 + 3 * twice + at;
    const offset = subtable.readUInt16BE(offsetAt);
    for (let code = first; code <= last && code !== 0xffff; code += 1) {
      const listed = offset === 0 ? code : subtable.readUInt16BE(offsetAt + offset + (code - first) * 2);
      const glyph = listed === 0 ? 0 : (listed + delta) & 0xffff;
      if (glyph !== 0) add(coverage, code);
    }
  }
}

function addGroups(coverage: Coverage, subtable: Buffer): void {
  const groups = subtable.readUInt32BE(12);
  for (let i = 0; i < groups; i += 1) {
    const at = 16 + i * 12;
    const last = Math.min(subtable.readUInt32BE(at + 4), 0x10ffff);
    for (let code = subtable.readUInt32BE(at); code <= last; code += 1) add(coverage, code);
  }
}
