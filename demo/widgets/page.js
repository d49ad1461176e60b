// The page as a whole: the ground, dark or light, and the tabs by keyboard, one stop of the Tab key for all of them.
element.querySelector(".mast-ground").addEventListener("click", () => document.body.classList.toggle("dark"));

// What is shown as a link, as a code for phones, or kept for a talk. The link is the browser's own address, of the page
// alone where it stands in another one's frame.
const linker = element.querySelector(".mast-link");
const NO_LINK = "This has no link";
const aloud = element.querySelector("[role=status]");
const resting = new Map(); // each button that says something for a moment, and what stands on it otherwise

function said(button, words) {
  clearTimeout(resting.get(button)?.timer);
  const label = resting.get(button)?.label ?? button.textContent;
  button.style.minWidth = `${button.offsetWidth}px`; // its neighbours stay where they are
  button.textContent = aloud.textContent = words;
  const timer = setTimeout(() => {
    button.textContent = label;
    aloud.textContent = button.style.minWidth = "";
    resting.delete(button);
  }, 2000);
  resting.set(button, { label, timer });
}

function pageAddress() {
  const { host } = linker.dataset;
  return host ? `https://${host}/` : `${location.origin}${location.pathname}`;
}

/* Asks the tab in front for its address; a tab without one does not answer. */
function wanted(button, answered, how = {}) {
  const told = (query, short) => (query === null ? said(button, NO_LINK) : answered(query, short));
  const event = new CustomEvent("address-wanted", { cancelable: true, detail: { told, ...how } });
  if (document.dispatchEvent(event)) said(button, NO_LINK);
}

async function copied(button, link) {
  try {
    await navigator.clipboard.writeText(link);
    said(button, "Link copied");
  } catch {
    prompt("Copy this link:", link); // a browser may allow no other way, as in a frame
  }
}

function asked(kind, detail) {
  document.dispatchEvent(new CustomEvent(kind, { detail: { page: pageAddress(), ...detail } }));
}

linker.addEventListener("click", () =>
  wanted(linker, (query, short) => {
    const page = pageAddress();
    copied(linker, short ? `${page}s/${short}` : query ? `${page}?${query}` : page);
  }),
);
const coder = element.querySelector(".mast-code");
coder.addEventListener("click", () => wanted(coder, (query) => asked("code-wanted", { query }), { whole: true }));
const adder = element.querySelector(".mast-add");
adder.addEventListener("click", () =>
  wanted(adder, (query) => asked("talk-add", { query, said: (words) => said(adder, words) }), { whole: true, always: true }),
);
element.querySelector(".mast-talk").addEventListener("click", () => asked("talk-open", {}));
// A panel has buttons of the same kind, and names the one that was pressed.
document.addEventListener("link-copied", (event) => copied(event.detail.button, `${pageAddress()}?${event.detail.query}`));

const tabs = () => [...document.querySelectorAll('[role="tablist"] [role="tab"]')];

function settle() {
  for (const tab of tabs()) {
    const chosen = tab.getAttribute("aria-selected") === "true";
    if (tab.tabIndex !== (chosen ? 0 : -1)) tab.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(tab.id.replace(/-button$/, ""));
    if (panel) panel.setAttribute("aria-labelledby", tab.id);
  }
}

/* Brings the tab to the front that the address names; its address then opens what else stands there. */
function front() {
  const name = new URLSearchParams(location.search).get("tab");
  const tab = name === null ? tabs()[0] : document.getElementById(`tab-${name}-button`);
  if (!tab || tab.getAttribute("aria-selected") === "true") return;
  tab.dataset.opened = ""; // by an address, which stays as it is
  tab.click();
  delete tab.dataset.opened;
}

addEventListener("popstate", front);
let fronted = location.search.length < 2;

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.('[role="tablist"] [role="tab"]');
  if (!tab || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = tabs();
  const at = all.indexOf(tab);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  all[next % all.length].focus();
  all[next % all.length].click();
});

// Of the folds that look closer one is open at a time, beside the answer. Their buttons stand in one row, which is one
// stop of the Tab key: arrows go from one to the next. What a visitor left open is open after the page was loaded again.
const OPENED = "blendscope-look-closer";
const LINKED = `tab-${new URLSearchParams(location.search).get("tab")}`; // of this tab the address says what is open
const rowOf = (bench) => [...bench.querySelectorAll(".closer > .label-wrap")];
const nameOf = (button) => button.querySelector("span").textContent.trim();
const tabOf = (bench) => bench.closest('[role="tabpanel"]')?.id || "";
const settled = new WeakMap(); // of each tab, the button that the Tab key stops at

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(OPENED) || "{}");
  } catch {
    return {}; // without such a store nothing is remembered
  }
}

function remember(bench, button) {
  try {
    const last = { name: nameOf(button), open: button.classList.contains("open") };
    localStorage.setItem(OPENED, JSON.stringify({ ...remembered(), [tabOf(bench)]: last }));
  } catch { /* the same */ }
}

function closeOthers(bench, button) {
  for (const other of rowOf(bench)) if (other !== button && other.classList.contains("open")) other.click();
}

/* A page that is being built may not listen to its buttons yet. */
function openAgain(bench, button, tries) {
  if (!tries || rowOf(bench).some((other) => other.classList.contains("open"))) return;
  button.click();
  setTimeout(() => openAgain(bench, button, tries - 1), 150);
}

function settleRow(bench) {
  const row = rowOf(bench);
  if (!row.length || !bench.offsetWidth) return;
  const last = settled.has(bench) ? null : remembered()[tabOf(bench)];
  const found = last && row.find((button) => nameOf(button) === last.name);
  if (!settled.has(bench)) settled.set(bench, found || row[0]);
  if (found && last.open && tabOf(bench) !== LINKED) openAgain(bench, found, 20);
  const stop = row.includes(settled.get(bench)) ? settled.get(bench) : row[0];
  for (const button of row) {
    const open = String(button.classList.contains("open"));
    if (button.getAttribute("aria-expanded") !== open) button.setAttribute("aria-expanded", open);
    if (button.tabIndex !== (button === stop ? 0 : -1)) button.tabIndex = button === stop ? 0 : -1;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".closer > .label-wrap");
  if (!event.isTrusted || !button) return; // a fold that is closed here closes none
  const bench = button.closest(".bench");
  settled.set(bench, button);
  closeOthers(bench, button);
  setTimeout(() => {
    remember(bench, button);
    settleRow(bench);
    // The row goes to the top where what opens below it had no room.
    const heading = bench.querySelector(".closer-heading");
    if (button.classList.contains("open") && heading?.getBoundingClientRect().top > innerHeight / 3) heading.scrollIntoView({ block: "start" });
  });
});
document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.(".closer > .label-wrap");
  if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
  const bench = button.closest(".bench");
  const row = rowOf(bench);
  const at = row.indexOf(button);
  const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1 + row.length, ArrowUp: at - 1 + row.length, Home: 0, End: row.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  settled.set(bench, row[next % row.length]);
  settleRow(bench);
  row[next % row.length].focus();
});
// Another widget wants the fold in which it is seen.
document.addEventListener("closer-wanted", (event) => {
  const button = event.target.closest(".closer")?.querySelector(".label-wrap");
  if (!button) return;
  const bench = button.closest(".bench");
  closeOthers(bench, button);
  if (!button.classList.contains("open")) button.click();
  settled.set(bench, button);
  bench.querySelector(".closer-heading")?.scrollIntoView({ block: "start" });
});

// Gradio measures the tabs once, maybe before fonts and styles are here, and hides in a menu what seemed not to fit; it
// measures again when the window changes.
const measured = new Set();
const measurer = new ResizeObserver(() => window.dispatchEvent(new Event("resize")));

function keepMeasuring() {
  for (const button of document.querySelectorAll(".tab-container.visually-hidden button")) {
    if (!measured.has(button)) measurer.observe(button);
    measured.add(button);
  }
}

/* Whether something came or changed that stands in a row of tabs or of folds; most that changes, such as tiles in every
   move of a slider, does not, and to look at the page then would have it laid out in the midst of the move. */
const ROWS = '[role="tab"], [role="tabpanel"], .tab-container, .bench, .closer, .label-wrap';
const isOfRows = ({ type, target, addedNodes }) =>
  type === "attributes"
    ? target.matches('[role="tab"], .label-wrap')
    : [...addedNodes].some((node) => node.nodeType === Node.ELEMENT_NODE && (node.matches(ROWS) || node.querySelector(ROWS)));

function changed(changes = null) {
  if (changes && !changes.some(isOfRows)) return;
  settle();
  if (!fronted && tabs().length) {
    fronted = true;
    front();
  }
  document.querySelectorAll(".bench").forEach(settleRow);
  keepMeasuring();
}

new MutationObserver((changes) => changed(changes)).observe(document.body, {
  subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected", "class"],
});
changed();
