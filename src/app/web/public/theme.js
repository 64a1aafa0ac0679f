// Before the first paint: the theme that was chosen on this device, else what the system wants.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('parapet.theme');
  } catch {}
  document.documentElement.dataset.theme = chosen === 'dark' || chosen === 'light' ? chosen : matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
})();
