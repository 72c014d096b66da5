// "Protect a database" while one types; without it the page's buttons do the same.
//   form[data-try="URL"]          the form is posted there when the connection is complete; [data-tried] shows what was found
//   button[data-part="selector"]  posts the form by itself, and puts the answer there
//   a[data-refresh="selector"]    once somebody comes back from there, the form is posted to data-from, and the answer put there
//   button[data-print]            prints the page
const PAUSE = 900;
const CONNECTION = /^Input\.(?!Name$|Selection)|^Terms\.What$/;

async function askPart(form, url, region, signal) {
  const response = await fetch(url, { method: 'POST', body: new FormData(form), headers: { 'X-Part': '1' }, signal });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  region.replaceChildren(...new DOMParser().parseFromString(await response.text(), 'text/html').body.childNodes);
}

// A login is not tried before it is complete: each try counts where somebody counts wrong passwords.
function isComplete(form) {
  const value = name => form.elements[name]?.value.trim() ?? '';
  if (value('Input.Mode') === 'ConnectionUri') return /^(postgres(ql)?|mongodb(\+srv)?):\/\/[^/]+/i.test(value('Input.Uri'));
  return value('Input.Engine') === 'Mongodb' ? value('Input.Mongo.Hosts') !== '' && value('Input.Mongo.Database') !== ''
    : ['Host', 'Database', 'Username', 'Password'].every(name => value(`Input.${name}`) !== '');
}

function startTrying(form) {
  const region = form.querySelector('[data-tried]');
  let timer = 0;
  let request = null;

  async function ask() {
    clearTimeout(timer);
    request?.abort();
    if (!isComplete(form)) return;
    request = new AbortController();
    region.setAttribute('aria-busy', 'true');
    const focused = region.contains(document.activeElement) ? document.activeElement.value : null;
    try {
      await askPart(form, form.dataset.try, region, request.signal);
      const name = region.querySelector('[data-name]')?.dataset.name;
      if (name) form.querySelector('[data-name-field]').placeholder = name;
      if (focused !== null) region.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
      region.removeAttribute('aria-busy');
    } catch (error) {
      // A newer question was asked, or the server is away: saving tests it again.
      if (error.name !== 'AbortError') region.removeAttribute('aria-busy');
    }
  }

  form.addEventListener('input', event => {
    const field = event.target;
    if (!CONNECTION.test(field.name)) return;
    // A password of its own is tried when its field is left, not at each pause in the middle of it.
    clearTimeout(timer);
    if (/Password$/.test(field.name)) return;
    timer = setTimeout(ask, event.inputType === 'insertFromPaste' || field.type === 'radio' ? 50 : PAUSE);
  });
  form.addEventListener('change', event => { if (/^Input\..*Password$/.test(event.target.name)) ask(); });
  form.querySelector('[data-try-now]').addEventListener('click', event => {
    if (!isComplete(form)) return;
    event.preventDefault();
    ask();
  });
}

// What was wrong is not known to be, once it is typed anew.
function forget(field) {
  for (const one of field.form.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)) {
    one.classList.remove('is-invalid');
    one.removeAttribute('aria-invalid');
    for (const id of (one.getAttribute('aria-describedby') ?? '').split(' ').filter(word => word.endsWith('-error'))) {
      document.getElementById(id)?.replaceChildren();
    }
  }
}

function startPart(button) {
  button.addEventListener('click', async event => {
    event.preventDefault();
    const region = document.querySelector(button.dataset.part);
    const words = button.textContent;
    button.disabled = true;
    button.textContent = button.dataset.busy;
    try {
      await askPart(button.form, button.formAction, region, null);
    } catch {
      button.form.requestSubmit(Object.assign(button, { disabled: false }));
    } finally {
      button.disabled = false;
      button.textContent = words;
    }
  });
}

// What was added in the other tab is there when its reader comes back, and chosen.
function startRefresh(link) {
  const region = document.querySelector(link.dataset.refresh);
  const options = () => [...region.querySelectorAll('option')].map(option => option.value);

  async function refresh() {
    if (document.hidden) return;
    const known = new Set(options());
    try {
      await askPart(region.closest('form'), link.dataset.from, region, null);
    } catch {
      return; // The server is away: it is asked again the next time.
    }
    const added = options().filter(value => !known.has(value));
    if (added.length === 1) region.querySelector('select').value = added[0];
  }

  link.addEventListener('click', () => document.addEventListener('visibilitychange', refresh), { once: true });
}

// The reader's own zone, where the server knows it; what somebody has chosen stays.
function useOwnZone(field) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isKnown = [...field.list.options].some(option => option.value === zone);
  if (!isKnown || field.value !== field.defaultValue) return;
  field.value = zone;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

for (const form of document.querySelectorAll('form.protect')) form.addEventListener('input', event => forget(event.target));
document.querySelectorAll('form[data-try]').forEach(startTrying);
document.querySelectorAll('[data-part]').forEach(startPart);
document.querySelectorAll('[data-refresh]').forEach(startRefresh);
document.querySelectorAll('[data-use-zone="own"] input').forEach(useOwnZone);
document.querySelectorAll('[data-print]').forEach(button => button.addEventListener('click', () => print()));
document.querySelector('form.protect [aria-invalid="true"], form.protect .is-invalid')?.focus();
