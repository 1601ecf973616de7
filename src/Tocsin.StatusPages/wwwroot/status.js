// The page is complete without this. It asks every 15 s whether there is a newer one (the browser sends the tag, so that
// "no" costs nothing), says how old the shown one is, and admits when nobody answers.
'use strict';
(() => {
  const every = 15000, staleAfter = 150;
  let failures = 0;

  const words = (seconds) => seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
    : seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;

  function age() {
    const mark = document.querySelector('[data-age]');
    if (!mark) return;
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(mark.dataset.age)) / 1000));
    mark.textContent = `, ${words(seconds)} ago`;
    tell(failures >= 3 ? 'This page cannot be refreshed just now; it may be out of date.'
      : seconds > staleAfter ? `This page is ${words(seconds)} old; it may be out of date.` : '');
  }

  function tell(text) {
    let line = document.getElementById('stale');
    if (!text) { if (line) line.remove(); return; }
    if (!line) {
      line = Object.assign(document.createElement('p'), { id: 'stale', className: 'stale' });
      line.setAttribute('role', 'status');
      document.getElementById('page').prepend(line);
    }
    if (line.textContent !== text) line.textContent = text;
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { cache: 'no-cache', headers: { Accept: 'text/html' } });
      if (!answer.ok) throw new Error(answer.status);
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const page = next.getElementById('page'), shown = document.getElementById('page');
      failures = 0;
      if (!page || page.innerHTML === last) return age();
      last = page.innerHTML;
      // Whoever reads a table keeps it open.
      const open = [...shown.querySelectorAll('details')].map((one) => one.open);
      [...page.querySelectorAll('details')].forEach((one, index, all) => { one.open = all.length === open.length && open[index]; });
      shown.replaceChildren(...page.childNodes);
      document.title = next.title;
    } catch { failures += 1; }
    age();
  }

  let last = document.getElementById('page').innerHTML;
  age();
  setInterval(age, 1000);
  setInterval(refresh, every);
  document.addEventListener('visibilitychange', refresh);
})();
