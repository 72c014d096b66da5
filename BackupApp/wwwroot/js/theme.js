// Runs in head before the first paint, so that a remembered theme never flashes. "Auto" is the absence of the
// attribute: the style sheet then follows prefers-color-scheme, as it does with JavaScript off.
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') root.dataset.bsTheme = theme;
  } catch {
    // Storage may be forbidden; the system's theme is used.
  }
})();
