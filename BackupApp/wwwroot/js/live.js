// Live regions: an element that is re-fetched and updated in place.
//   <div data-live="/Jobs/1?handler=Live" data-live-interval="2000" data-live-active="true">...</div>
// The URL answers with the same element again (one partial renders both). It ends when that element says
// data-live-active="false", or with 204. data-live-done="reload" then loads the page anew, for what is outside it.
// Errors double the interval, up to 30 s, and say so; a hidden tab asks nothing.
// Nothing moves under a pointer or the focus: where somebody is at it
//   data-live-hold="held"   the answer is asked to keep the order of the elements with data-held, which are sent as ?held=…
//   data-live-still         an element that is then left as it is; with a selector: where it would have another number of those
const SLOWEST = 30_000;

// A pointer that lies still for so long is nobody's.
const LEFT = 60_000;

let touched = 0;
for (const name of ['pointermove', 'pointerdown', 'wheel', 'scroll']) {
  addEventListener(name, () => { touched = Date.now(); }, { passive: true, capture: true });
}

function isInUse(element) {
  return element.querySelector(':is(:focus-visible, :popover-open)') !== null || (Date.now() - touched < LEFT && element.matches(':hover'));
}

export function startLive(region, afterUpdate) {
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
    morph(region, fresh, isInUse(region));
    afterUpdate(region);
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
  try {
    const response = await fetch(location.href, { method: 'HEAD', signal: AbortSignal.timeout(20_000) });
    if (!response.ok && response.status >= 500) throw new Error(`HTTP ${response.status}`);
    location.reload();
  } catch {
    notice(region, 'Connection lost, retrying');
    setTimeout(() => reload(region, Math.min(delay * 2, SLOWEST)), delay);
  }
}

// The notice stands before the region, so that an update does not remove it.
function notice(region, message) {
  let element = region.previousElementSibling;
  if (!element?.classList.contains('live-notice')) {
    if (!message) return;
    element = document.createElement('p');
    element.className = 'live-notice alert alert-warning';
    element.setAttribute('role', 'status');
    region.before(element);
  }
  element.hidden = !message;
  if (element.textContent !== message) element.textContent = message;
}

// Changes only what differs: focus, selection, scroll positions and what the reader opened stay.
function morph(current, fresh, inUse) {
  if (inUse && staysStill(current, fresh)) return;
  syncAttributes(current, fresh);
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
