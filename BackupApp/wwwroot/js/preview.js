// Parts of a form that the server works out while one types, and cron in plain English.
//   <div data-preview="/Policies/Preview" data-preview-fields="cron=Input.Cron zone=Input.TimeZone" aria-live="polite">...</div>
//   <button data-preset="Input.Cron" value="0 * * * *">     writes its value into the field instead of submitting
//   <p data-cron="15 2 * * *">                              becomes "At 02:15"
const PAUSE = 250;

function startPreview(region) {
  const form = region.closest('form');
  const fields = Object.fromEntries(region.dataset.previewFields.split(' ').map(pair => pair.split('=').reverse()));
  let timer = 0;
  let request = null;

  async function ask() {
    request?.abort();
    request = new AbortController();
    const values = Object.entries(fields).map(([field, name]) => [name, form.elements[field].value]);
    try {
      const address = new URL(region.dataset.preview, location.href);
      for (const [name, value] of values) address.searchParams.set(name, value);
      const response = await fetch(address, { signal: request.signal });
      if (!response.ok || response.redirected) return;
      region.replaceChildren(...new DOMParser().parseFromString(await response.text(), 'text/html').body.childNodes);
      document.dispatchEvent(new CustomEvent('page:changed', { detail: region }));
    } catch {
      // A newer question was asked, or the server is away: what stands there stays, and saving checks all of it again.
    }
  }

  form.addEventListener('input', event => {
    if (!(event.target.name in fields)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}

function startPreset(button) {
  button.addEventListener('click', event => {
    event.preventDefault();
    const field = button.form.elements[button.dataset.preset];
    field.value = button.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

// Both given days have to fit, as the scheduler reads it.
function describeCrons(root = document) {
  for (const element of root.querySelectorAll('[data-cron]')) {
    try {
      element.textContent = globalThis.cronstrue.toString(
        element.dataset.cron, { logicalAndDayFields: true, use24HourTimeFormat: true, verbose: true });
    } catch {
      // No words for it: the expression itself and its next runs say it.
    }
  }
}

document.addEventListener('page:changed', event => describeCrons(event.detail));
document.querySelectorAll('[data-preview]').forEach(startPreview);
document.querySelectorAll('[data-preset]').forEach(startPreset);
describeCrons();
