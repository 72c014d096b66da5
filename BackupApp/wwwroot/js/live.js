// Live regions: an element that is re-fetched and updated in place.
//   <div data-live="/Jobs/1?handler=Live" data-live-interval="2000" data-live-active="true">...</div>
// The URL answers with the same element again (one partial renders both). It ends when that element says
// data-live-active="false", or with 204. data-live-done="reload" then loads the page anew, for what is outside it.
// Errors double the interval, up to 30 s, and say so; a hidden tab asks nothing.
const SLOWEST = 30_000;

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

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const response = await fetch(region.dataset.live, { headers: { 'X-Requested-With': 'fetch' }, signal: AbortSignal.timeout(20_000) });
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
    morph(region, fresh);
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
function morph(current, fresh) {
  syncAttributes(current, fresh);
  const wanted = [...fresh.childNodes];
  wanted.forEach((node, index) => {
    const old = current.childNodes[index];
    if (!old) current.append(document.importNode(node, true));
    else if (old.nodeType !== node.nodeType || old.nodeName !== node.nodeName) old.replaceWith(document.importNode(node, true));
    else if (node.nodeType === Node.ELEMENT_NODE) morph(old, node);
    else if (old.data !== node.data) old.data = node.data;
  });
  while (current.childNodes.length > wanted.length) current.lastChild.remove();
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
