import type { Plugin } from 'vite';

/** Asks for the one face of the first screen with the page itself, so that words don't change their shape. */
export function preloadFont(face: string): Plugin {
  return {
    name: 'parapet:preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((name) => name.includes(face));
        if (!file) throw new Error(`The build has no face ${face}.`);
        return [{ tag: 'link', attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${file}` }, injectTo: 'head-prepend' }];
      },
    },
  };
}
