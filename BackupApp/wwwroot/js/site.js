// Everything here is an addition: each page works without it. No element needs more than its data attributes.
//   data-theme-choice="light|dark|auto"      button that sets the theme
//   data-copy="#id" | data-copy-text="..."   button that copies an element's text, or a given one
//   time[data-when]                          shown in the reader's own zone (made by <when>)
//   data-busy="Testing…"                     submit button that says so, once, while the answer is awaited
//   data-live="URL"                          region kept up to date, see live.js
//   data-preview, data-preset, data-cron     what the server makes of a form while one types, see preview.js
import { startLive } from './live.js';
import { describeCrons, startPreset, startPreview } from './preview.js';

const UNITS = [[31536000, 'y'], [2592000, 'mo'], [86400, 'd'], [3600, 'h'], [60, 'min']];

function applyTheme(choice) {
  const root = document.documentElement;
  if (choice === 'auto') delete root.dataset.bsTheme;
  else root.dataset.bsTheme = choice;
  for (const button of document.querySelectorAll('[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeChoice === choice));
  }
}

function rememberTheme(choice) {
  try {
    localStorage.setItem('theme', choice);
  } catch {
    // Storage may be forbidden; the choice then lasts for this page.
  }
  applyTheme(choice);
}

async function copy(button) {
  const source = button.dataset.copy ? document.querySelector(button.dataset.copy)?.textContent : button.dataset.copyText;
  const copied = await writeClipboard((source ?? '').trim());
  const label = button.querySelector('[data-copy-label]') ?? button;
  button.dataset.copyIdle ??= label.textContent;
  label.textContent = copied ? 'Copied' : 'Press Ctrl+C';
  if (!copied && button.dataset.copy) getSelection().selectAllChildren(document.querySelector(button.dataset.copy));
  clearTimeout(button.copyTimer);
  button.copyTimer = setTimeout(() => { label.textContent = button.dataset.copyIdle; }, 2000);
}

// The clipboard is offered to secure contexts only; a server reached by plain http has none.
async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// The same words as WhenTagHelper writes.
function relative(date, now) {
  const seconds = Math.round((now - date) / 1000);
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  const [length, unit] = UNITS.find(([limit]) => size >= limit) ?? [1, 's'];
  const amount = `${Math.floor(size / length)} ${unit}`;
  return seconds > 0 ? `${amount} ago` : `in ${amount}`;
}

function localizeTimes(root = document) {
  const now = Date.now();
  for (const time of root.querySelectorAll('time[data-when]')) {
    const date = new Date(time.dateTime);
    const absolute = time.querySelector('[data-when-absolute]');
    const ago = time.querySelector('[data-when-relative]');
    if (absolute) absolute.textContent = date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
    if (ago) ago.textContent = relative(date, now);
    const local = date.toLocaleString([], { dateStyle: 'full', timeStyle: 'long' });
    time.title = `${local} · ${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
  }
}

// After the event, when the browser has gathered the form with the value of the pressed button.
function busy(button) {
  setTimeout(() => {
    button.dataset.busyIdle = button.innerHTML;
    button.disabled = true;
    const look = { className: 'spinner-border spinner-border-sm me-2', ariaHidden: 'true' };
    const spinner = Object.assign(document.createElement('span'), look);
    button.replaceChildren(spinner, button.dataset.busy);
  });
}

// A page that comes back from the browser's history was left in the middle of submitting.
function idle() {
  for (const button of document.querySelectorAll('[data-busy-idle]')) {
    button.innerHTML = button.dataset.busyIdle;
    delete button.dataset.busyIdle;
    button.disabled = false;
  }
}

document.addEventListener('submit', event => { if (event.submitter?.dataset.busy) busy(event.submitter); });
addEventListener('pageshow', event => { if (event.persisted) idle(); });

document.addEventListener('click', event => {
  const theme = event.target.closest('[data-theme-choice]');
  if (theme) rememberTheme(theme.dataset.themeChoice);
  const copier = event.target.closest('[data-copy], [data-copy-text]');
  if (copier) copy(copier);
});

applyTheme(document.documentElement.dataset.bsTheme ?? 'auto');
localizeTimes();
setInterval(() => localizeTimes(), 15_000);
document.querySelectorAll('[data-live]').forEach(region => startLive(region, localizeTimes));
document.querySelectorAll('[data-preview]').forEach(region => startPreview(region, localizeTimes));
document.querySelectorAll('[data-preset]').forEach(startPreset);
describeCrons();
