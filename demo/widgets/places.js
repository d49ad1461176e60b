// Where a number of an answer comes from: a map over its picture, one kind of evidence at a time. A result is chosen here,
// or looked at in the answer; a word is chosen to see where it looks, a place of the reference to see its matches.
const SIDE = 100; // of the drawn map
const BEST = 5; // pairs that are drawn
const NUMBER = 25; // as high as the number of a pair, with air
const SVG = "http://www.w3.org/2000/svg";
const { name: tab } = frame.dataset;
const state = { part: 0, word: -1, chosen: 0, place: -1 };
let results = [];

const figure = () => element.querySelector(".places");
const find = (selector) => element.querySelector(selector);
const signed = (number) => (Math.abs(number) < 0.0005 ? 0 : number).toFixed(3).replace("-", "−");
const sideOf = (row) => Math.round(Math.sqrt(row.length - 1));
const total = (row) => row.reduce((sum, value) => sum + value, 0);

function unpacked(text, kind) {
  return Array.from(new kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer));
}

function rowsOf(numbers, count) {
  const width = numbers.length / count;
  return Array.from({ length: count }, (_, i) => numbers.slice(i * width, (i + 1) * width));
}

function read() {
  results = figure() ? JSON.parse(figure().dataset.reading) : [];
  for (const result of results) {
    for (const part of result.parts) part.rows = rowsOf(unpacked(part.rows, Float32Array), 1 + part.words.length);
    if (!result.pairs) continue;
    result.reference = unpacked(result.reference, Float32Array);
    const numbers = unpacked(result.pairs.rows, Int16Array).map((number) => number * result.pairs.step);
    result.pairs = rowsOf(numbers, result.reference.length - 1);
  }
}

/* Draws places; the strongest is opaque, what takes away has a dashed edge. */
function draw(svg, row, chosen = -1) {
  const side = sideOf(row);
  const cell = SIDE / side;
  const strongest = Math.max(...row.slice(0, -1).map(Math.abs)) || 1;
  svg.replaceChildren(
    ...row.slice(0, -1).map((value, i) => {
      const square = document.createElementNS(SVG, "rect");
      const at = { x: (i % side) * cell, y: Math.floor(i / side) * cell, width: cell, height: cell };
      for (const [key, number] of Object.entries(at)) square.setAttribute(key, number.toFixed(3));
      square.setAttribute("class", (value < 0 ? "place-takes" : "place-adds") + (i === chosen ? " place-chosen" : ""));
      square.setAttribute("fill-opacity", ((0.85 * Math.abs(value)) / strongest).toFixed(3));
      square.setAttribute("stroke-opacity", (Math.abs(value) / strongest).toFixed(3));
      return square;
    })
  );
}

function cells(texts, kind = "td") {
  const tr = document.createElement("tr");
  for (const text of texts) tr.append(Object.assign(document.createElement(kind), { textContent: text }));
  return tr;
}

function half(row) {
  const adding = row.slice(0, -1).filter((value) => value > 0).sort((a, b) => b - a);
  const whole = total(adding);
  let sum = 0;
  return adding.findIndex((value) => (sum += value) >= whole / 2) + 1;
}

/* The pairs of places that add most, each place once; of a chosen place of the reference its matches. */
function bestPairs(pairs) {
  if (state.place >= 0) {
    const row = pairs[state.place].slice(0, -1);
    const order = row.map((_, i) => i).sort((a, b) => row[b] - row[a]);
    return order.slice(0, BEST).filter((to) => row[to] > 0).map((to) => ({ from: state.place, to, adds: row[to] }));
  }
  const every = pairs.flatMap((row, from) => row.slice(0, -1).map((adds, to) => ({ from, to, adds })));
  every.sort((a, b) => b.adds - a.adds);
  const best = [];
  for (const pair of every) {
    if (pair.adds <= 0 || best.length === BEST) break;
    if (!best.some(({ from, to }) => from === pair.from || to === pair.to)) best.push(pair);
  }
  return best;
}

function middle(svg, place, side, corner) {
  const box = svg.getBoundingClientRect();
  const along = (number, length) => ((number + 0.5) / side) * length;
  return [box.left - corner.left + along(place % side, box.width), box.top - corner.top + along(Math.floor(place / side), box.height)];
}

function lines(pairs, side) {
  const sheet = find(".places-lines");
  const corner = sheet.getBoundingClientRect();
  const [from, to] = [".places-reference svg", ".places-result svg"].map(find);
  const ends = pairs.map((pair) => [middle(from, pair.from, side, corner), middle(to, pair.to, side, corner)]);
  const middles = [from, to].map((svg) => svg.getBoundingClientRect());
  const x = (middles[0].right + middles[1].left) / 2 - corner.left; // numbers stand in the gap, one below the other
  const heights = numberHeights(ends, middles[0].height / side);
  const strokes = ends.map((both, i) => {
    const way = both.map(([left, top]) => `M${left} ${top}Q${left} ${heights[i]} ${x} ${heights[i]}`).join("");
    return `<path d="${way}" class="line-edge"/><path d="${way}"/>`;
  });
  const dots = ends.flat().map(([left, top]) => `<circle cx="${left}" cy="${top}" r="5" class="line-end"/>`);
  const numbers = heights.map((y, i) => `<circle cx="${x}" cy="${y}" r="11"/><text x="${x}" y="${y + 5}">${i + 1}</text>`);
  sheet.innerHTML = [...strokes, ...dots, ...numbers].join("");
}

/* How high the numbers of pairs stand: in the order of their places, none over another, and as far from the heights of
   all places as can be, so that no line runs along a row of them. */
function numberHeights(ends, cell) {
  const step = Math.max(NUMBER, cell);
  const tops = ends.map((both) => (both[0][1] + both[1][1]) / 2);
  const order = tops.map((_, i) => i).sort((a, b) => tops[a] - tops[b] || a - b);
  const start = tops.reduce((sum, top) => sum + top, 0) / tops.length - ((tops.length - 1) / 2) * step;
  const clear = (shift) => Math.min(...ends.flat().flatMap(([, top]) => order.map((_, at) => Math.abs(start + shift + at * step - top))));
  const shifts = Array.from({ length: Math.ceil(step) }, (_, i) => i - step / 2);
  const shift = shifts.reduce((best, other) => (clear(other) > clear(best) + 0.5 ? other : best), shifts[0]);
  return tops.map((_, i) => start + shift + order.indexOf(i) * step);
}

const where = (place, side) => `row ${Math.floor(place / side) + 1}, column ${(place % side) + 1}`;

/* Draws what belongs to the reference: its own map, and the pairs as lines and as a table. */
function showReference(result, isPicture) {
  if (!find(".places-reference")) return;
  const shown = isPicture && result.pairs;
  find(".places-reference svg").style.display = shown ? "" : "none";
  find(".places-lines").replaceChildren();
  const table = find(".places-pairs");
  table.hidden = !shown;
  if (!shown) return;
  const side = sideOf(result.reference);
  draw(find(".places-reference svg"), result.reference, state.place);
  const best = bestPairs(result.pairs);
  lines(best, side);
  const rows = best.map(({ from, to, adds }, i) => cells([i + 1, where(from, side), where(to, side), signed(adds)]));
  table.tBodies[0].replaceChildren(...rows);
}

function showWords(part) {
  const words = find(".places-words");
  words.hidden = !part.words.length;
  const sums = part.rows.slice(1).map(total);
  const strongest = Math.max(...sums.map(Math.abs)) || 1;
  words.replaceChildren(
    ...part.words.map((word, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `chip ${sums[i] < 0 ? "chip-takes" : "chip-adds"}`;
      button.dataset.word = i;
      button.style.setProperty("--strength", (Math.abs(sums[i]) / strongest).toFixed(3));
      button.setAttribute("aria-pressed", String(i === state.word));
      const name = Object.assign(document.createElement("bdi"), { className: "chip-word", textContent: word });
      const effect = Object.assign(document.createElement("span"), { className: "chip-effect tabular", textContent: signed(sums[i]) });
      button.append(name, effect);
      return button;
    })
  );
}

function nameOf(part, result) {
  if (state.word >= 0) return `“${part.words[state.word]}”`;
  if (state.place >= 0) return `The reference at ${where(state.place, sideOf(result.reference))}`;
  return part.label[0].toUpperCase() + part.label.slice(1);
}

function said(part, row, result) {
  const sum = total(row);
  const whole = state.word < 0 && state.place < 0 ? part.score : sum;
  const how = row.length === 1 ? "leaving each word out" : "hiding each place in turn";
  const estimated = part.estimated ? `, estimated by ${how}, so nothing adds up` : result.note;
  const holds = part.holds ? ` (${part.holds})` : "";
  if (row.length === 1) return `${nameOf(part, result)}: ${signed(whole)}, of words alone${estimated}${holds}.`;
  const rest = `${row.at(-1) < 0 ? "−" : "+"} ${signed(Math.abs(row.at(-1)))} from none of them`;
  const sums = part.estimated ? "" : ` = ${signed(sum - row.at(-1))} from places ${rest}`;
  return `${nameOf(part, result)}: ${signed(whole)}${sums}${estimated}${holds}. ${half(row)} of ${row.length - 1} places give half of what is added.`;
}

function show() {
  const result = results[state.chosen];
  if (!figure() || !result) return;
  if (!result.parts[state.part]) state.part = 0;
  const part = result.parts[state.part];
  if (state.word >= part.words.length) state.word = -1;
  if (!result.pairs || state.part > 0) state.place = -1;
  const row = state.place >= 0 ? result.pairs[state.place] : part.rows[1 + state.word];
  figure().dataset.kind = part.kind;
  [...element.querySelectorAll(".places-parts button")].forEach((button, i) => button.setAttribute("aria-pressed", String(i === state.part)));
  [...element.querySelectorAll(".places-strip button")].forEach((button, i) => button.setAttribute("aria-pressed", String(i === state.chosen)));
  const target = find(".places-result");
  const image = target.querySelector("img");
  const address = part.address ?? result.address;
  if (image.getAttribute("src") !== address) image.src = address; // the same again would load again
  target.querySelector("figcaption").textContent = result.caption;
  target.querySelector(".places-stage").style.cssText = result.padding;
  draw(target.querySelector("svg"), row);
  showWords(part);
  showReference(result, state.part === 0);
  find(".places-read").textContent = said(part, row, result);
  find(".places-worth").textContent = part.worth;
  const side = sideOf(row);
  const table = find(".places-table");
  table.caption.textContent = side ? `${nameOf(part, result)}: what each place adds` : "";
  table.tBodies[0].replaceChildren(...Array.from({ length: side }, (_, line) => cells(row.slice(line * side, (line + 1) * side).map(signed))));
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const stage = event.target.closest(".places-reference .places-stage");
  if (button?.dataset.part) Object.assign(state, { part: Number(button.dataset.part), word: -1, place: -1 });
  else if (button?.dataset.word) state.word = Number(button.dataset.word) === state.word ? -1 : Number(button.dataset.word);
  else if (button?.dataset.result) state.chosen = Number(button.dataset.result);
  else if (stage) choose(placeAt(stage, event));
  else return;
  const { word } = button?.dataset ?? {};
  show();
  if (word) find(`.places-words [data-word="${word}"]`)?.focus();
});

function placeAt(stage, event) {
  const box = stage.querySelector("svg").getBoundingClientRect();
  const side = sideOf(results[state.chosen].reference);
  const along = (at, start, length) => Math.min(side - 1, Math.max(0, Math.floor(((at - start) / length) * side)));
  return along(event.clientY, box.top, box.height) * side + along(event.clientX, box.left, box.width);
}

function choose(place) {
  Object.assign(state, { part: 0, word: -1, place: place === state.place ? -1 : place });
}

element.addEventListener("keydown", (event) => {
  if (!event.target.matches(".places-reference .places-stage") || !results[state.chosen]?.pairs) return;
  const side = sideOf(results[state.chosen].reference);
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side }[event.key];
  if (event.key === "Escape") choose(-1);
  else if (step) choose(state.place < 0 ? 0 : (state.place + step + side * side) % (side * side));
  else return;
  event.preventDefault();
  show();
});

/* A result of the answer that is pointed at, or has the focus, is shown here. */
const tiles = document.getElementById(`${tab}-gallery`);
for (const kind of ["pointerover", "focusin"]) {
  tiles?.addEventListener(kind, (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || !figure() || !element.offsetWidth) return;
    const at = results.findIndex((result) => result.index === Number(tile.dataset.index));
    if (at < 0 || at === state.chosen) return;
    state.chosen = at;
    show();
  });
}

/* Lines end where the pictures lie now. */
function laid() {
  const result = results[state.chosen];
  if (figure() && result) showReference(result, state.part === 0);
}

element.addEventListener("load", laid, true);
new ResizeObserver(laid).observe(element);

function renewed() {
  Object.assign(state, { chosen: 0, word: -1, place: -1 });
  read();
  show();
}

const beyondOf = (padding) => padding.match(/-?[\d.]+(?=%)/g).map((percent) => Number(percent) / 100);

/* What is shown as a figure: the chosen result, its reference where that has a map, and the words. */
givesFigure(() => {
  const result = results[state.chosen];
  const kindOf = result?.parts[state.part];
  if (!figure() || !kindOf) return null;
  const row = state.place >= 0 ? result.pairs[state.place] : kindOf.rows[1 + state.word];
  const panelOf = (stage, places, title) => ({
    title, picture: { image: stage.querySelector("img") }, side: sideOf(places), values: places.slice(0, -1), rest: places.at(-1),
    beyond: beyondOf(stage.querySelector(".places-stage").style.cssText),
  });
  const paired = find(".places-reference") && result.pairs && state.part === 0;
  const panels = [panelOf(find(".places-result"), row, result.caption)];
  if (paired) panels.unshift(panelOf(find(".places-reference"), result.reference, "Reference"));
  return {
    kind: "places",
    evidence: {
      sentence: figure().querySelector(".atlas-said").textContent, kind: kindOf.kind, label: kindOf.label, score: kindOf.score,
      estimated: Boolean(kindOf.estimated), panels, pairs: paired ? bestPairs(result.pairs).map(({ from, to, adds }) => [from, to, adds]) : [],
      words: kindOf.words.map((word, at) => ({ word, adds: total(kindOf.rows[1 + at]) })), note: kindOf.worth,
    },
  };
});
watch("value", renewed);
renewed();
