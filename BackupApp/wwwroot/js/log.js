// The log of a tool: searched, and followed while it grows. An addition: the text is all there without it.
//   <input data-log-search> <output data-log-found> <pre data-log="follow">   in one <details>
// Found words are marked by the highlight API, which changes nothing in the document; Enter goes to the next.
const MOST = 1000;
const NAME = 'log-found';

let found = [];
let at = -1;

function rangesOf(pre, words) {
  const text = pre.firstChild;
  const ranges = [];
  if (!text || !words) return ranges;
  const haystack = text.data.toLowerCase();
  const needle = words.toLowerCase();
  for (let i = haystack.indexOf(needle); i >= 0 && ranges.length < MOST; i = haystack.indexOf(needle, i + needle.length)) {
    const range = new Range();
    range.setStart(text, i);
    range.setEnd(text, i + needle.length);
    ranges.push(range);
  }
  return ranges;
}

function show(input) {
  const view = input.closest('details');
  const pre = view.querySelector('[data-log]');
  const words = input.value.trim();
  found = rangesOf(pre, words);
  if (globalThis.CSS?.highlights) CSS.highlights.set(NAME, new Highlight(...found));
  const count = found.length === MOST ? `${MOST} or more` : `${found.length}`;
  const output = view.querySelector('[data-log-found]');
  const said = words ? `${count} found` : '';
  if (output.textContent !== said) output.textContent = said; // or the observer below would see its own doing
}

function goTo(pre, index) {
  if (found.length === 0) return;
  at = index % found.length;
  const box = found[at].getBoundingClientRect();
  pre.scrollTop += box.top - pre.getBoundingClientRect().top - pre.clientHeight / 2;
}

document.addEventListener('input', event => {
  if (!event.target.matches('[data-log-search]')) return;
  show(event.target);
  goTo(event.target.closest('details').querySelector('[data-log]'), 0);
});

document.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !event.target.matches('[data-log-search]')) return;
  event.preventDefault();
  goTo(event.target.closest('details').querySelector('[data-log]'), at + 1);
});

// Who has scrolled up to read something stays there.
const atEnd = pre => pre.scrollHeight - pre.scrollTop - pre.clientHeight < 32;
const ends = new WeakMap();

document.addEventListener('scroll', event => {
  if (event.target.matches?.('[data-log]')) ends.set(event.target, atEnd(event.target));
}, true);

new MutationObserver(() => {
  for (const pre of document.querySelectorAll('[data-log="follow"]')) {
    if (ends.get(pre) ?? true) pre.scrollTop = pre.scrollHeight;
  }
  const input = document.querySelector('[data-log-search]');
  if (input?.value) show(input);
}).observe(document.querySelector('.job') ?? document.body, { subtree: true, characterData: true, childList: true });
