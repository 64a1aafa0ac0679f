import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { addCoverage, type Coverage, emptyCoverage } from './cmap.ts';

type Face = { family: string; files: readonly string[] };

const google = (family: string, weights: readonly string[]): Face => {
  const folder = family.toLowerCase().replaceAll(' ', '-');
  return { family, files: weights.map((weight) => `@expo-google-fonts/${folder}/${weight}/${family.replaceAll(' ', '')}_${weight}.ttf`) };
};

const TEXT = google('Inter', ['400Regular', '500Medium', '600SemiBold', '700Bold']);
const MACHINE = google('IBM Plex Mono', ['400Regular', '600SemiBold']);
/** For what the first two lack, in this order. Faces that are not installed are passed over; Korean is not, unless added. */
const OTHERS: readonly Face[] = [
  { family: 'DejaVu Sans', files: ['dejavu-fonts-ttf/ttf/DejaVuSans.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'] },
  google('Noto Sans SC', ['400Regular']),
  google('Noto Sans KR', ['400Regular']),
  google('Noto Sans Devanagari', ['400Regular', '600SemiBold']),
  google('Noto Sans Thai', ['400Regular', '600SemiBold']),
  google('Noto Emoji', ['400Regular']),
];

/** The fonts of every report as bytes, the names of the further families that are installed, and what all can draw together. */
export type Fonts = { blobs: Buffer[]; others: string[]; coverage: Coverage };

/** Reads the fonts from the packages. Throws where one of the first two is missing. */
export function readFonts(): Fonts {
  const faces = [read(TEXT), read(MACHINE)];
  const others = OTHERS.flatMap((face) => {
    try {
      return [{ family: face.family, blobs: read(face) }];
    } catch {
      return [];
    }
  });
  const all = [...faces, ...others.map(({ blobs }) => blobs)];
  const coverage = emptyCoverage();
  for (const blobs of all) addAll(coverage, inEach(blobs));
  return { blobs: all.flat(), others: others.map(({ family }) => family), coverage };
}

const { resolve } = createRequire(import.meta.url);
const read = ({ files }: Face): Buffer[] => files.map((file) => readFileSync(resolve(file)));

/** What each weight of a family has: text may be set in any of them, and the compiler doesn't look for a glyph in another weight. */
function inEach(blobs: readonly Buffer[]): Coverage {
  const [first = emptyCoverage(), ...rest] = blobs.map((blob) => {
    const own = emptyCoverage();
    addCoverage(own, blob);
    return own;
  });
  return first.map((bits, at) => rest.reduce((kept, own) => kept & (own[at] ?? 0), bits));
}

function addAll(to: Coverage, more: Coverage): void {
  for (let at = 0; at < to.length; at += 1) to[at] = (to[at] ?? 0) | (more[at] ?? 0);
}
