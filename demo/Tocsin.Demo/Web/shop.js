// Shows the shop as a customer would see it now: fetches the page every 3 s and takes over its main part when that changed.
'use strict';
const PERIOD_MS = 3000;

async function look() {
  try {
    const response = await fetch(location.pathname, { signal: AbortSignal.timeout(5000), cache: 'no-store' });
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main');
    const main = document.querySelector('main');
    if (next && next.innerHTML !== main.innerHTML) main.replaceWith(next);
  } catch {
    // The storefront itself is away: what was seen last stays until it answers again.
  }
  setTimeout(look, PERIOD_MS);
}

setTimeout(look, PERIOD_MS);
