// The browser's address follows what this tab shows: another question is another entry of the history, a slider that
// moves changes the entry. What stands in the address when the page opens, or after Back, is asked of Python.
const frame = element.querySelector(".address");
const { tab, name, watches, first } = frame.dataset;
const reads = JSON.parse(frame.dataset.reads);
const longest = Number(frame.dataset.longest);
const bare = `?tab=${tab}`;
const panel = () => element.closest('[role="tabpanel"]');
const REST = 300; // milliseconds without a change
const LONGEST = 20000; // characters that Python reads; a longer one would be refused
const LOST = 30000; // after so long no answer to an opened address will come
const CLOSED = "-"; // in the place of an instrument: none is open
const SOON = 50; // until all fields of an answer have come

let asked = ""; // the question as Python says it, a query
let opening = ""; // the address that was opened and is not answered yet
let notes = 0; // how often Python was asked what the question is
let since = 0; // the first of these after an address was opened; what was asked before is about another question
let pending = false; // what is shown is another question than `asked`, which Python is about to say
let emptied = false; // the entry names the tab alone, for nothing that a link can name was shown
let settling = false; // it is answered, and the question that it asks comes next
let unfolding = ""; // the instrument that the opened address names
let lost = ""; // an address whose answer is late; it counts as long as nothing else is asked
let turns = 0; // so that no two answers are equal, of which the second would not be heard
let [timer, noting, losing] = [0, 0, 0];
let copying = null; // who waits for a short name
let waiting = false; // a change that is shown stands in no entry yet
let here = location.search; // of the entry that it belongs to
const late = new Map(); // address of an entry that was left too early -> what it was to say

const seen = () => Boolean(panel()?.offsetWidth);

const HOW = {
  now: (at) =>
    (at.dataset.now ? [at] : [...at.querySelectorAll("[data-now]")])
      .map((one) => JSON.parse(one.dataset.now))
      .flat()
      .join(","),
  rising: (at) => (HOW.now(at).split(",").every((value, i, all) => !i || Number(all[i - 1]) <= Number(value)) ? HOW.now(at) : ""),
  chosen: (at) => at.querySelector("input:checked")?.closest("label")?.textContent.trim(),
  on: (at) => (at.querySelector("input:checked") ? "1" : ""),
  strokes: (at) => (at.drawing?.isLines() ? strokeText(at.drawing.lines()) : ""),
};

function query() {
  const params = new URLSearchParams(asked);
  for (const [key, place, how] of reads) {
    const at = panel().querySelector(place);
    const text = at && HOW[how](at);
    if (text && (how !== "strokes" || params.has("upload"))) params.set(key, text);
    if (text && how === "strokes") ["upload", "file"].forEach((other) => params.delete(other));
  }
  const open = [...panel().querySelectorAll(".closer")].find((fold) => fold.querySelector(".label-wrap.open"));
  if (open?.id) params.set("open", open.id);
  params.set("theme", document.body.classList.contains("dark") ? "dark" : "light");
  return params.toString().replaceAll("%2C", ",");
}

/* Tells whether the entry is another tab's, which stays as it is. */
function elsewhere() {
  const before = new URLSearchParams(location.search).get("tab");
  return before ? before !== tab : !first;
}

function write(push) {
  rest();
  here = location.search;
  if (!seen()) return;
  if (!asked) return elsewhere() && nameTab();
  const next = `?${query()}`;
  if (next === location.search || next.length > LONGEST) return;
  history[push || elsewhere() ? "pushState" : "replaceState"](null, "", next);
  here = next;
}

/* Nothing that a link can name is shown, so the entry names the tab alone. */
function nameTab() {
  history[asked || elsewhere() ? "pushState" : "replaceState"](null, "", bare);
  [here, emptied] = [bare, true];
}

function rest() {
  clearTimeout(timer);
  waiting = false;
}

/* Whoever moves a slider and goes elsewhere at once finds it moved on the way back. */
function hurry() {
  if (waiting) write(false);
}

function soon() {
  // A page that nobody has touched keeps the address that it was opened with.
  if (!navigator.userActivation?.hasBeenActive || opening || lost || pending) return;
  clearTimeout(timer);
  [waiting, here] = [true, location.search];
  timer = setTimeout(() => write(false), REST);
}

/* The sliders stand as another question has them, so nothing is written until Python has said which one it is. */
function changed(after) {
  // The page opens with a worked example, which nobody asked.
  if (!navigator.userActivation?.hasBeenActive && !settling) return;
  rest();
  pending = true;
  clearTimeout(noting);
  noting = setTimeout(note, after);
}

/* Marks the worked example that is asked; a question made of one is the visitor's own. */
function mark(tries = 20) {
  const buttons = panel()?.querySelectorAll("button.example") ?? [];
  if (!buttons.length && tries) return setTimeout(mark, 250, tries - 1); // the page may still be on its way
  const params = new URLSearchParams(asked);
  const own = ["words", "box", "upload", "item"].some((key) => params.has(key));
  buttons.forEach((button, i) => {
    if (!own && Number(params.get("example")) === i + 1) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
}

function note() {
  notes += 1;
  trigger("note", { number: notes });
}

function received() {
  const { query: told = "", short = "", long = "", of = "", opened = "", failed = false, over = false, number = 0 } = props.value || {};
  if (short) copying?.(of, short);
  if (long && of === location.search.slice(1)) {
    history.replaceState(null, "", `?${long}`);
    dispatchEvent(new PopStateEvent("popstate"));
  }
  if (opened && (opened === opening || (opened === lost && since > notes))) {
    // What was asked of the question before may be answered with half of this one.
    [opening, lost, settling] = ["", "", !failed && !over];
    if (!over) since = notes + 1;
    if (settling || over) changed(SOON); // overtaken by a choice, it is that one's question
  }
  if (number && number === notes) pending = false;
  if (number < since || opening) return;
  if (number) lost = "";
  if (!told && number) {
    // No link can name what is shown, so none of an earlier question may stand there; that one's entry stays.
    if (seen() && location.search.length > 1 && location.search !== bare) nameTab();
    [asked, settling, emptied] = ["", false, true];
    mark();
    return;
  }
  if (!told || (told === asked && !settling)) return soon();
  const onward = emptied && location.search === bare; // in the entry that names nothing yet
  const push = (asked || emptied) && !onward && navigator.userActivation?.hasBeenActive;
  [asked, emptied] = [told, false];
  mark();
  if (settling) unfold();
  else if (push || onward) write(push);
  settling = false;
}

/* Shows what an address says; one of a tab alone asks nothing. */
function open(search, back = false) {
  if (waiting && asked) late.set(here, `?${query()}`); // the browser's own Back gives no notice
  rest();
  const meant = late.get(search) ?? search;
  if (late.delete(search)) history.replaceState(null, "", meant);
  const text = meant.replace(/^\?/, "");
  const params = new URLSearchParams(text);
  if (params.has("s")) {
    if (first) trigger("lengthen", { query: text, turn: (turns += 1) });
    return;
  }
  if (!params.has("tab") && !params.has("example")) return; // of another one's making, such as gradio's own theme
  // An example alone is the first tab's. One that names no tab of this page is told to that, too, which says so.
  if (params.get("tab") !== tab && (!first || document.getElementById(`tab-${params.get("tab")}-button`))) return;
  const theme = params.get("theme");
  if (theme === "dark" || theme === "light") document.body.classList.toggle("dark", theme === "dark");
  [opening, lost, settling, since] = [text, "", false, notes + 1];
  clearTimeout(losing);
  losing = setTimeout(() => ([opening, lost] = ["", opening]), LOST);
  unfolding = params.get("open") ?? (back ? CLOSED : "");
  ask(text, params.get("strokes"));
}

/* A drawing is drawn here and goes along; the pad may be made a moment later than this. */
function ask(text, strokes, tries = 100) {
  const pad = panel().querySelector("canvas");
  if (strokes && !pad?.drawing && tries) setTimeout(ask, 50, text, strokes, tries - 1);
  else trigger("open", { query: text, drawing: strokes ? drawn(pad, strokes) : "", turn: (turns += 1) });
}

function drawn(pad, strokes) {
  try {
    return pad.drawing.replaced(strokesOfText(strokes));
  } catch {
    return ""; // Python says what is wrong with it
  }
}

/* Opens the instrument that an address names, once the answer stands that it is about. */
function unfold() {
  if (unfolding === CLOSED) panel().querySelector(".closer .label-wrap.open")?.click();
  const fold = unfolding && document.getElementById(unfolding);
  unfolding = "";
  if (!fold || !panel().contains(fold)) return write(false);
  fold.querySelector(".label-wrap:not(.open)")?.click();
  setTimeout(write, REST, false);
}

for (const kind of ["input", "change", "click", "keyup", "pointerup"]) panel().addEventListener(kind, soon);
document.addEventListener("click", (event) => {
  if (event.target.closest?.('[role="tab"]:not([data-opened]), .masthead')) soon();
});
/* Tells who asks for the address: `whole` for one that is not shortened, `always` also before anything was touched. */
function tell({ told, whole = false, always = false }, tries = 100) {
  if ((pending || opening) && tries) return setTimeout(tell, SOON, { told, whole, always }, tries - 1);
  if (!asked) return told(null, "");
  const text = always || location.search.length > 1 ? query() : "";
  if (whole || text.length <= longest) return told(text, "");
  copying = told;
  trigger("shorten", { query: text, turn: (turns += 1) });
}

document.addEventListener("address-wanted", (event) => {
  if (!seen()) return;
  event.preventDefault();
  tell(event.detail);
});
if (name) {
  document.addEventListener("question-shown", (event) => {
    if (event.detail === name) changed(SOON);
  });
} else {
  // The answer may be laid out later than this, or anew, so the panel around it is watched.
  const within = ({ target }) => (target.closest ? target : target.parentElement)?.closest(watches);
  new MutationObserver((changes) => changes.some(within) && changed(REST)).observe(panel(), {
    childList: true,
    characterData: true,
    subtree: true,
  });
}
document.addEventListener("view-wanted", (event) => {
  if (seen() && asked) event.detail.query = query();
});
for (const next of ["pointerdown", "dragenter"]) document.addEventListener(next, hurry, true);
document.documentElement.addEventListener("mouseleave", hurry);
addEventListener("pagehide", hurry);
document.addEventListener("keydown", (event) => {
  // A key that is held on a slider moves it again and again.
  if (!event.target.matches?.("input[type=range]") || event.altKey || event.metaKey || event.ctrlKey) hurry();
}, true);
addEventListener("popstate", () => open(location.search || (first ? `?tab=${tab}&example=1` : ""), true));
watch("value", received);
received();
if (location.search.length > 1) open(location.search);
soon(); // the click that brought this tab came before there was anybody to hear it
