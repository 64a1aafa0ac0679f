// Shows push messages of this installation, and answers with the kept screens where the server does not.
// What is kept, and of which version, is the pages' work (src/platform/offline/web/keep-shell.ts); data are never kept here.
const CACHE = 'parapet-shell';
const PAGE = '/field';
const PATIENCE_MS = 4_000;
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const read = (event) => {
  try {
    return event.data ? event.data.json() : {};
  } catch {
    return {};
  }
};

const kept = async (what) => (await caches.has(CACHE)) ? (await caches.open(CACHE)).match(what, { ignoreVary: true }) : undefined;

// A line that answers nothing is worse than none: after a while the kept page stands in.
const pageOf = async (request) => {
  const page = await kept(PAGE);
  if (!page) return fetch(request);
  const late = new Promise((resolve) => setTimeout(() => resolve(page), PATIENCE_MS));
  return Promise.race([fetch(request).catch(() => page), late]);
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || url.pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') event.respondWith(pageOf(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(kept(url.pathname).then((found) => found ?? fetch(request)));
  else if (/^\/(?:theme\.js|mark\.svg)$/.test(url.pathname)) event.respondWith(fetch(request).catch(async () => (await kept(url.pathname)) ?? Response.error()));
});

self.addEventListener('push', (event) => {
  const { id, title = 'Something waits for you in Parapet', text = '', link = '/notices', urgent = false } = read(event);
  const shown = self.registration.showNotification(title, { body: text, tag: id, icon: '/mark.svg', requireInteraction: urgent, data: { link } });
  // The proof that it came; where the session has ended meanwhile it is left out.
  const told = typeof id === 'string' ? fetch(`/api/deliver/deliveries/${id}/arrived`, { method: 'POST', credentials: 'same-origin' }).catch(() => undefined) : undefined;
  event.waitUntil(Promise.all([shown, told]));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.link ?? '/notices', self.location.origin);
  const path = target.origin === self.location.origin ? target.pathname + target.search : '/notices';
  event.waitUntil(
    (async () => {
      const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      if (!open) return self.clients.openWindow(path);
      await open.focus();
      return open.navigate(path).catch(() => self.clients.openWindow(path));
    })(),
  );
});
