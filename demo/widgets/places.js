// Where a part of a result's score comes from: a map over its picture, one kind of evidence at a time. A result is chosen
// here, or looked at in the answer; a word is chosen to see where it looks.
const SIDE = 100; // of the drawn map
const { name: tab } = frame.dataset;
let part = "q";
let word = -1;
let chosen = 0;

const figure = () => element.querySelector(".places");
const data = () => JSON.parse(figure().dataset.reading);
const signed = (number) => (Math.abs(number) < 0.0005 ? 0 : number).toFixed(3).replace("-", "−");

function numbers(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Array.from(new Float32Array(bytes.buffer));
}

function rowsOf(result) {
  const all = numbers(result.rows);
  const width = all.length / (4 + result.words.length);
  return Array.from({ length: 4 + result.words.length }, (_, i) => all.slice(i * width, (i + 1) * width));
}

/* Draws places; the strongest is opaque, what takes away has a dashed edge. */
function draw(svg, row, strongest) {
  const side = Math.sqrt(row.length - 1);
  const cell = SIDE / side;
  svg.replaceChildren(
    ...row.slice(0, -1).map((value, i) => {
      const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const at = { x: (i % side) * cell, y: Math.floor(i / side) * cell, width: cell, height: cell };
      for (const [key, number] of Object.entries(at)) square.setAttribute(key, number.toFixed(3));
      square.setAttribute("class", value < 0 ? "place-takes" : "place-adds");
      square.setAttribute("fill-opacity", ((0.85 * Math.abs(value)) / (strongest || 1)).toFixed(3));
      return square;
    })
  );
}

const strongestOf = (row) => Math.max(...row.slice(0, -1).map(Math.abs));

function table(row) {
  const side = Math.sqrt(row.length - 1);
  const body = element.querySelector(".places-table tbody");
  body.replaceChildren(
    ...Array.from({ length: side }, (_, line) => {
      const tr = document.createElement("tr");
      for (const value of row.slice(line * side, (line + 1) * side)) {
        const td = document.createElement("td");
        td.textContent = signed(value);
        tr.append(td);
      }
      return tr;
    })
  );
}

function half(row) {
  const adding = row.slice(0, -1).filter((value) => value > 0).sort((a, b) => b - a);
  const whole = adding.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  return adding.findIndex((value) => (sum += value) >= whole / 2) + 1;
}

function show() {
  if (!figure()) return;
  const result = data()[chosen];
  if (!result) return;
  const rows = rowsOf(result);
  const kinds = { q: 0, t: 1, f: 2 };
  if (part !== "t" || word >= result.words.length) word = -1;
  const row = word < 0 ? rows[kinds[part]] : rows[4 + word];
  figure().dataset.part = part;
  for (const button of element.querySelectorAll(".places-parts button")) button.setAttribute("aria-pressed", String(button.dataset.part === part));
  [...element.querySelectorAll(".places-strip button")].forEach((button, i) => button.setAttribute("aria-pressed", String(i === chosen)));
  const target = element.querySelector(".places-result");
  target.querySelector("img").src = result.address;
  target.querySelector("figcaption").textContent = `${result.rank}. ${result.title}`;
  target.querySelector(".places-stage").style.cssText = result.padding;
  draw(target.querySelector("svg"), row, strongestOf(row));
  const reference = element.querySelector(".places-reference");
  reference.querySelector("svg").style.display = part === "q" ? "" : "none";
  if (part === "q") draw(reference.querySelector("svg"), rows[3], strongestOf(rows[3]));
  const words = element.querySelector(".places-words");
  words.hidden = part !== "t";
  [...words.querySelectorAll("button")].forEach((button, i) => {
    const sum = rows[4 + i].reduce((total, value) => total + value, 0);
    button.setAttribute("aria-pressed", String(i === word));
    button.querySelector(".chip-effect").textContent = signed(sum);
  });
  const sum = row.reduce((total, value) => total + value, 0);
  const name = word < 0 ? element.querySelector(`[data-part="${part}"].places-part`).dataset.label : `“${result.words[word]}”`;
  const estimated = result.original ? "" : `, estimated from a small copy (up to ${result.difference.toFixed(3)} off)`;
  element.querySelector(".places-read").textContent =
    `${name}: ${signed(sum)} = ${signed(sum - row.at(-1))} from places + ${signed(row.at(-1))} from none of them${estimated}. ` +
    `${half(row)} of ${row.length - 1} places give half of what is added.`;
  table(row);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.part) [part, word] = [button.dataset.part, -1];
  else if (button.dataset.word) word = Number(button.dataset.word) === word ? -1 : Number(button.dataset.word);
  else if (button.dataset.result) chosen = Number(button.dataset.result);
  show();
});

/* A result of the answer that is pointed at, or has the focus, is shown here. */
const tiles = document.getElementById(`${tab}-gallery`);
for (const kind of ["pointerover", "focusin"]) {
  tiles?.addEventListener(kind, (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || !figure() || !element.offsetWidth) return;
    const at = data().findIndex((result) => result.index === Number(tile.dataset.index));
    if (at < 0 || at === chosen) return;
    chosen = at;
    show();
  });
}

watch("value", () => {
  chosen = 0;
  show();
});
show();
