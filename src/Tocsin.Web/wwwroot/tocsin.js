// The one script. It keeps a page true and adds keys; everything else works without it.
//
// A region is an element with data-live and an id. The value of data-live names what it shows, as beginnings of topics
// ("incident/42 check/"); empty means everything. When the server says that something changed, the page is fetched again
// and each region whose content differs is replaced, unless somebody is writing in it.
(() => {
  "use strict";

  const REFRESH_GAP_MS = 500;      // at most two refreshes a second
  const POLL_MS = 5_000;           // without a stream
  const FAILURES_MAX = 3;          // of the stream, until polling begins
  const STALE_MS = 15_000;         // without an answer while polling, until the page says so
  const SILENT_MS = 40_000;        // the same while a stream is open, which beats every 15 s
  const MAX_TIMEOUT_MS = 10_000;

  const page = document.getElementById("main");
  const freshness = document.getElementById("freshness");
  if (!page || !freshness) return;

  let since = page.dataset.since;
  let skewMs = Date.parse(page.dataset.now) - Date.now();   // the server's clock against this device's
  let goodAt = Date.now();
  let stream = null, failures = 0;
  let refreshTimer = 0, refreshedAt = 0, refreshing = false, again = false;

  const regions = (root) => [...root.querySelectorAll("[data-live][id]")];
  const hasRegions = () => regions(document).length > 0;

  // --- the stream ---------------------------------------------------------------------------------------------------

  function open() {
    if (stream || document.hidden || !hasRegions()) return;
    stream = new EventSource("/live?since=" + encodeURIComponent(since));
    stream.onopen = () => { failures = 0; good(); };
    stream.addEventListener("changed", (event) => {
      good();
      if (event.data.split(" ").some(concerns)) refreshSoon();
    });
    stream.addEventListener("beat", good);
    stream.onerror = () => {
      failures++;
      // A closed stream will not come back by itself; an open one connects again.
      if (stream.readyState === EventSource.CLOSED || failures >= FAILURES_MAX) close();
      if (failures < FAILURES_MAX && !stream) setTimeout(open, 2_000);
    };
  }

  function close() {
    stream?.close();
    stream = null;
  }

  function concerns(topic) {
    return topic === "*" || regions(document).some((region) => {
      const shown = region.dataset.live.split(" ").filter(Boolean);
      return shown.length === 0 || shown.some((beginning) => topic.startsWith(beginning));
    });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    failures = 0;
    open();
    if (hasRegions()) refreshSoon();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) { failures = 0; open(); refreshSoon(); } });

  setInterval(() => {
    if (document.hidden || !hasRegions()) return;
    if (!stream && failures >= FAILURES_MAX) refreshSoon();
  }, POLL_MS);

  // A minute later the stream is worth another try.
  setInterval(() => { if (!stream && failures >= FAILURES_MAX) { failures = FAILURES_MAX - 1; open(); } }, 60_000);

  // --- refreshing ---------------------------------------------------------------------------------------------------

  function refreshSoon() {
    if (refreshing) { again = true; return; }
    if (refreshTimer) return;
    refreshTimer = setTimeout(refresh, Math.max(0, refreshedAt + REFRESH_GAP_MS - Date.now()));
  }

  async function refresh() {
    refreshTimer = 0;
    refreshing = true;
    refreshedAt = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(MAX_TIMEOUT_MS) });
      // Sent elsewhere means signed out; an error page is no newer version of this page.
      if (!answer.ok || answer.redirected) throw new Error("no page");
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const nextPage = next.getElementById("main");
      if (!nextPage) throw new Error("no page");
      since = nextPage.dataset.since;
      skewMs = Date.parse(nextPage.dataset.now) - Date.now();
      for (const region of regions(document)) renew(region, next.getElementById(region.id));
      if (next.title) document.title = next.title;
      good();
    } catch {
      checkAge();
    } finally {
      refreshing = false;
      if (again) { again = false; refreshSoon(); }
    }
  }

  const original = new WeakMap();   // region → its content as the server sent it
  regions(document).forEach((region) => original.set(region, essence(region)));

  // What differs although nothing changed is left out: proofs of forms, and times that tick by themselves.
  function essence(region) {
    const copy = region.cloneNode(true);
    for (const field of copy.querySelectorAll("input[type=hidden]")) field.removeAttribute("value");
    for (const time of copy.querySelectorAll("time[title]")) { time.textContent = ""; time.removeAttribute("title"); }
    return copy.innerHTML;
  }

  function renew(region, next) {
    if (!next || original.get(region) === essence(next)) return;
    if (isBusy(region)) return offer(region, next);
    replace(region, next);
  }

  function isBusy(region) {
    const focused = document.activeElement;
    if (focused && region.contains(focused) && focused.matches("input, select, textarea, [contenteditable]")) return true;
    return [...region.querySelectorAll("input, select, textarea")].some(isAltered);
  }

  function isAltered(field) {
    if (field.type === "hidden" || field.type === "submit") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field instanceof HTMLSelectElement) {
      const chosenFirst = [...field.options].findIndex((option) => option.defaultSelected);
      return field.selectedIndex !== Math.max(chosenFirst, 0);
    }
    return field.value !== field.defaultValue;
  }

  function offer(region, next) {
    const known = document.querySelector(`.newer[data-for="${CSS.escape(region.id)}"]`);
    const bar = known ?? document.createElement("div");
    bar.className = "newer no-print";
    bar.dataset.for = region.id;
    bar.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Show it";
    button.onclick = () => replace(region, next);
    bar.replaceChildren("There is a newer version of this part.", button);
    if (!known) region.before(bar);
  }

  function replace(region, next) {
    const kept = remember(region);
    const top = anchor();
    document.querySelector(`.newer[data-for="${CSS.escape(region.id)}"]`)?.remove();
    original.set(region, essence(next));
    region.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
    region.dataset.live = next.dataset.live;
    restore(region, kept);
    steady(top);
    region.classList.add("arrived");
    setTimeout(() => region.classList.remove("arrived"), 200);
    tick();
  }

  // Open details and the focus stay where they were: by id, else by position among their like.
  function remember(region) {
    const focused = region.contains(document.activeElement) ? document.activeElement : null;
    return {
      open: [...region.querySelectorAll("details")].map((details, index) => [nameOf(details, index), details.open]),
      focus: focused && { id: focused.id, index: focusables(region).indexOf(focused), label: focused.textContent },
    };
  }

  function restore(region, kept) {
    const open = new Map(kept.open);
    [...region.querySelectorAll("details")].forEach((details, index) => {
      const was = open.get(nameOf(details, index));
      if (was !== undefined) details.open = was;
    });
    if (!kept.focus) return;
    const all = focusables(region);
    const same = (kept.focus.id && document.getElementById(kept.focus.id))
      || all.find((element) => element.textContent && element.textContent === kept.focus.label) || all[kept.focus.index];
    same?.focus({ preventScroll: true });
  }

  const nameOf = (details, index) => details.id || "nr " + index + " " + (details.querySelector("summary")?.textContent ?? "");
  const focusables = (root) => [...root.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")];

  // What the eye rests on keeps its place on the screen when something above it grows.
  function anchor() {
    if (scrollY < 8) return null;
    const element = document.elementFromPoint(innerWidth / 2, Math.min(innerHeight / 3, 240))?.closest("[id]");
    return element && element !== page ? { id: element.id, y: element.getBoundingClientRect().top } : { id: "", y: scrollY };
  }

  function steady(top) {
    if (!top) return;
    const element = top.id && document.getElementById(top.id);
    if (element) scrollBy(0, element.getBoundingClientRect().top - top.y);
    else scrollTo(scrollX, top.y);
  }

  // --- how old the page is ------------------------------------------------------------------------------------------

  function good() {
    goodAt = Date.now();
    freshness.hidden = true;
  }

  function checkAge() {
    if (!hasRegions() || document.hidden) return;
    const isOpen = stream?.readyState === EventSource.OPEN;
    if (Date.now() - goodAt < (isOpen ? SILENT_MS : STALE_MS)) return;
    // An open stream that does not beat is dead: its other end may have gone without a word.
    if (isOpen) { close(); failures = FAILURES_MAX; }
    const time = new Date(goodAt).toTimeString().slice(0, 8);
    const said = `No word from the server since ${time} on this device (${short(Date.now() - goodAt)}). What you see may be old.`;
    // Screen readers hear it once, not every second.
    if (freshness.hidden) { freshness.setAttribute("role", "status"); freshness.hidden = false; }
    else freshness.setAttribute("role", "none");
    freshness.textContent = said;
  }

  // --- relative times: the same words as the server's -----------------------------------------------------------------

  const UNITS = [[86_400, "day", "days"], [3_600, "h", "h"], [60, "min", "min"], [1, "s", "s"]];

  function parts(ms) {
    const seconds = Math.floor(Math.max(0, ms) / 1000);
    const unit = UNITS.findIndex(([size]) => seconds >= size);
    return unit < 0 ? { unit: 3, count: 0, below: 0 }
      : { unit, count: Math.floor(seconds / UNITS[unit][0]), below: seconds % UNITS[unit][0] };
  }
  const quantity = (count, unit) => `${count} ${UNITS[unit][count === 1 ? 1 : 2]}`;
  function short(ms) { const { unit, count } = parts(ms); return quantity(count, unit); }
  function long(ms, exact) {
    const { unit, count, below } = parts(ms);
    if (unit === 3) return quantity(count, unit);
    const second = Math.floor(below / UNITS[unit + 1][0]);
    if (exact) return `${quantity(count, unit)} ${String(second).padStart(2, "0")} ${UNITS[unit + 1][2]}`;
    return second === 0 ? quantity(count, unit) : `${quantity(count, unit)} ${quantity(second, unit + 1)}`;
  }
  function relative(ms) { return Math.abs(ms) < 1000 ? "now" : ms > 0 ? `${short(ms)} ago` : `in ${short(-ms)}`; }

  function tick() {
    const now = Date.now() + skewMs;
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const ms = now - Date.parse(time.dateTime);
      const form = time.dataset.ago;
      const text = form === "bare" ? short(ms) : form === "long" ? long(ms, false) : form === "exact" ? long(ms, true) : relative(ms);
      if (time.textContent !== text) time.textContent = text;
    }
  }
  setInterval(() => { if (!document.hidden) { tick(); checkAge(); } }, 1_000);

  // A tap shows the other form of a time, where there is no mouse to hover.
  document.addEventListener("click", (event) => {
    const time = event.target.closest?.("time[title]");
    if (!time || event.target.closest("a, button, summary")) return;
    const shown = time.textContent;
    time.textContent = time.title;
    time.title = shown;
    if ("ago" in time.dataset) { time.dataset.kept = time.dataset.ago; delete time.dataset.ago; }
    else if ("kept" in time.dataset) { time.dataset.ago = time.dataset.kept; delete time.dataset.kept; }
  });

  // An open menu closes when the attention goes elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.drop[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.drop[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // --- keys ---------------------------------------------------------------------------------------------------------

  const KEYS = [["?", "this list"], ["/", "search"], ["j  k", "next, previous row"], ["Enter", "open the row"],
    ["a", "acknowledge, after asking"], ["g o", "overview"], ["g i", "incidents"], ["g s", "services"], ["Esc", "close"]];
  const PLACES = { o: "/", i: "/incidents", s: "/services" };
  let goAt = 0;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable], dialog")) return;
    if (Date.now() - goAt < 1_500 && PLACES[event.key]) { goAt = 0; location.assign(PLACES[event.key]); return; }
    const act = ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const ACTS = {
    "?": () => ask("Keys", table(), []),
    "/": () => (document.querySelector("[data-search], input[type=search]") ?? document.querySelector(".top a"))?.focus(),
    "j": () => step(1),
    "k": () => step(-1),
    "g": () => { goAt = Date.now(); },
    "a": () => {
      const button = document.querySelector("button[data-key=a]:not(:disabled)");
      if (!button) return;
      const yes = choice(button.textContent.trim(), "primary", () => button.click());
      ask(button.dataset.confirm || button.textContent.trim() + "?", null, [yes]);
    },
  };

  function step(by) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (rows.length === 0) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by))];
    (row.matches("a, button") ? row : row.querySelector("a[href], button, summary"))?.focus();
  }

  function ask(title, content, buttons) {
    document.querySelector("dialog.ours")?.remove();
    const dialog = document.createElement("dialog");
    dialog.className = "ours";
    const heading = document.createElement("h2");
    heading.id = "dialog-title";
    heading.textContent = title;
    dialog.setAttribute("aria-labelledby", heading.id);
    const row = document.createElement("div");
    row.className = "actions";
    row.append(...buttons, choice(buttons.length ? "Not now" : "Close", "secondary", () => {}));
    dialog.append(heading, ...(content ? [content] : []), row);
    for (const button of row.children) button.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    row.firstElementChild.focus();
  }

  function choice(text, kind, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-" + kind;
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  function table() {
    const list = document.createElement("dl");
    list.className = "pairs";
    for (const [key, meaning] of KEYS) {
      const term = document.createElement("dt"), text = document.createElement("dd");
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap);
      text.textContent = meaning;
      list.append(term, text);
    }
    return list;
  }

  tick();
  open();
})();
