// "Save figure": what stands on the page, as its evidence, goes to the server, which draws it; the archive that comes back
// is handed to the browser's downloads.
const dialog = element.querySelector("dialog");
const part = (selector) => dialog.querySelector(selector);
const MOST = 7_500_000; // letters of a figure that the server reads
const ASKED = ["ranking", "classes", "promise"]; // kinds whose question is that of the tab
let panel = null; // the tab in front
let scopes = []; // what can be saved: {name, scope}
let asking = 0;

const label = (scope) => scope.querySelector(".closer-title, .label-wrap span")?.textContent.trim() || "The answer";

// Where half of one question and half of another would be drawn: what shows it, and why.
const { stale, coming } = part("form").dataset;
const MIXED = [
  [DIMMED, stale],
  [TYPING, stale],
  [COMING, coming],
];

/* Why what stands there is about another question than the one that the tab shows; "" where it is about that. */
function reasonAgainst(scope) {
  const found = scope.matches(".answer, .closer") && MIXED.find(([selector]) => panel.querySelector(selector));
  return found ? found[1] : "";
}

/* The tab in front, what it answers, and the instrument that is open in it. */
function found() {
  panel = [...document.querySelectorAll('[role="tabpanel"]')].find((tab) => tab.offsetWidth);
  const open = panel?.querySelector(".closer:has(.label-wrap.open)");
  const places = [["The answer", panel?.querySelector(".answer")], [open ? label(open) : "", open]];
  return places.filter(([, scope]) => scope).map(([name, scope]) => ({ name, scope }));
}

function show(chosen) {
  scopes = found();
  if (chosen && !scopes.some(({ scope }) => scope === chosen)) scopes.push({ name: chosen.querySelector(".label-wrap span")?.textContent.trim() || "This chart", scope: chosen });
  const able = scopes.map(({ scope }) => Boolean(figureIn(scope)));
  scopes = scopes.filter(({ scope }, at) => able[at] || scope === chosen);
  const first = Math.max(0, scopes.findIndex(({ scope }) => scope === chosen));
  part(".figure-what").innerHTML = scopes.map(({ name }, at) => `<label><input type="radio" name="figure-what" value="${at}"${at === first ? " checked" : ""}> ${escaped(name)}</label>`).join("");
  part(`[name="figure-ground"][value="${document.body.classList.contains("dark") ? "dark" : "light"}"]`).checked = true;
  say(!scopes.length ? part("form").dataset.nothing : reasonAgainst(scopes[first].scope));
  dialog.showModal();
}

function say(words, busy = false) {
  part(".figure-said").textContent = words;
  part("[data-do=save]").disabled = busy || !scopes.length;
}

async function save() {
  const chosen = scopes[Number(part("[name=figure-what]:checked")?.value ?? 0)];
  const reason = chosen && reasonAgainst(chosen.scope);
  if (reason) return say(reason);
  const figure = chosen && figureIn(chosen.scope);
  if (!figure) return say(part("form").dataset.nothing);
  say(part("form").dataset.drawing, true);
  const evidence = ASKED.includes(figure.kind) ? { question: questionIn(panel), ...figure.evidence } : figure.evidence;
  const view = {};
  document.dispatchEvent(new CustomEvent("view-wanted", { detail: view }));
  const sent = {
    number: (asking += 1), tab: panel.id.replace("tab-", ""), query: view.query ?? "", kind: figure.kind, name: chosen.name, searched: figure.searched ?? "",
    evidence: await written(evidence, SMALLER[figure.kind] || LONGEST_SIDE), size: part("[name=figure-size]:checked").value, dark: part("[name=figure-ground]:checked").value === "dark",
  };
  if (JSON.stringify(sent).length > MOST) return say(part("form").dataset.large);
  trigger("save", sent);
}

function received() {
  const { number, name, archive, reason, remark } = props.value || {};
  if (number !== asking || !number) return;
  if (reason) return say(reason);
  const bytes = Uint8Array.from(atob(archive), (letter) => letter.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  say(`${name} is saved. ${remark}`.trim());
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".save-figure");
  if (button) show(button.closest(".closer, .several, .saves-figure"));
});
dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-do=close]") || event.target === dialog) dialog.close();
});
part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
watch("value", received);
