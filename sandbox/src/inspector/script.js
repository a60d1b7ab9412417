// Where the server says that there is something new, the page is asked for once more and its live parts are replaced.
"use strict";

const box = document.querySelector("#live input");
let isBusy = false;
let isDue = false;

async function renew() {
  if (isBusy || !box.checked) {
    isDue = true;
    return;
  }
  isBusy = true;
  isDue = false;
  try {
    const reply = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    document.querySelectorAll("[data-live]").forEach((part) => replace(part, fresh.getElementById(part.id)));
  } catch {
    // The sandbox has ended, or will answer again: EventSource says so.
  }
  setTimeout(() => {
    isBusy = false;
    if (isDue) renew();
  }, 500);
}

function replace(part, fresh) {
  if (!fresh || fresh.isEqualNode(part)) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceChildren(...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

if (document.querySelector("[data-live]")) {
  document.getElementById("live").hidden = false;
  box.addEventListener("change", () => isDue && renew());
  let isFirst = true;
  const events = new EventSource("/inspector/events");
  events.onmessage = () => {
    if (!isFirst) renew();
    isFirst = false;
  };
  events.onerror = () => (isFirst = false);
}
