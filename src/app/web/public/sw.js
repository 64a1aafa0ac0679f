// Shows push messages of this installation. It keeps nothing and answers no request of a page.
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const read = (event) => {
  try {
    return event.data ? event.data.json() : {};
  } catch {
    return {};
  }
};

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
