// The slides in their rows: to name, annotate, order and take out, by hand and by keyboard.
const list = desk.querySelector(".talk-slides");
const heading = desk.querySelector(".talk-title input");
const says = desk.querySelector(".talk-said [role=status]");
const undo = desk.querySelector("[data-do=undo]");
const last = desk.querySelector("[data-do=last]"); // offers the talk that was made ready before
const chooser = desk.querySelector("input[type=file]");
const offered = props.value?.offered ?? null; // what the page was started with
const LONG = Number(desk.dataset.long);
const LOST = 60000; // milliseconds after which no answer will come
const UNREACHED = "The server does not answer; what stands here is kept.";
const waiting = new Map();
let number = 0;

/* Asks the server, which knows what a talk may hold, and which pictures it still has. */
function ask(kind, data) {
  number += 1;
  trigger(kind, { ...data, number });
  const asked = number;
  return new Promise((resolve) => {
    waiting.set(asked, resolve);
    setTimeout(resolve, LOST, { failed: UNREACHED });
  });
}

function say(words, undoable = false) {
  says.textContent = words;
  undo.hidden = !undoable;
  last.hidden = true;
}

function make(tag, attributes = {}, ...within) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...within);
  return made;
}

/* Whether the talk that the page was started with was not taken yet. */
function isOffered() {
  return offered !== null && talk.offered !== offered.digest;
}

function count(tries = 100) {
  const button = document.querySelector(".mast-talk");
  const slides = isOffered() ? offered.count : talk.slides.length;
  if (button) button.textContent = slides ? `Talk (${slides})` : "Talk";
  else if (tries) setTimeout(count, 100, tries - 1);
}

function shown() {
  list.replaceChildren(...talk.slides.map(rowOf));
  if (document.activeElement !== heading) heading.value = talk.title;
  desk.classList.toggle("has-none", !talk.slides.length);
  count();
}

/* After a change; what was taken out before can be put back only while nothing else was changed. */
function changed(words, undoable = false) {
  if (!undoable) before = null;
  const full = keep();
  say(full || words, undoable);
  shown();
}

function rowOf(slide, at) {
  const name = make("input", { type: "text", class: "typed", maxlength: heading.maxLength, placeholder: "A title of your own", "aria-label": `Title of slide ${at + 1}` });
  name.value = slide.title;
  name.addEventListener("input", () => edited(slide, { title: name.value }));
  const notes = make("textarea", { rows: 3, maxlength: desk.dataset.notes, "aria-label": `Notes for slide ${at + 1}` });
  notes.value = slide.notes;
  const fold = make("details", {}, make("summary", {}, slide.notes ? "Notes ✓" : "Notes"), notes);
  notes.addEventListener("input", () => edited(slide, { notes: notes.value }));
  const button = (does, words, label) => make("button", { type: "button", class: "tool", "data-do": does, "aria-label": label }, words);
  const moves = make("div", { class: "talk-moves" },
    button("up", "↑", `Move slide ${at + 1} up`), button("down", "↓", `Move slide ${at + 1} down`),
    button("show", "Show", `Show slide ${at + 1} on the page`), button("link", "Copy link", `Copy link to slide ${at + 1}`),
    button("remove", "Remove", `Remove slide ${at + 1}`));
  moves.querySelector("[data-do=up]").disabled = at === 0;
  moves.querySelector("[data-do=down]").disabled = at === talk.slides.length - 1;
  const what = make("p", {}, make("b", {}, tabOfView(slide)), " ", make("bdi", {}, asksOf(slide)));
  return make("li", {},
    make("span", { class: "talk-grip", "aria-hidden": "true", title: "Drag to another place" }, `${at + 1}`),
    make("div", { class: "talk-what" }, name, what, fold), moves);
}

function edited(slide, change) {
  Object.assign(slide, change);
  say(keep());
}

function move(from, to, focus = "") {
  if (from === to || to < 0 || to >= talk.slides.length) return;
  const slides = [...talk.slides];
  slides.splice(to, 0, ...slides.splice(from, 1));
  talk = { ...talk, slides };
  changed(`Slide ${from + 1} is now slide ${to + 1} of ${slides.length}.`);
  const row = list.children[to];
  const again = focus && row.querySelector(`[data-do=${focus}]:enabled`);
  (again || row.querySelector(".typed")).focus();
}

function remove(at) {
  before = talk;
  talk = { ...talk, slides: talk.slides.filter((_, place) => place !== at) };
  changed(`Slide ${at + 1} was removed.`, true);
  (list.children[Math.min(at, talk.slides.length - 1)]?.querySelector("[data-do=remove]") ?? undo).focus();
}

/* Shows a slide on the page; its picture goes to the server again, for uploads do not stay there. */
async function show(slide) {
  await gathered;
  const { view, picture } = slide;
  const answer = picture ? await ask("place", { view, picture }) : { view };
  if (answer.failed) return say(answer.failed);
  desk.close();
  history.pushState(null, "", `?${answer.view}`);
  dispatchEvent(new PopStateEvent("popstate"));
}

async function link(button, { view }) {
  const answer = view.length > LONG ? await ask("shorten", { query: view }) : {};
  if (answer.failed) return say(answer.failed);
  document.dispatchEvent(new CustomEvent("link-copied", { detail: { button, query: answer.short ? `s=${answer.short}` : view } }));
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const at = [...list.children].indexOf(button.closest("li"));
  const slide = talk.slides[at];
  if (button.dataset.do === "up") move(at, at - 1, "up");
  if (button.dataset.do === "down") move(at, at + 1, "down");
  if (button.dataset.do === "remove") remove(at);
  if (button.dataset.do === "show") show(slide);
  if (button.dataset.do === "link") link(button, slide);
});
list.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || !event.altKey) return;
  event.preventDefault();
  const at = [...list.children].indexOf(event.target.closest("li"));
  move(at, at + step, event.target.dataset.do);
});
// By hand, a slide is dragged by its number.
list.addEventListener("pointerdown", (event) => {
  if (!event.target.matches(".talk-grip") || event.button) return;
  event.preventDefault();
  const grip = event.target;
  const row = grip.closest("li");
  grip.setPointerCapture(event.pointerId);
  row.classList.add("is-dragged");
  const under = ({ clientX, clientY }) => document.elementFromPoint(clientX, clientY)?.closest(".talk-slides > li");
  const moving = (at) => {
    for (const one of list.children) one.classList.toggle("is-target", one === under(at) && one !== row);
  };
  const dropped = (at) => {
    const rows = [...list.children];
    const place = at.type === "pointerup" && under(at);
    rows.forEach((one) => one.classList.remove("is-dragged", "is-target"));
    grip.removeEventListener("pointermove", moving);
    if (place) move(rows.indexOf(row), rows.indexOf(place));
  };
  grip.addEventListener("pointermove", moving);
  grip.addEventListener("pointerup", dropped, { once: true });
  grip.addEventListener("pointercancel", dropped, { once: true });
});
