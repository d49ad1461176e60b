// The recall map: pointer or arrow keys point at weights, which are read out; a click or Enter hands them over.
// A mark stands where the sliders stand, wherever they go.
const SIDE = 360, LEFT = 40, TOP = 44, HEIGHT = (SIDE * Math.sqrt(3)) / 2;
const MARGIN = -0.1; // learned and typed weights may be a little negative: so far outside they are drawn
const maps = element.querySelector(".simplex-maps");
const sliders = () => document.querySelector(`#${maps.dataset.follows} .weights`);
const figures = () => [...element.querySelectorAll(".simplex")];

function put(mark, [, t, f]) {
  mark.setAttribute("transform", `translate(${LEFT + SIDE * (t + f / 2)} ${TOP + HEIGHT * (1 - f)})`);
}

function pointAt(figure, i, j) {
  const steps = Number(figure.dataset.steps);
  const before = i * (steps + 1) - (i * (i - 1)) / 2; // points with a smaller w0
  const share = Number(figure.dataset.values.split(",")[before + j]) / 10;
  return { i, j, weights: [i / steps, j / steps, (steps - i - j) / steps], share };
}

function nearest(figure, [q, t]) {
  const steps = Number(figure.dataset.steps);
  const i = Math.min(steps, Math.max(0, Math.round(q * steps)));
  return pointAt(figure, i, Math.min(steps - i, Math.max(0, Math.round(t * steps))));
}

function under(figure, event) {
  const svg = figure.querySelector("svg");
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const f = 1 - (at.y - TOP) / HEIGHT;
  const t = (at.x - LEFT) / SIDE - f / 2;
  return Math.min(1 - f - t, t, f) < -0.06 ? null : nearest(figure, [1 - f - t, t]);
}

function pointOut(figure, point) {
  figure.point = point;
  const ring = figure.querySelector(".simplex-point");
  ring.style.display = point ? "block" : "none";
  const read = figure.querySelector(".simplex-read");
  if (!point) return void (read.textContent = "");
  put(ring, point.weights);
  const mix = figure.dataset.names.split("|").map((name, part) => `${name} ${toldTogether(point.weights)[part]}`);
  read.textContent = `${mix.join(", ")}: ${point.share.toFixed(1)} %`;
}

function showHere() {
  const now = sliders() && sliders().dataset.now;
  if (!now) return;
  const weights = JSON.parse(now);
  for (const figure of figures()) {
    const mark = figure.querySelector(".simplex-here");
    const inside = Math.min(...weights) >= MARGIN;
    mark.style.display = inside ? "block" : "none";
    if (inside) put(mark, weights);
    const where = Math.min(...weights) < -0.005 ? ", outside the triangle" : "";
    figure.querySelector(".simplex-now").textContent = toldTogether(weights).join(", ") + where;
  }
}

function stepped(figure, key) {
  const steps = Number(figure.dataset.steps);
  const here = JSON.parse(sliders()?.dataset.now || "[0.33, 0.33, 0.34]");
  let { i, j } = figure.point || nearest(figure, here);
  const f = steps - i - j;
  if (key === "ArrowRight" && i > 0) [i, j] = [i - 1, j + 1];
  else if (key === "ArrowLeft" && j > 0) [i, j] = [i + 1, j - 1];
  else if (key === "ArrowUp" && f < steps) [i, j] = i >= j ? [i - 1, j] : [i, j - 1];
  else if (key === "ArrowDown" && f > 0) [i, j] = i <= j ? [i + 1, j] : [i, j + 1];
  else if (key === "Home") return nearest(figure, here);
  else if (key === "End") {
    const shares = figure.dataset.values.split(",").map(Number);
    let rest = shares.indexOf(Math.max(...shares));
    for (i = 0; rest > steps - i; i += 1) rest -= steps - i + 1;
    j = rest;
  }
  return pointAt(figure, i, j);
}

element.addEventListener("pointermove", (event) => {
  const figure = event.target.closest(".simplex");
  if (figure) pointOut(figure, event.target.closest("svg") && under(figure, event));
});
element.addEventListener("click", (event) => {
  const figure = event.target.closest("svg") && event.target.closest(".simplex");
  const point = figure && under(figure, event);
  if (point) trigger("choose", { weights: point.weights });
});
element.addEventListener("keydown", (event) => {
  const field = event.target.closest(".simplex-field");
  if (!field) return;
  const figure = field.closest(".simplex");
  if (event.key === "Enter" || event.key === " ") {
    if (figure.point) trigger("choose", { weights: figure.point.weights });
  } else if (/^(Arrow.*|Home|End)$/.test(event.key)) pointOut(figure, stepped(figure, event.key));
  else return;
  event.preventDefault();
});
element.addEventListener("focusin", (event) => {
  const figure = event.target.closest(".simplex");
  if (figure && !figure.point && event.target.matches(":focus-visible")) pointOut(figure, stepped(figure, "Home"));
});
element.addEventListener("focusout", (event) => {
  const figure = event.target.closest(".simplex");
  if (figure) pointOut(figure, null);
});
document.addEventListener("weights-shown", (event) => {
  if (event.target === sliders()) showHere();
});
watch("value", showHere);
showHere();
