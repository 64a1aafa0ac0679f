/** One edit of one field of one record, wherever it was made. */
export type Edit = {
  /** Made where it was written; the same id is the same edit. */
  id: string;
  value: string;
  /** When it was written, in milliseconds since the epoch by the server's clock, as near as its device knew it. */
  atMs: number;
  /** The device that it came from; null where it was made on the server itself. */
  device: string | null;
  /** Its place among what that device wrote, growing; 0 on the server itself. */
  seq: number;
  /** The version of the record that its writer had read. */
  base: number;
  /** The version of the record that its acceptance made, in order of arrival. */
  version: number;
};

/** What a late edit of a field does where another was made meanwhile: the last one wins, or a person is asked. */
export type FieldRule = 'last-wins' | 'ask';

/** `standing` is the edit whose value the record shows; null where there is no edit. Heads stand in order of their ids. */
export type Settled = { standing: Edit | null; heads: readonly Edit[]; isDisputed: boolean };

const byId = (a: Edit, b: Edit): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Whether the writer of the first knew of the second. */
export const supersedes = (one: Edit, other: Edit): boolean =>
  one.id !== other.id && (one.device !== null && one.device === other.device ? one.seq > other.seq : other.version <= one.base);

/** The later of two, by when they were written, then by id. */
const later = (a: Edit, b: Edit): Edit => (a.atMs === b.atMs ? (a.id > b.id ? a : b) : a.atMs > b.atMs ? a : b);

/** The edits that none of the others supersedes, each once, in order of their ids. Never empty where there is an edit. */
export function headsOf(edits: readonly Edit[]): Edit[] {
  const all = [...new Map(edits.map((edit) => [edit.id, edit])).values()].sort(byId);
  const heads = all.filter((edit) => !all.some((other) => supersedes(other, edit)));
  return heads.length > 0 || all.length === 0 ? heads : [all.reduce(later)];
}

/** Which value stands, which others stand beside it, and whether a person must decide. */
export function settle(edits: readonly Edit[], rule: FieldRule): Settled {
  const heads = headsOf(edits);
  if (heads.length === 0) return { standing: null, heads, isDisputed: false };
  return { standing: heads.reduce(later), heads, isDisputed: rule === 'ask' && new Set(heads.map(({ value }) => value)).size > 1 };
}
