import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss: Set<string> } };

/** Asks for the chunks of these files with the first script, instead of after it has run. */
export function preloadPages(...files: readonly string[]): Plugin {
  return {
    name: 'parapet:preload-pages',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = new Map(Object.values(bundle ?? {}).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file as Chunk]] : [])));
        const first = files.map((file) => {
          const chunk = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(file));
          if (!chunk) throw new Error(`The build has no file ${file}.`);
          return chunk;
        });
        const needed = [...reachedFrom(first, chunks)];
        const scripts = needed.map(({ fileName }): HtmlTagDescriptor => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` }, injectTo: 'head' }));
        const styles = [...new Set(needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]))].map(
          (file): HtmlTagDescriptor => ({ tag: 'link', attrs: { rel: 'preload', as: 'style', crossorigin: true, href: `/${file}` }, injectTo: 'head' }),
        );
        return [...scripts, ...styles].filter(({ attrs }) => !html.includes(`"${String(attrs?.['href'])}"`));
      },
    },
  };
}

/** The chunks and all that they import before they run. */
function reachedFrom(first: readonly Chunk[], chunks: ReadonlyMap<string, Chunk>): Set<Chunk> {
  const reached = new Set(first);
  for (const { imports } of reached) for (const name of imports) if (chunks.has(name)) reached.add(chunks.get(name) as Chunk);
  return reached;
}
