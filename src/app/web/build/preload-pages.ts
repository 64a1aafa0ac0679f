import type { HtmlTagDescriptor, Plugin } from 'vite';
import { chunkOf, chunksOf, reachedFrom } from './reached.ts';

/** Asks for the chunks of these files with the first script, instead of after it has run. */
export function preloadPages(...files: readonly string[]): Plugin {
  return {
    name: 'parapet:preload-pages',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = chunksOf(bundle);
        const needed = [...new Set(files.flatMap((file) => [...reachedFrom(chunkOf(file, chunks), chunks)]))];
        const scripts = needed.map(({ fileName }): HtmlTagDescriptor => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` }, injectTo: 'head' }));
        const styles = [...new Set(needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]))].map(
          (file): HtmlTagDescriptor => ({ tag: 'link', attrs: { rel: 'preload', as: 'style', crossorigin: true, href: `/${file}` }, injectTo: 'head' }),
        );
        return [...scripts, ...styles].filter(({ attrs }) => !html.includes(`"${String(attrs?.['href'])}"`));
      },
    },
  };
}
