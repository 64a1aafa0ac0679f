import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss: Set<string> } };

/** Asks for the first page's own chunks with the shell's, instead of after the shell has run. */
export function preloadPage(page: string): Plugin {
  return {
    name: 'parapet:preload-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = new Map(Object.values(bundle ?? {}).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file as Chunk]] : [])));
        const first = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(page));
        if (!first) throw new Error(`The build has no page ${page}.`);
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

/** The chunk and all that it imports before it runs. */
function reachedFrom(first: Chunk, chunks: ReadonlyMap<string, Chunk>): Set<Chunk> {
  const reached = new Set([first]);
  for (const { imports } of reached) for (const name of imports) if (chunks.has(name)) reached.add(chunks.get(name) as Chunk);
  return reached;
}
