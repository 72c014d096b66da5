// Everything here is an addition: each page works without it. No element needs more than its data attributes.
//   data-theme-choice="light|dark|auto"      button that sets the theme
//   data-copy="#id" | data-copy-text="..."   button that copies an element's text, or a given one
//   time[data-when]                          shown in the reader's own zone (made by <when>)
//   data-busy="Testing…"                     submit button that says so, once, while the answer is awaited
//   data-tick-all="form-id"                  check box that ticks all those of a form
//   form[data-trim]                          sends no empty fields: the address stays short
//   dialog.confirm                           a popover without scripts; with them it keeps the focus until it is answered
// Beside it live.js keeps regions up to date, and preview.js shows what the server makes of a form while one types. Scripts do not import
// each other: each has its hashed name from the page. After a change of the page they send "page:changed" with the region.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

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

const two = number => String(number).padStart(2, '0');

const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone;

// The same words as ViewerZone writes.
function moment(date, now) {
  const year = date.getFullYear() === now.getFullYear() ? '' : ` ${date.getFullYear()}`;
  return `${date.getDate()} ${MONTHS[date.getMonth()]}${year} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function exactly(date) {
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  const here = `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} in ${zoneName}`;
  if (date.getTimezoneOffset() === 0) return here;
  const utc = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} UTC`;
  const sameDay = date.getDate() === date.getUTCDate();
  return `${here}, ${sameDay ? '' : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} `}${utc}`;
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

// The server writes times in the zone of the cookie, which a first visit does not have yet.
function localizeTimes(root = document) {
  const now = new Date();
  for (const time of root.querySelectorAll('time[data-when]')) {
    const date = new Date(time.dateTime);
    write(time.querySelector('[data-when-absolute]'), moment(date, now));
    write(time.querySelector('[data-when-relative]'), relative(date, now));
    const title = exactly(date);
    if (time.title !== title) time.title = title;
  }
}

function nameZone() {
  const offset = -new Date().getTimezoneOffset();
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const words = offset === 0 ? 'UTC' : `UTC${offset < 0 ? '−' : '+'}${hours}${minutes ? `:${two(minutes)}` : ''}`;
  for (const element of document.querySelectorAll('[data-zone]')) write(element, words === zoneName ? words : `${zoneName}, ${words}`);
}

// The browser does it itself by autofocus, but not for what is folded away.
function focusFirstWrong() {
  for (const wrong of document.querySelectorAll('[aria-invalid="true"], .is-invalid')) {
    for (let fold = wrong.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    wrong.focus();
    if (document.activeElement === wrong) return;
  }
}

function trim(form) {
  const empty = [...form.elements].filter(field => field.name && field.value === '' && !field.disabled);
  for (const field of empty) field.disabled = true;
  // Whoever comes back finds them as they were.
  setTimeout(() => { for (const field of empty) field.disabled = false; });
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

// Of one that the browser had opened before the script ran it stays the browser's business.
function confirmOrKeep(event, button) {
  const question = button.popoverTargetElement;
  if (!question?.matches('dialog.confirm:not(:popover-open)')) return;
  event.preventDefault();
  if (question.open) question.close();
  else question.showModal();
}

document.addEventListener('submit', event => {
  if (event.submitter?.dataset.busy) busy(event.submitter);
  if ('trim' in event.target.dataset) trim(event.target);
});
document.addEventListener('change', event => {
  const form = document.getElementById(event.target.dataset.tickAll ?? '');
  if (!form) return;
  for (const box of form.elements) if (box.classList.contains('bulk-tick')) box.checked = event.target.checked;
});
document.addEventListener('page:changed', event => localizeTimes(event.detail));
addEventListener('pageshow', event => { if (event.persisted) idle(); });

document.addEventListener('click', event => {
  const theme = event.target.closest('[data-theme-choice]');
  if (theme) rememberTheme(theme.dataset.themeChoice);
  const copier = event.target.closest('[data-copy], [data-copy-text]');
  if (copier) copy(copier);
  const asker = event.target.closest('[popovertarget]');
  if (asker) confirmOrKeep(event, asker);
});

applyTheme(document.documentElement.dataset.bsTheme ?? 'auto');
localizeTimes();
setInterval(() => localizeTimes(), 15_000);
nameZone();
focusFirstWrong();
