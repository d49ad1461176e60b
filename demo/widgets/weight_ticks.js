// Ticks under the sliders of weights.js: where each changes the first answer, along its own path. A click goes just past.
const tickRows = rows.map((row) => row.querySelector(".weight-ticks"));
const JUST_PAST = 0.0005;
let flipLists = [];

/* Where a click on a tick takes its slider: to the side on which another one comes first than now. */
function pastTick(i, { weight, end, from }) {
  const up = weights[i] < weight;
  return { up, to: up ? weight + Math.min(JUST_PAST, (end - weight) / 2) : weight - Math.min(JUST_PAST, (weight - from) / 2) };
}

function drawTick(tick, i, flip) {
  const { up } = pastTick(i, flip);
  const [taker, before] = up ? [flip.above, flip.below] : [flip.below, flip.above];
  const sentence = `${up ? "Above" : "Below"} ${told(flip.weight)}, ${taker} comes first instead of ${before}`;
  tick.style.left = `${100 * flip.weight}%`;
  if (tick.getAttribute("aria-label") === sentence) return;
  tick.setAttribute("aria-label", sentence);
  const [picture, words] = tick.firstChild.children;
  const address = flip.pictures[up ? 1 : 0];
  picture.hidden = !address;
  if (address && picture.getAttribute("src") !== address) picture.src = address;
  words.textContent = `${up ? "Above" : "Below"} ${told(flip.weight)}: ${taker}`;
}

function newTick(i) {
  const tick = document.createElement("button");
  tick.type = "button";
  tick.className = "tick";
  tick.innerHTML = '<span><img alt="" loading="lazy"><bdi></bdi></span>';
  tick.addEventListener("click", () => {
    const flip = flipLists[i][[...tickRows[i].children].indexOf(tick)];
    if (!flip) return;
    say(message, "");
    pending = false;
    moveTo(i, pastTick(i, flip).to);
    show();
    hand();
  });
  return tick;
}

const ticks = () => [...element.querySelectorAll(".weight-ticks .tick")];

/* All ticks are one stop of the Tab key. */
function settleTicks(at = null) {
  const all = ticks();
  const chosen = at || all.find((tick) => tick.tabIndex === 0) || all[0];
  for (const tick of all) tick.tabIndex = tick === chosen ? 0 : -1;
}

function drawTicks() {
  tickRows.forEach((place, i) => {
    const list = open(i) ? flipLists[i] || [] : [];
    while (place.children.length > list.length) place.lastChild.remove();
    while (place.children.length < list.length) place.append(newTick(i));
    list.forEach((flip, at) => drawTick(place.children[at], i, flip));
    place.hidden = !list.length;
  });
  settleTicks();
}

whole.addEventListener("flips-known", (event) => {
  flipLists = event.detail;
  drawTicks();
});
element.addEventListener("keydown", (event) => {
  const tick = event.target.closest?.(".weight-ticks .tick");
  if (!tick || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = ticks();
  const at = all.indexOf(tick);
  const row = (step) => {
    const filled = tickRows.filter((place) => place.children.length);
    return all.indexOf(filled[filled.indexOf(tick.parentElement) + step]?.firstChild);
  };
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: row(1), ArrowUp: row(-1) }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  if (!all[next]) return;
  settleTicks(all[next]);
  all[next].focus();
});
