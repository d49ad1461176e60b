// Keys, clickers and buttons. A slider that has the focus keeps its arrows; fields keep all but what clickers send.
const SOON = 600; // milliseconds in which another digit may follow
let digits = "";
let jumping = 0;

function tell(sentence) {
  at("deck-message").textContent = sentence;
  at("deck-message").hidden = !sentence;
  clearTimeout(tell.timer);
  if (sentence) tell.timer = setTimeout(tell, 8000, "");
}

function blank(wanted) {
  at("deck-blank").hidden = !wanted;
}

function jump() {
  clearTimeout(jumping);
  if (digits) show(Number(digits) - 1);
  digits = "";
}

const ALONE = "Full screen is not allowed here: open this page in a tab of its own, then press F.";

function fullScreen() {
  if (document.fullscreenElement) return void document.exitFullscreen();
  const asked = document.fullscreenEnabled ? document.documentElement.requestFullscreen() : Promise.reject(new Error("denied"));
  asked.catch(() => {
    tell(ALONE);
    if (!/^(blob|file|https?):/.test(location.href)) return;
    const link = Object.assign(document.createElement("a"), { href: location.href, target: "_blank", rel: "noopener", textContent: "Open it alone" });
    at("deck-message").append(" ", link);
  });
}

/* What a page that shows the deck in a frame may want to know. */
function tellHost(does, more = {}) {
  if (parent !== window) parent.postMessage({ kind: "blendscope deck", does, ...more }, "*");
}

const DOES = {
  next: () => show(current + 1),
  back: () => show(current - 1),
  full: fullScreen,
  notes: openNotes,
  figure: saveFigure,
};
const KEYS = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", ArrowLeft: "back", ArrowUp: "back", PageUp: "back",
  f: "full", F5: "full", n: "notes", s: "notes", g: "figure",
};
const CLICKER = ["PageDown", "PageUp", "F5"];

/* Whether the element with the focus needs a key for itself. */
function isTaken(target, key) {
  if (CLICKER.includes(key)) return false;
  if (target.closest?.("dialog[open]")) return true;
  if (target.matches?.("input[type=range]")) return key.startsWith("Arrow") || key === "Home" || key === "End";
  if (target.matches?.("input, textarea, select, [contenteditable]")) return true;
  return (key === " " || key === "Enter") && Boolean(target.closest?.("button, a, summary"));
}

function pressed(event) {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(target, key)) return;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  if (!at("deck-blank").hidden && letter !== "Escape") {
    event.preventDefault();
    blank(false);
    if (letter === "b" || letter === "." || !KEYS[letter]) return;
  }
  if (/^\d$/.test(letter)) {
    digits += letter;
    clearTimeout(jumping);
    jumping = setTimeout(jump, SOON);
  } else if (letter === "Enter") jump();
  else if (letter === "b" || letter === ".") blank(true);
  else if (letter === "Escape") {
    if (!at("deck-blank").hidden) blank(false);
    else if (!document.fullscreenElement) tellHost("leave");
  } else if (KEYS[letter]) DOES[KEYS[letter]]();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", pressed);
// A slider that was dragged gives the focus back, so that the arrows of a clicker step on.
document.addEventListener("pointerup", (event) => event.target.matches?.("input[type=range]") && event.target.blur());
at("deck-nav").addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) DOES[button.dataset.do]();
});
at("deck-blank").addEventListener("click", () => blank(false));
at("deck-large").addEventListener("click", () => at("deck-large").close());
let resting = 0;
document.addEventListener("pointermove", () => {
  document.body.classList.add("is-moving");
  clearTimeout(resting);
  resting = setTimeout(() => document.body.classList.remove("is-moving"), 2500);
});
// On paper every slide is a page.
addEventListener("beforeprint", toPaper);
addEventListener("afterprint", () => at("deck-print").replaceChildren());
addEventListener("hashchange", () => show((Number(location.hash.slice(1)) || 1) - 1));
show((Number(location.hash.slice(1)) || 1) - 1);
makeReady();
document.addEventListener("fullscreenchange", () => document.fullscreenElement || tellHost("left full screen"));
tellHost("ready", { slides: DECK.slides.length });
