// Where the server says that there is something new, the page is asked for once more and its live parts are replaced.
"use strict";

const box = document.querySelector("#live input");
const line = document.querySelector("#live [role=status]");
let isBusy = false;
let isDue = false;
let events;

async function renew() {
  if (isBusy || !box.checked) {
    isDue = true;
    return;
  }
  isBusy = true;
  isDue = false;
  try {
    const reply = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(30000) });
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    document.querySelectorAll("[data-live]").forEach((part) => replace(part, fresh.getElementById(part.id)));
    if (fresh.querySelector("[data-more]")) isDue = true;
  } catch {
    // The sandbox has ended, or will answer again: EventSource says so.
  }
  setTimeout(() => {
    isBusy = false;
    if (isDue && events) renew();
  }, 500);
}

function replace(part, fresh) {
  if (!fresh || fresh.isEqualNode(part)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const left = part.querySelector(".wide")?.scrollLeft;
  part.replaceChildren(...fresh.childNodes);
  if (left) part.querySelector(".wide")?.scrollTo({ left, behavior: "instant" });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// A browser keeps few connections to a server: a page that nobody sees holds none. The first message comes at once.
function listen() {
  if (document.hidden) return leave();
  if (events) return;
  events = new EventSource("/inspector/events");
  events.onmessage = renew;
  events.onopen = () => (line.textContent = "");
  events.onerror = () => (line.textContent = line.dataset.lost);
}

function leave() {
  events?.close();
  events = undefined;
}

if (document.querySelector("[data-live]")) {
  document.getElementById("live").hidden = false;
  box.addEventListener("change", () => isDue && renew());
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", listen);
  listen();
}
