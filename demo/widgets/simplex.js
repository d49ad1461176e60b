// The recall map: the point nearest to the pointer is read out; a click tells Python its weights.
const SIDE = 360, LEFT = 40, TOP = 44, HEIGHT = (SIDE * Math.sqrt(3)) / 2;

function nearest(figure, event) {
  const svg = figure.querySelector("svg");
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const steps = Number(figure.dataset.steps);
  const f = 1 - (at.y - TOP) / HEIGHT;
  const t = (at.x - LEFT) / SIDE - f / 2;
  const q = 1 - f - t;
  if (Math.min(q, t, f) < -0.06) return null;
  const i = Math.min(steps, Math.max(0, Math.round(q * steps)));
  const j = Math.min(steps - i, Math.max(0, Math.round(t * steps)));
  const before = i * (steps + 1) - (i * (i - 1)) / 2; // points with a smaller w0
  const weights = [i / steps, j / steps, (steps - i - j) / steps];
  return { weights, share: Number(figure.dataset.values.split(",")[before + j]) / 10 };
}

element.addEventListener("pointermove", (event) => {
  const figure = event.target.closest(".simplex");
  if (!figure) return;
  const point = event.target.closest("svg") && nearest(figure, event);
  const ring = figure.querySelector(".simplex-point");
  ring.style.display = point ? "block" : "none";
  const said = figure.querySelector(".simplex-read");
  if (!point) return void (said.textContent = "");
  const [q, t, f] = point.weights;
  ring.setAttribute("cx", LEFT + SIDE * (t + f / 2));
  ring.setAttribute("cy", TOP + HEIGHT * (1 - f));
  said.textContent = `q ${q.toFixed(2)}, t ${t.toFixed(2)}, f ${f.toFixed(2)}: ${point.share.toFixed(1)} %`;
});
element.addEventListener("click", (event) => {
  const figure = event.target.closest("svg") && event.target.closest(".simplex");
  const point = figure && nearest(figure, event);
  if (point) trigger("choose", { weights: point.weights });
});
