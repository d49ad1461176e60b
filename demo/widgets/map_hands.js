// The hands on the map: mouse, fingers and keys.
const fingers = new Map(); // of each finger, or of the mouse, where it is
let pressed = null; // where a press began, until it becomes a drag
const placeIn = (event) => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
const middleOf = (places) => [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length);
const spanOf = (places) => (places.length < 2 ? 0 : Math.hypot(places[0][0] - places[1][0], places[0][1] - places[1][1]));

function zoomed(factor, left = sight.wide / 2, top = sight.tall / 2) {
  sight.zoomAt(factor, left, top);
  mapFrame.classList.toggle("is-zoomed", sight.zoom > 1); // a finger then moves the map, not the page
  soon();
}

field.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  field.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, placeIn(event));
  pressed = fingers.size === 1 ? placeIn(event) : null;
});
field.addEventListener("pointermove", (event) => {
  if (!chart) return;
  const at = placeIn(event);
  if (!fingers.has(event.pointerId)) return choose(pictureAt(...at));
  if (pressed && Math.hypot(at[0] - pressed[0], at[1] - pressed[1]) < PRESS) return;
  pressed = null;
  const before = [...fingers.values()];
  fingers.set(event.pointerId, at);
  const after = [...fingers.values()];
  const [from, to] = [middleOf(before), middleOf(after)];
  sight.move(to[0] - from[0], to[1] - from[1]);
  if (before.length > 1 && spanOf(before) > 0) zoomed(spanOf(after) / spanOf(before), ...to);
  soon();
});
field.addEventListener("pointerup", (event) => {
  if (pressed && chart) {
    const index = pictureAt(...pressed);
    choose(index);
    look(index);
  }
  pressed = null;
});
for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) field.addEventListener(end, (event) => fingers.delete(event.pointerId));
field.addEventListener("pointerleave", () => {
  if (!fingers.size && !field.matches(":focus-visible")) choose(-1);
});
field.addEventListener(
  "wheel",
  (event) => {
    // Without the focus the wheel is the page's, or nobody could scroll past the map.
    if (!chart || !(event.ctrlKey || document.activeElement === field)) return;
    event.preventDefault();
    zoomed(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0022)), ...placeIn(event));
  },
  { passive: false },
);

/* The picture that is next in a direction: the nearest within a quarter of a turn. */
function nextTo(index, [right, up]) {
  const { places } = chart;
  const [x, y] = index < 0 ? [sight.x, sight.y] : [places[2 * index], places[2 * index + 1]];
  let [best, least] = [index, Infinity];
  for (let i = 0; i < places.length / 2; i += 1) {
    const [dx, dy] = [places[2 * i] - x, places[2 * i + 1] - y];
    const along = dx * right + dy * up;
    const aside = Math.abs(dx * up - dy * right);
    const away = along + 2 * aside;
    if (along > 1e-6 && aside <= along && away < least) [best, least] = [i, away];
  }
  return best;
}

function keepInSight(index) {
  const [x, y] = placeOn(index);
  const edge = LARGE_PICTURE;
  const over = (at, most) => Math.min(0, at - edge) + Math.max(0, at - most + edge);
  sight.move(-over(x, sight.wide), -over(y, sight.tall));
}

field.addEventListener("keydown", (event) => {
  if (!chart || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (way && event.shiftKey) sight.move(-way[0] * sight.wide * 0.15, way[1] * sight.tall * 0.15);
  else if (way) {
    const next = chosen < 0 && lying ? lying.first[0] : nextTo(chosen, way);
    choose(next);
    if (next >= 0) keepInSight(next);
  } else if (event.key === "+" || event.key === "=") zoomed(1.4, ...focusPlace());
  else if (event.key === "-" || event.key === "−") zoomed(1 / 1.4, ...focusPlace());
  else if (event.key === "0") whole();
  else if (event.key === "Enter") look(chosen);
  else return;
  event.preventDefault();
  soon();
});

const focusPlace = () => (chosen >= 0 ? placeOn(chosen) : [sight.wide / 2, sight.tall / 2]);

function whole() {
  sight.show(0, 0, 1);
  zoomed(1);
}

mapFrame.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !chart) return;
  if (button.dataset.look) look(Number(button.dataset.look));
  else if (button.dataset.chart) showChart(charts[button.dataset.chart]);
  else if (button.dataset.zoom === "whole") whole();
  else if (button.dataset.zoom) zoomed(button.dataset.zoom === "in" ? 1.5 : 1 / 1.5, ...(chosen < 0 && lying ? sight.toPage(...lying.here) : focusPlace()));
});
part(".map-list").addEventListener("toggle", listed);
document.addEventListener("answer-drawn", (event) => {
  if (event.detail === name) follow();
});
document.addEventListener("question-shown", (event) => {
  if (event.detail === name) follow();
});
document.addEventListener("catalogue-shown", () => chart && showChart(chart));
new MutationObserver(soon).observe(document.body, { attributes: true, attributeFilter: ["class"] });
new ResizeObserver(() => {
  seen = element.offsetWidth > 0;
  if (!seen) return;
  if (!asked) trigger("wanted");
  asked = true;
  follow();
}).observe(element);
watch("value", received);
received();
