// The atlas of first answers: a dot stands where the sliders stand, and a press, a drag or an arrow key moves both.
const SIDE = 360, LEFT = 40, TOP = 44, HEIGHT = (SIDE * Math.sqrt(3)) / 2, BAND = 120;
const STEP = 0.02;
const name = element.querySelector(".atlas-frame").dataset.name;
const sliders = () => document.querySelector(`#${name}-weights .weights`);
const figure = () => element.querySelector(".atlas");
const inLine = () => figure().dataset.kinds === "2";
const standing = () => JSON.parse(sliders()?.dataset.now || "null");

let stale = true; // the question is another one than the atlas is about
let dragging = false;
let seen = false; // as last observed: to ask the element has the page laid out

/* Asks for an atlas when one is seen and not yet drawn: before, nothing is computed. */
function want() {
  if (!stale || !element.offsetWidth) return;
  stale = false;
  trigger("wanted");
}

const placeOf = (weights) =>
  inLine()
    ? [LEFT + SIDE * weights[0], TOP + BAND / 2]
    : [LEFT + SIDE * (weights[1] + weights[2] / 2), TOP + HEIGHT * (1 - weights[2])];

/* The mix nearest to a place of the drawing. */
function mixAt(x, y) {
  if (inLine()) {
    const first = Math.min(1, Math.max(0, (x - LEFT) / SIDE));
    return [first, 1 - first, 0];
  }
  const third = 1 - (y - TOP) / HEIGHT;
  const second = (x - LEFT) / SIDE - third / 2;
  const raw = [1 - second - third, second, third].map((weight) => Math.max(0, weight));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return raw.map((weight) => weight / sum);
}

function under(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(figure().querySelector("svg").getScreenCTM().inverse());
  return mixAt(at.x, at.y);
}

function setSliders(weights) {
  sliders()?.dispatchEvent(new CustomEvent("weights-set", { detail: weights }));
}

/* The cell in which a place lies. */
function cellAt([x, y]) {
  return [...element.querySelectorAll(".atlas-cell")].find((cell) => {
    const points = cell.firstElementChild.points;
    const sides = Array.from(points, (from, i) => {
      const to = points[(i + 1) % points.length];
      return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    });
    return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
  });
}

/* What the layer says at a mix: the number of the nearest point of its grid. */
function layerAt(weights) {
  const { steps: text, texts } = figure().dataset;
  if (!texts) return "";
  const steps = Number(text);
  const i = Math.min(steps, Math.max(0, Math.round(weights[0] * steps)));
  const j = Math.min(steps - i, Math.max(0, Math.round(weights[1] * steps)));
  const at = inLine() ? i : i * (steps + 1) - (i * (i - 1)) / 2 + j; // before it stand points with a smaller first weight
  return `; ${JSON.parse(texts)[at]}`;
}

function showHere() {
  const weights = standing();
  if (!figure() || !weights) return;
  const inside = Math.min(...weights) >= 0;
  const [dot, read] = [element.querySelector(".atlas-here"), element.querySelector(".atlas-read")];
  dot.style.display = inside ? "" : "none";
  const place = placeOf(weights);
  dot.setAttribute("transform", `translate(${place.join(" ")})`);
  const here = inside ? cellAt(place) : null;
  for (const cell of element.querySelectorAll(".atlas-cell")) cell.classList.toggle("is-here", cell === here);
  if (here) element.querySelector(".atlas-edge").before(here); // its outline lies over its neighbours'
  const mix = toldTogether(weights.slice(0, inLine() ? 2 : 3)).join(", ");
  read.textContent = inside
    ? `You are at ${mix}${here ? `: ${here.dataset.words}` : ""}${layerAt(weights)}`
    : `You are at ${mix}, outside: a weight is below 0`;
}

element.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest(".atlas svg");
  if (!svg || event.button) return;
  dragging = true;
  svg.setPointerCapture(event.pointerId);
  setSliders(under(event));
});
element.addEventListener("pointermove", (event) => {
  if (dragging) setSliders(under(event));
});
for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(end, () => (dragging = false));
element.addEventListener("click", (event) => {
  const go = event.target.closest(".atlas-go");
  if (!go) return;
  const weights = JSON.parse(go.dataset.to);
  setSliders([...weights, 0].slice(0, 3));
});
element.addEventListener("keydown", (event) => {
  if (!event.target.matches(".atlas-field") || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const weights = standing();
  if (!way || !weights) return;
  event.preventDefault();
  const [x, y] = placeOf(weights.map((weight) => Math.max(0, weight)));
  setSliders(mixAt(x + way[0] * SIDE * STEP, y + way[1] * HEIGHT * STEP));
});

/* The mix at a place of the drawing, of as many kinds of evidence as it has. */
function weightsAt({ x, y }) {
  if (inLine()) return [(x - LEFT) / SIDE, 1 - (x - LEFT) / SIDE];
  const third = 1 - (y - TOP) / HEIGHT;
  const second = (x - LEFT) / SIDE - third / 2;
  return [1 - second - third, second, third];
}

/* Twice the area of a polygon. */
function areaOf(points) {
  return Math.abs(points.reduce((sum, from, i) => sum + from.x * points[(i + 1) % points.length].y - points[(i + 1) % points.length].x * from.y, 0));
}

/* The atlas as a figure, or the number that lies on it at every mix. */
givesFigure(() => {
  const drawn = figure();
  if (!drawn) return null;
  const now = standing() || [0, 0, 0];
  const names = [...drawn.querySelectorAll(".simplex-corner")].map((corner) => corner.nextElementSibling.textContent.replace(/ alone$/, ""));
  const kinds = [...drawn.querySelectorAll(".simplex-corner")].map((corner) => /evidence-(\w+)/.exec(corner.getAttribute("class"))[1]);
  const parts = kinds.map((kind, at) => ({ kind, label: names[at], weight: now[at] ?? 0 }));
  const said = drawn.querySelector(".atlas-said").textContent;
  const { texts, steps } = drawn.dataset;
  if (texts && !inLine()) {
    const values = JSON.parse(texts);
    const ranks = /rank/.test(values[0]);
    const value = (text) => Number(/[\d.]+(?=%?$)/.exec(text)[0]) + (text.startsWith("beyond") ? 1 : 0);
    const title = ranks ? "Rank" : values[0].split(" ")[0];
    const map = { title, values: values.map(value), steps: Number(steps), ranks, unit: ranks ? "" : "%" };
    return { kind: "simplex", evidence: { sentence: drawn.querySelector(".atlas-layer-said").textContent, parts, maps: [map] } };
  }
  const rows = [...drawn.querySelectorAll(".atlas-table tbody tr")]; // in the order in which the cells came
  const cells = [...drawn.querySelectorAll(".atlas-cell")].map((cell) => {
    const row = rows[Number(cell.dataset.cell)];
    const points = Array.from(cell.firstElementChild.points);
    const shown = (inLine() ? [points[0], points[1]] : points).map(weightsAt);
    return { title: row.querySelector("bdi").textContent, area: areaOf(points), corners: shown, picture: { image: row.querySelector("img")?.getAttribute("src") || "" } };
  });
  const whole = cells.reduce((sum, cell) => sum + cell.area, 0) || 1;
  const told = cells.map(({ area, ...cell }) => ({ ...cell, share: area / whole }));
  return { kind: "atlas", evidence: { sentence: said, parts, cells: told } };
});

document.addEventListener("weights-shown", (event) => {
  if (seen && event.target === sliders()) showHere();
});
document.addEventListener("question-shown", (event) => {
  if (event.detail !== name) return;
  stale = true;
  want();
});
new ResizeObserver(() => {
  seen = element.offsetWidth > 0;
  if (seen) showHere();
  want();
}).observe(element);
watch("value", showHere);
want();
