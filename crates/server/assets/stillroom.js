/**
 * Stillroom's whole script. Every page works without it; it does two things.
 *
 * 1. Clock: an element with `data-elapsed="6720"` shows how long ago something was. The server says how many
 *    seconds it was when the page was made; the script counts on from there, by this device's monotonic
 *    clock, so that a wrong wall clock on a tablet does no harm.
 * 2. Live: `<main data-live="/address">` names a stream of server-sent events. On each one the page is fetched
 *    again, and every `data-part` that differs is replaced in place. A part that is in use (it holds the
 *    focus, or something typed and not sent) is left as it is, so nobody loses a word or presses a button
 *    that has just become another one.
 *
 * `[data-connection]` says in plain words when the server cannot be reached. Nothing moves, nothing blinks.
 */

/**
 * @param {number} seconds
 * @returns {string} `52 min`, `1 h 05 min`
 */
export function elapsed(seconds) {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return hours === 0 ? `${rest} min` : `${hours} h ${String(rest).padStart(2, "0")} min`;
}

/** @param {Document | Element} root */
function startClocks(root) {
  for (const shown of root.querySelectorAll("[data-elapsed]")) {
    const element = /** @type {HTMLElement} */ (shown);
    const began = performance.now() - Number(element.dataset.elapsed) * 1000;
    const tick = () => {
      if (!element.isConnected) return clearInterval(timer);
      const text = elapsed((performance.now() - began) / 1000);
      if (element.textContent !== text) element.textContent = text;
    };
    const timer = setInterval(tick, 1000);
    tick();
  }
}

/**
 * Whether somebody is at work in this part.
 * @param {Element} part
 * @returns {boolean}
 */
export function inUse(part) {
  const focus = document.activeElement;
  if (focus && part.contains(focus) && focus.matches("input, select, textarea, button")) return true;
  if (part.matches("form[data-sent]") || part.querySelector("form[data-sent]")) return true;
  for (const field of part.querySelectorAll("input:not([type=hidden]), textarea")) {
    const input = /** @type {HTMLInputElement} */ (field);
    if (input.value !== input.defaultValue || input.checked !== input.defaultChecked) return true;
  }
  for (const option of part.querySelectorAll("option")) {
    if (option.selected !== option.defaultSelected && option.index > 0) return true;
  }
  return false;
}

/**
 * Markup of a part as the server sent it: what the reader folded open, what the clock counted and the command
 * ids do not count as a change.
 * @param {Element} part
 * @returns {string}
 */
function substance(part) {
  const copy = /** @type {Element} */ (part.cloneNode(true));
  for (const fold of [copy, ...copy.querySelectorAll("details")]) fold.removeAttribute("open");
  for (const clock of copy.querySelectorAll("[data-elapsed], [data-connection]")) {
    clock.removeAttribute("data-elapsed");
    clock.textContent = "";
  }
  for (const command of copy.querySelectorAll("input[name=command]")) command.removeAttribute("value");
  return copy.outerHTML;
}

/** @param {Element} from @param {Element} to */
function keepFolds(from, to) {
  for (const fold of [from, ...from.querySelectorAll("details[id]")]) {
    if (!(fold instanceof HTMLDetailsElement) || !fold.id) continue;
    const same = to.id === fold.id ? to : to.querySelector(`#${CSS.escape(fold.id)}`);
    if (same) same.toggleAttribute("open", fold.open);
  }
}

/**
 * Puts a newly fetched main part in place of the old one, part by part.
 * @param {Element} old
 * @param {Element} fresh
 */
export function renew(old, fresh) {
  const key = (/** @type {Element} */ part) => part.getAttribute("data-part");
  const parts = [...old.querySelectorAll("[data-part]")];
  const news = new Map([...fresh.querySelectorAll("[data-part]")].map((part) => [key(part), part]));
  const sameParts = parts.length === news.size && parts.every((part) => news.has(key(part)));
  if (!sameParts && !parts.some(inUse) && !inUse(old)) {
    keepFolds(old, fresh);
    old.replaceChildren(...fresh.childNodes);
    startClocks(old);
    return;
  }
  for (const part of parts) {
    const next = news.get(key(part));
    if (!next || inUse(part) || substance(part) === substance(next)) continue;
    keepFolds(part, next);
    part.replaceWith(next);
    startClocks(next);
  }
}

/** @param {HTMLElement} main */
function follow(main) {
  const source = new EventSource(/** @type {string} */ (main.dataset.live));
  let busy = false;
  let again = false;
  const say = (/** @type {string} */ words) => {
    for (const place of document.querySelectorAll("[data-connection]")) {
      if (place.textContent !== words) place.textContent = words;
    }
  };
  const refresh = async () => {
    if (busy) return void (again = true);
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (answer.ok && new URL(answer.url).pathname === location.pathname) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("main");
        if (fresh) renew(main, fresh);
      }
    } catch {
      // Not reachable: the stream's own error says so, and the next event tries again.
    }
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  };
  source.addEventListener("message", refresh);
  source.addEventListener("open", () => say(""));
  source.addEventListener("error", () => say("not connected: what is sent now may not arrive"));
  addEventListener("pagehide", () => source.close());
}

/** A form on its way is in use until the next page arrives; should it not, it may be sent again after 10 s. */
function markSent() {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    form.dataset.sent = "";
    setTimeout(() => delete form.dataset.sent, 10_000);
  });
}

if (typeof document !== "undefined") {
  startClocks(document);
  markSent();
  const main = document.querySelector("main[data-live]");
  if (main instanceof HTMLElement) follow(main);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
    if (main instanceof HTMLElement) follow(main);
  });
}
