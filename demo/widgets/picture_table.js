// A list of pictures: a click on a heading sorts it, typed words filter it, a button saves it as CSV. All of that
// happens here, and lasts while the numbers in the list change. Labels and judgements go to the server, all at once.
const rows = element.querySelector(".list-rows");
const tools = element.querySelector(".list-tools");
const filter = tools.querySelector("input");
const count = tools.querySelector("[role=status]");
const body = () => rows.querySelector("tbody");
const lines = () => [...(body() ? body().rows : [])];
let column = -1; // -1: as it came
let down = false;
const chosen = new Map(); // facet -> the value that is shown alone
const told = new Map(); // number of a picture -> the label that a person gave it
const judged = new Map(); // number of a picture and what a judge said of it -> what a person says of that
let token = ""; // which pictures these are

const numberIn = (cell) => (cell && cell.dataset.value !== undefined ? Number(cell.dataset.value) : NaN);
function wordsIn(cell) {
  const errors = [...(cell?.querySelectorAll(".judges") ?? [])];
  if (errors.length) return errors.map((choice) => `${choice.dataset.said}: ${choice.value}`).join("; ");
  return cell ? (cell.querySelector(".tells")?.value ?? cell.textContent.trim()) : "";
}

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

const searched = (line) => [...line.cells].map(wordsIn).join(" ").toLowerCase();

function narrow() {
  const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = lines();
  const among = (line) => [...chosen].every(([facet, value]) => line.dataset[facet] === value);
  for (const line of all) line.hidden = !(among(line) && wanted.every((word) => searched(line).includes(word)));
  const shown = all.filter((line) => !line.hidden).length;
  count.textContent = wanted.length || chosen.size ? `${shown} of ${all.length}` : "";
  for (const button of rows.querySelectorAll(".facet-count")) {
    button.setAttribute("aria-pressed", String(chosen.get(button.dataset.facet) === button.dataset.value));
  }
}

/* What a person said stays while the pictures do: an answer to an earlier event knows less. */
function restore() {
  const table = rows.querySelector("table");
  if (table.dataset.token !== token) {
    told.clear();
    judged.clear();
    token = table.dataset.token;
  }
  for (const line of lines()) {
    const field = line.querySelector(".tells");
    if (field && told.has(line.dataset.number)) field.value = told.get(line.dataset.number);
    for (const choice of line.querySelectorAll(".judges")) {
      const word = judged.get(errorOf(choice));
      if (word) choice.value = word;
    }
  }
}

const errorOf = (choice) => JSON.stringify([Number(choice.closest("tr").dataset.number), choice.dataset.said]);

function tell() {
  trigger("judge", {
    told: [...told].map(([number, label]) => [Number(number), label]),
    judged: [...judged].map(([error, word]) => [...JSON.parse(error), word]),
  });
}

function receive() {
  const held = rows.contains(document.activeElement) ? document.activeElement : null;
  const place = held && [held.closest("tr")?.dataset.number, held.className.split(" ")[0], held.dataset.said];
  rows.innerHTML = props.value || "";
  lines().forEach((line, i) => (line.dataset.place = i));
  tools.hidden = !body();
  if (!body()) return;
  restore();
  for (const [facet, value] of chosen) {
    if (!lines().some((line) => line.dataset[facet] === value)) chosen.delete(facet);
  }
  arrange();
  narrow();
  if (place?.[0]) {
    const line = lines().find((one) => one.dataset.number === place[0]);
    [...(line?.querySelectorAll(`.${place[1]}`) ?? [])].find((field) => field.dataset.said === place[2])?.focus();
  }
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
  const field = event.target;
  if (field.matches(".tells")) told.set(field.closest("tr").dataset.number, field.value.trim());
  else if (field.matches(".judges")) judged.set(errorOf(field), field.value);
  else return;
  tell();
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
  const place = button.parentNode.cellIndex;
  // Up, down, and as it came.
  if (place !== column) [column, down] = [place, false];
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
/* What stands in the list depends on a slider that the browser follows by itself. */
const watched = document.getElementById(element.querySelector(".picture-list").dataset.watches);
const REST = 350;
let resting = 0;

function follow() {
  clearTimeout(resting);
  if (body()) resting = setTimeout(() => trigger("follow"), REST);
}

if (watched) new MutationObserver(follow).observe(watched, { childList: true, characterData: true, subtree: true });
watch("value", receive);
receive();
