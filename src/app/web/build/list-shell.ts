import type { Plugin } from 'vite';
import { chunkOf, chunksOf, reachedFrom } from './reached.ts';

/** What every page needs beside its chunks. */
const OWN = ['/theme.js', '/mark.svg'];
const FACES = /inter-latin-wght-normal|ibm-plex-mono-latin-(?:400|500)-normal/;

/** Writes `shell.json`: the files that a browser keeps so that these pages open without a line. */
export function listShell(pages: readonly string[]): Plugin {
  return {
    name: 'parapet:list-shell',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = chunksOf(bundle);
      const entries = [...chunks.values()].filter(({ isEntry }) => isEntry);
      const needed = [...entries, ...pages.map((page) => chunkOf(page, chunks))].flatMap((chunk) => [...reachedFrom(chunk, chunks)]);
      const styles = needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
      const faces = Object.keys(bundle).filter((name) => FACES.test(name) && name.endsWith('.woff2'));
      const files = [...new Set([...needed.map(({ fileName }) => fileName), ...styles, ...faces])].sort().map((name) => `/${name}`);
      this.emitFile({ type: 'asset', fileName: 'shell.json', source: JSON.stringify({ files: [...files, ...OWN] }) });
    },
  };
}
