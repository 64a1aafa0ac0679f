import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { contractsWithoutSchemas } from './src/app/web/build/contracts.ts';
import { listShell } from './src/app/web/build/list-shell.ts';
import { precompress } from './src/app/web/build/precompress.ts';
import { preloadFont } from './src/app/web/build/preload-font.ts';
import { preloadPages } from './src/app/web/build/preload-pages.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Libraries that every page stands on; the rest is split by page. */
const ALWAYS = /node_modules\/(?:react|react-dom|scheduler|@tanstack\/[\w-]+|uuid)\//;

export default defineConfig({
  root: at('src/app/web'),
  cacheDir: at('node_modules/.vite'),
  publicDir: at('src/app/web/public'),
  resolve: {
    alias: ['platform', 'engines', 'modules', 'ui', 'app'].map((layer) => ({ find: new RegExp(`^#${layer}/`), replacement: `${at(`src/${layer}`)}/` })),
  },
  plugins: [contractsWithoutSchemas(at('src')), react(), preloadFont('inter-latin-wght-normal'), preloadPages('app/web/start.tsx', 'modules/alarms/web/watch.page.tsx'), listShell(['app/web/start.tsx', 'app/web/german.ts', 'modules/incidents/web/field.page.tsx']), precompress()],
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: ALWAYS, priority: 1 }, { name: 'parts', test: /src\/ui\//, priority: 1 }, { name: 'shared', test: /\/src\//, minShareCount: 4 }] } } },
  },
  server: { port: 5173, proxy: { '/api': 'http://127.0.0.1:8080' } },
});
