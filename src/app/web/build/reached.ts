import type { Rolldown } from 'vite';

export type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss: Set<string> } };

/** The chunks of a build by the names of their files. */
export const chunksOf = (bundle: Rolldown.OutputBundle | undefined): ReadonlyMap<string, Chunk> => new Map(Object.values(bundle ?? {}).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file as Chunk]] : [])));

/** The chunk and all that it imports before it runs. */
export function reachedFrom(first: Chunk, chunks: ReadonlyMap<string, Chunk>): Set<Chunk> {
  const reached = new Set([first]);
  for (const { imports } of reached) for (const name of imports) if (chunks.has(name)) reached.add(chunks.get(name) as Chunk);
  return reached;
}

/** The chunk of a page. Throws where the build has none. */
export function chunkOf(page: string, chunks: ReadonlyMap<string, Chunk>): Chunk {
  const found = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(page));
  if (!found) throw new Error(`The build has no page ${page}.`);
  return found;
}
