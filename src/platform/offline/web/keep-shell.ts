const WORKER = '/sw.js';
const CACHE = 'parapet-shell';
/** Made by the build: the files that the pages for work without a line are made of. */
const LIST = '/shell.json';
const PAGE = '/field';

/** Whether this browser can keep anything: a secure origin, a service worker, a store and its keys. */
export const canKeep = (): boolean => window.isSecureContext && 'serviceWorker' in navigator && 'indexedDB' in window && 'caches' in window && typeof crypto.subtle === 'object';

/** Keeps the screens for work without a line, of the version that the server has now. The page goes last, so that it never names files that are not there. */
export async function keepShell(): Promise<void> {
  const { files } = (await (await fetch(LIST, { cache: 'no-cache' })).json()) as { files: string[] };
  const cache = await caches.open(CACHE);
  const known = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll(files.filter((file) => !known.has(file) || !file.startsWith('/assets/')));
  await cache.add(new Request(PAGE, { cache: 'no-cache' }));
  for (const file of known) if (!files.includes(file) && file !== PAGE) await cache.delete(file);
  await navigator.serviceWorker.register(WORKER);
}

/** Lets go of them. The worker stays: it shows push messages too. */
export const leaveShell = (): Promise<boolean> => ('caches' in window ? caches.delete(CACHE) : Promise.resolve(false));
