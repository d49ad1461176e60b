// A list of pictures: a click on a heading sorts it, typed words filter it, a button saves it as CSV. All of that
// happens here, and lasts while the numbers in the list change.
const rows = element.querySelector(".list-rows");
const tools = element.querySelector(".list-tools");
const filter = tools.querySelector("input");
const tally = element.querySelector(".list-tally");
const count = tools.querySelector("[role=status]");
const body = () => rows.querySelector("tbody");
const lines = () => [...(body() ? body().rows : [])];
let column = -1; // -1: as it came
let down = false;
const chosen = new Map(); // facet -> the value that is shown alone
const judgements = new Map(); // name of a picture -> what was said of the errors on it

const numberIn = (cell) => (cell && cell.dataset.value !== undefined ? Number(cell.dataset.value) : NaN);
const wordsIn = (cell) => (cell ? (cell.querySelector("select")?.value ?? cell.textContent.trim()) : "");

function compare(one, two) {
  const [first, second] = [one.cells[column], two.cells[column]];
  const apart = numberIn(first) - numberIn(second);
  const order = Number.isNaN(apart) ? wordsIn(first).localeCompare(wordsIn(second), undefined, { numeric: true }) : apart;
  return down ? -order : order;
}

function arrange() {
  const last = (line) => line.classList.contains("refused");
  const sorted = lines().sort(
    (one, two) =>
      last(one) - last(two) || (column < 0 ? 0 : compare(one, two)) || one.dataset.place - two.dataset.place
  );
  sorted.forEach((line) => body().append(line));
  rows.querySelectorAll(".sorts").forEach((button, i) => {
    const heading = button.parentNode;
    if (i + 1 === column) heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    else heading.removeAttribute("aria-sort");
  });
}

function narrow() {
  const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = lines();
  const among = (line) => [...chosen].every(([facet, value]) => line.dataset[facet] === value);
  for (const line of all) line.hidden = !(among(line) && wanted.every((word) => line.textContent.toLowerCase().includes(word)));
  const shown = all.filter((line) => !line.hidden).length;
  count.textContent = wanted.length || chosen.size ? `${shown} of ${all.length}` : "";
  for (const button of rows.querySelectorAll(".facet-count")) {
    button.setAttribute("aria-pressed", String(chosen.get(button.dataset.facet) === button.dataset.value));
  }
}

/* How often each judge is right: as the names tell, and as judged, where "also right" counts and "unclear" is left out. */
function reckon() {
  const labelled = lines().filter((line) => line.dataset.right);
  tally.hidden = !labelled.length;
  if (!labelled.length) return;
  const judges = [...new Set(labelled.flatMap((line) => Object.keys(JSON.parse(line.dataset.right))))];
  const share = (right, all) => `${right} of ${all}${all ? ` (${((100 * right) / all).toFixed(0)} %)` : ""}`;
  tally.textContent = judges.map((judge) => {
    const about = labelled.map((line) => [JSON.parse(line.dataset.right)[judge], line.querySelector("select")?.value]).filter(([right]) => right !== undefined);
    const [plain, clear] = [about.filter(([right]) => right), about.filter(([right, judgement]) => right || judgement !== "unclear")];
    const fair = clear.filter(([right, judgement]) => right || judgement === "also right");
    const changed = clear.length !== about.length || fair.length !== plain.length;
    return `${judge}: ${share(plain.length, about.length)} right${changed ? `, as you judge ${share(fair.length, clear.length)}` : ""}`;
  }).join("; ") + ".";
}

function receive() {
  rows.innerHTML = props.value || "";
  lines().forEach((line, i) => (line.dataset.place = i));
  tools.hidden = !body();
  tally.hidden = true;
  if (!body()) return;
  for (const line of lines()) {
    const judged = judgements.get(line.cells[1].textContent);
    const field = line.querySelector("select");
    if (field && judged) field.value = judged;
  }
  for (const [facet, value] of chosen) {
    if (!lines().some((line) => line.dataset[facet] === value)) chosen.delete(facet);
  }
  arrange();
  narrow();
  reckon();
}

function csv() {
  // A spreadsheet takes what begins so for a formula, and names of files may come from anybody.
  const safe = (words) => (/^[=+\-@\t\r]/.test(words) ? `'${words}` : words);
  const cell = (one) => (Number.isNaN(numberIn(one)) ? safe(wordsIn(one)) : one.dataset.value);
  const quoted = (words) => `"${words.replaceAll('"', '""')}"`;
  const table = [rows.querySelector("thead tr"), ...lines().filter((line) => !line.hidden)];
  return table.map((line) => [...line.cells].slice(1).map(cell).map(quoted).join(",")).join("\r\n") + "\r\n";
}

rows.addEventListener("change", (event) => {
  if (!event.target.matches(".judges")) return;
  judgements.set(event.target.closest("tr").cells[1].textContent, event.target.value);
  reckon();
});
rows.addEventListener("click", (event) => {
  const part = event.target.closest(".facet-count")?.dataset;
  if (part) {
    if (chosen.get(part.facet) === part.value) chosen.delete(part.facet);
    else chosen.set(part.facet, part.value);
    narrow();
  }
  const button = event.target.closest(".sorts");
  if (!button) return;
  const chosen = button.parentNode.cellIndex;
  // Up, down, and as it came.
  if (chosen !== column) [column, down] = [chosen, false];
  else if (!down) down = true;
  else [column, down] = [-1, false];
  arrange();
});
filter.addEventListener("input", (event) => {
  event.stopPropagation();
  narrow();
});
tools.querySelector("button").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", csv()], { type: "text/csv" }));
  link.download = "pictures.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
watch("value", receive);
receive();
