// Runs in head before the first paint, so that a remembered theme never flashes. "Auto" is the absence of the
// attribute: the style sheet then follows prefers-color-scheme, as it does with JavaScript off.
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  // The server writes times in this zone and reads days in it. Its name is no secret; a year, as the browsers allow.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) {
    const path = new URL('..', document.currentScript.src).pathname.replace(/(?<=.)\/$/, '');
    const secure = location.protocol === 'https:' ? '; secure' : '';
    document.cookie = `zone=${encodeURIComponent(zone)}; path=${path}; max-age=31536000; samesite=lax${secure}`;
  }
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') root.dataset.bsTheme = theme;
  } catch {
    // Storage may be forbidden; the system's theme is used.
  }
})();
