// The page as a whole: the ground, dark or light, and the tabs by keyboard, one stop of the Tab key for all of them.
element.querySelector(".mast-ground").addEventListener("click", () => document.body.classList.toggle("dark"));

// The link to what is shown: the browser's own address, of the page alone where it stands in another one's frame.
const linker = element.querySelector(".mast-link");
const LABEL = linker.textContent;

async function copied(query, short) {
  const { host } = linker.dataset;
  const page = host ? `https://${host}/` : `${location.origin}${location.pathname}`;
  const link = short ? `${page}s/${short}` : query ? `${page}?${query}` : page;
  try {
    await navigator.clipboard.writeText(link);
    linker.textContent = "Link copied";
  } catch {
    prompt("Copy this link:", link); // a browser may allow no other way, as in a frame
  }
  setTimeout(() => (linker.textContent = LABEL), 2000);
}

linker.addEventListener("click", () => document.dispatchEvent(new CustomEvent("address-wanted", { detail: copied })));

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
  if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
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

// Of the folds that look closer one is open at a time, beside the answer.
document.addEventListener("click", (event) => {
  const fold = event.target.closest?.(".closer");
  if (!event.isTrusted || !fold || !event.target.closest(".label-wrap")) return; // a fold that is closed here closes none
  for (const open of fold.closest(".bench").querySelectorAll(".closer .label-wrap.open")) {
    if (!fold.contains(open)) open.click();
  }
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

function changed() {
  settle();
  if (!fronted && tabs().length) {
    fronted = true;
    front();
  }
  keepMeasuring();
}

new MutationObserver(changed).observe(document.body, {
  subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"],
});
changed();
