// Live regions: an element that is re-fetched and updated in place.
//   <div data-live="/Jobs/1?handler=Live" data-live-interval="2000" data-live-active="true">...</div>
// The URL answers with the same element again (one partial renders both). It ends when that element says
// data-live-active="false", or with 204. data-live-done="reload" then loads the page anew, for what is outside it:
// details with ids stay opened over that, and what was typed into search fields with ids.
// Errors double the interval, up to 30 s, and say so; a hidden tab asks nothing.
// Nothing moves under a pointer or the focus: where somebody is at it
//   data-live-hold="held"   the answer is asked to keep the order of the elements with data-held, which are sent as ?held=…
//   data-live-still         an element that is then left as it is; with a selector: where it would have another number of those
//   <tr id="job-1">         rows with ids keep theirs wherever they move; while a list is in use its rows stay where they are,
//                           and a button says that there are others
const SLOWEST = 30_000;

// A pointer that lies still for so long is nobody's.
const LEFT = 60_000;

let touched = 0;
for (const name of ['pointermove', 'pointerdown', 'wheel', 'scroll']) {
  addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true });
}

function isInUse(element) {
  return element.querySelector(':is(:focus-visible, :popover-open, :modal)') !== null
    || (Date.now() - touched < LEFT && element.matches(':hover'));
}

function startLive(region) {
  let timer = 0;
  let failures = 0;
  let asking = false;

  const interval = () => Number(region.dataset.liveInterval) || 2000;
  const active = () => region.dataset.liveActive === 'true' && region.isConnected;

  function schedule(delay) {
    clearTimeout(timer);
    if (active() && !document.hidden) timer = setTimeout(ask, delay);
  }

  function address() {
    const url = new URL(region.dataset.live, location.href);
    if (region.dataset.liveHold && isInUse(region)) {
      const held = [...region.querySelectorAll('[data-held]')].map(element => element.dataset.held);
      url.searchParams.set(region.dataset.liveHold, held.join(','));
    }
    return url;
  }

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const response = await fetch(address(), { headers: { 'X-Requested-With': 'fetch' }, signal: AbortSignal.timeout(20_000) });
      if (response.redirected || response.status === 401 || response.status === 403) {
        return end('You are signed out. Load the page again to sign in.');
      }
      if (response.status === 404) return end('This is no longer there.');
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      if (response.status === 204) region.dataset.liveActive = 'false';
      else update(await response.text());
      failures = 0;
      notice(region, '');
    } catch {
      failures++;
      notice(region, 'Connection lost, retrying');
    } finally {
      asking = false;
    }
    if (active()) schedule(failures ? Math.min(interval() * 2 ** failures, SLOWEST) : interval());
    else if (region.dataset.liveDone === 'reload') reload(region, interval());
  }

  function update(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-live]');
    if (!fresh) throw new Error('The answer has no live region.');
    const [rows, others] = [keyedRows(region), keyedRows(fresh)];
    const changed = rows && others ? countMoved(rows, others) : 0;
    if (changed > 0 && isInUse(region)) {
      for (const row of others.children) {
        const known = document.getElementById(row.id);
        if (known) morph(known, row, true);
      }
      chip(region, `${changed} changed, show`, () => take(fresh));
    } else {
      take(fresh);
    }
    told(region);
  }

  function take(fresh) {
    chip(region, '', null);
    const theirs = opened(region);
    morph(region, fresh, isInUse(region));
    putBack(theirs);
    told(region);
  }

  function end(message) {
    region.dataset.liveActive = 'false';
    notice(region, message);
  }

  document.addEventListener('visibilitychange', () => { if (!document.hidden) schedule(0); });
  schedule(interval());
}

// A run may end because the server does: whoever loaded the page anew then would be left with the browser's own error.
async function reload(region, delay) {
  // In the same step as the last update: whoever looks at the region sees that the page is about to go.
  region.dataset.liveReloading = '';
  try {
    const response = await fetch(location.href, { method: 'HEAD', signal: AbortSignal.timeout(20_000) });
    if (!response.ok && response.status >= 500) throw new Error(`HTTP ${response.status}`);
    keep(opened(region));
    location.reload();
  } catch {
    notice(region, 'Connection lost, retrying');
    setTimeout(() => reload(region, Math.min(delay * 2, SLOWEST)), delay);
  }
}

// What the reader opened, and searches for.
function opened(region) {
  return {
    open: [...region.querySelectorAll('details[id][open]')].map(details => details.id),
    typed: [...region.querySelectorAll('input[type="search"][id]')].map(input => [input.id, input.value]),
  };
}

// What changed its place may have been made anew.
function putBack({ open, typed }) {
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  for (const [id, value] of typed) {
    const input = document.getElementById(id);
    if (!input || input.value === value) continue;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

const KEPT = 'live-kept';

function keep(theirs) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ at: location.href, ...theirs }));
  } catch {
    // Storage may be forbidden; they are then as on a first visit.
  }
}

function putBackKept() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    if (kept?.at === location.href) putBack(kept);
  } catch {
    // As above.
  }
}

// Notice and button stand before the region, so that an update does not remove them.
function before(region, name) {
  let element = region.previousElementSibling;
  while (element?.matches('.live-notice, .live-chip') && !element.classList.contains(name)) element = element.previousElementSibling;
  return element?.classList.contains(name) ? element : null;
}

function notice(region, message) {
  let element = before(region, 'live-notice');
  if (!element) {
    if (!message) return;
    element = document.createElement('p');
    element.className = 'live-notice alert alert-warning';
    element.setAttribute('role', 'status');
    region.before(element);
  }
  element.hidden = !message;
  if (element.textContent !== message) element.textContent = message;
}

// site.js and others see to what is new in it: times, words of schedules.
function told(region) {
  document.dispatchEvent(new CustomEvent('page:changed', { detail: region }));
}

function keyedRows(element) {
  const rows = element.querySelector('tbody');
  return rows && rows.children.length > 0 && [...rows.children].every(row => row.id) ? rows : null;
}

// How many rows are at another place, or new, or gone; pushed down by new ones is no change of their own.
function countMoved(rows, others) {
  const [before, after] = [rows, others].map(list => [...list.children].map(row => row.id));
  const [known, wanted] = [before, after].map(list => new Set(list));
  const stay = after.filter(id => known.has(id));
  const left = before.filter(id => wanted.has(id));
  const moved = stay.filter((id, index) => id !== left[index]).length;
  return after.filter(id => !known.has(id)).length + moved || before.length - left.length;
}

function chip(region, text, act) {
  let button = before(region, 'live-chip');
  if (!button) {
    if (!text) return;
    button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-sm live-chip';
    region.before(button);
  }
  button.hidden = !text;
  if (button.textContent !== text) button.textContent = text;
  button.onclick = act;
}

// Changes only what differs: focus, selection, scroll positions and what the reader opened stay.
function morph(current, fresh, inUse) {
  if (inUse && staysStill(current, fresh)) return;
  syncAttributes(current, fresh);
  if (current.localName === 'tbody' && [...fresh.children].some(row => row.id)) {
    morphRows(current, fresh, inUse);
    return;
  }
  const wanted = [...fresh.childNodes];
  wanted.forEach((node, index) => {
    const old = current.childNodes[index];
    if (!old) current.append(document.importNode(node, true));
    else if (old.nodeType !== node.nodeType || old.nodeName !== node.nodeName) old.replaceWith(document.importNode(node, true));
    else if (node.nodeType === Node.ELEMENT_NODE) morph(old, node, inUse);
    else if (old.data !== node.data) old.data = node.data;
  });
  while (current.childNodes.length > wanted.length) current.lastChild.remove();
}

// What is below would move.
function staysStill(current, fresh) {
  const what = current.dataset?.liveStill;
  return what === '' || (what && current.querySelectorAll(what).length !== fresh.querySelectorAll(what).length);
}

// Rows that are known are moved, not written over: a tick, an opened detail and the focus go with them.
function morphRows(current, fresh, inUse) {
  const known = new Map([...current.children].map(row => [row.id, row]));
  let place = current.firstElementChild;
  for (const row of fresh.children) {
    const old = known.get(row.id);
    if (!old) {
      current.insertBefore(document.importNode(row, true), place);
      continue;
    }
    known.delete(row.id);
    morph(old, row, inUse);
    if (old === place) place = place.nextElementSibling;
    else current.insertBefore(old, place);
  }
  for (const old of known.values()) old.remove();
}

function syncAttributes(current, fresh) {
  // What the reader opened or closed is the reader's.
  const theirs = name => name === 'open' && current.matches('details, dialog');
  for (const { name, value } of fresh.attributes) {
    if (!theirs(name) && current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
  for (const { name } of [...current.attributes]) {
    if (!theirs(name) && !fresh.hasAttribute(name)) current.removeAttribute(name);
  }
}

document.querySelectorAll('[data-live]').forEach(startLive);
// When the scripts that mark what is searched listen.
document.addEventListener('DOMContentLoaded', putBackKept);
