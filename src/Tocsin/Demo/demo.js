// Keeps the page current: fetches it every second while it is seen and takes over the regions that changed.
// Buttons are sent the same way, so that the frames beside them stay as they are. Without script the forms work by themselves.
'use strict';
const PERIOD_MS = 1000;
const LIMIT_MS = 20000;

function takeOver(region) {
  const now = document.getElementById(region.id);
  if (!now || now.innerHTML === region.innerHTML) return;
  const focused = now.contains(document.activeElement) ? document.activeElement.id : '';
  // What a person opened stays open; the newest mail opens by itself.
  for (const mail of region.querySelectorAll('details')) {
    const before = document.getElementById(mail.id);
    if (before) mail.open = before.open;
  }
  if (now.innerHTML === region.innerHTML) return;
  now.innerHTML = region.innerHTML;
  if (focused) document.getElementById(focused)?.focus();
}

async function fetchPage(url, options, regions) {
  const response = await fetch(url, { ...options, headers: { Accept: 'text/html' }, cache: 'no-store', signal: AbortSignal.timeout(LIMIT_MS) });
  if (!response.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const region of next.querySelectorAll(regions)) takeOver(region);
}

async function look() {
  try {
    if (!document.hidden) await fetchPage('/demo', {}, '[data-region="live"]');
  } catch {
    // The server is away or slow: what was seen last stays until it answers again.
  }
  setTimeout(look, PERIOD_MS);
}

document.addEventListener('submit', async event => {
  event.preventDefault();
  const said = document.getElementById('said');
  try {
    await fetchPage(event.target.action, { method: 'POST' }, '[data-region]');
  } catch {
    said.textContent = 'Tocsin did not answer. Look whether the demo still runs.';
  }
});

setTimeout(look, PERIOD_MS);
