// Sliders for weights that sum to 1: moving one rescales the others, here in the browser.
const rows = [...element.querySelectorAll(".weight-row")];
const sliders = rows.map((row) => row.querySelector("input[type=range]"));
const fields = rows.map((row) => row.querySelector(".typed"));
const segments = [...element.querySelectorAll(".weight-mix > span")];
const message = element.querySelector(".weight-message");
const back = element.querySelector(".weight-back");
const whole = element.querySelector(".weights");
const MOST = 100; // of a typed weight, before all are rescaled
const least = whole.hasAttribute("data-negative") ? -MOST : 0;
const NOTHING = 1e-9;
const PENDING = "Not in use yet: press Enter, or leave the weights.";

let weights = [];
let shown = []; // what the fields say
let drawn = []; // of which weights
let reasons = []; // per row: why it stands at 0 and cannot be moved, or null
let shares = null; // how the others stood to each other before one of them took all
let start = null; // where the question began
let reached = null; // the start, as far as the sliders that can be moved reach it
let asked = false; // a frame that will tell Python
let keeping = 0; // a timer that will keep the weights for the next question
let pending = false; // numbers were typed that are not in use yet

const open = (i) => !reasons[i];

function stretch(i) {
  // A weight outside 0 to 1 can be typed; its slider then reaches as far. Not under the hand that moves it.
  if (document.activeElement === sliders[i]) return;
  const [low, high] = [Math.min(0, Math.floor(weights[i])), Math.max(1, Math.ceil(weights[i]))].map(String);
  if (sliders[i].min !== low) sliders[i].min = low; // an equal one, too, would be styled and laid out anew
  if (sliders[i].max !== high) sliders[i].max = high;
}

/* Whether a slider can be moved, and why not: that changes with the question, not with a move. */
function free(row, i) {
  sliders[i].disabled = fields[i].disabled = !open(i);
  row.classList.toggle("is-off", !open(i));
  say(row.querySelector(".weight-reason"), reasons[i] || "");
}

/* The start of those that can be moved, for it sums to 1 as they do. */
function leadBack() {
  const kept = (start || []).map((weight, i) => (open(i) ? weight : 0));
  const sum = kept.reduce((total, weight) => total + weight, 0);
  reached = Math.abs(sum) > 1e-6 ? kept.map((weight) => decimal(weight / sum)) : null;
  if (reached) back.textContent = `Back to start: ${toldTogether(reached).map((weight) => weight.replace("0.", ".")).join(" ")}`;
}

const isAtStart = () => !reached || weights.every((weight, i) => Math.abs(weight - reached[i]) < NOTHING);

function show(from = "here") {
  if (from !== "here") leadBack();
  const stands = isAtStart();
  if (back.hidden !== stands) back.hidden = stands;
  shown = toldTogether(weights);
  drawn = [...weights];
  rows.forEach((row, i) => {
    stretch(i);
    const [low, high] = [Number(sliders[i].min), Number(sliders[i].max)];
    const place = (weight) => `${(100 * (Math.min(high, Math.max(low, weight)) - low)) / (high - low)}%`;
    sliders[i].value = weights[i];
    const start = place(Math.min(0, weights[i]));
    if (sliders[i].style.getPropertyValue("--from") !== start) sliders[i].style.setProperty("--from", start);
    sliders[i].style.setProperty("--fill", place(Math.max(0, weights[i])));
    sliders[i].setAttribute("aria-valuetext", shown[i]);
    fields[i].value = shown[i];
    if (from !== "here") free(row, i);
  });
  whole.dataset.now = JSON.stringify(weights);
  whole.dataset.others = JSON.stringify(shares);
  whole.dispatchEvent(new CustomEvent("weights-shown", { bubbles: true, detail: from }));
  const all = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  segments.forEach((segment, i) => {
    segment.style.width = `${(100 * Math.abs(weights[i])) / all}%`;
    segment.classList.toggle("is-negative", weights[i] < 0);
  });
}

// What gradio sends with the next question. It draws the widget anew for it, so not in the midst of a move, but in
// time for whatever somebody does next.
function keep() {
  clearTimeout(keeping);
  keeping = 0;
  props.value = { weights: [...weights], reasons: [...reasons], start };
}
for (const next of ["pointerdown", "keydown", "focusin"]) {
  document.addEventListener(next, () => keeping && keep(), true);
}

function hand() {
  if (asked) return; // once a frame is often enough
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    // Whoever has the evidence here answers by itself; else Python does.
    const unanswered = whole.dispatchEvent(new CustomEvent("weights-moved", { bubbles: true, cancelable: true }));
    if (!unanswered) {
      clearTimeout(keeping); // when the hand rests
      keeping = setTimeout(keep, 150);
      return;
    }
    keep();
    trigger("input");
  });
}

function moveTo(moved, value) {
  const others = rows.map((_, i) => i).filter((i) => i !== moved && open(i));
  if (others.length === 0) value = 1;
  const now = others.map((i) => weights[i]);
  const sum = now.reduce((total, weight) => total + weight, 0);
  if (Math.abs(sum) > NOTHING) shares = { moved, of: now.map((weight) => weight / sum) };
  const known = shares && shares.moved === moved && shares.of.length === others.length;
  weights[moved] = value;
  others.forEach((i, place) => {
    weights[i] = decimal((1 - value) * (known ? shares.of[place] : 1 / others.length));
  });
}

function typed() {
  pending = false;
  const words = [];
  const numbers = weights.map((weight, i) => {
    if (!open(i)) return 0;
    if (fields[i].value === shown[i]) return drawn[i]; // untouched, with all its decimals
    const read = typedNumber(fields[i].value, { low: least, high: MOST, kept: weight });
    if (read.word) words.push(read.word);
    return read.value;
  });
  const sum = numbers.reduce((total, number) => total + number, 0);
  const largest = Math.max(...numbers.map(Math.abs));
  let next = numbers.map((number) => decimal(number / sum));
  if (largest === 0) words.push("Choose at least one weight; the last ones are kept.");
  else if (Math.abs(sum) < 1e-6 * largest) words.push("These weights cancel each other: their sum is 0. The last ones are kept.");
  else if (next.some((weight) => Math.abs(weight) > MOST)) words.push("These weights nearly cancel each other. The last ones are kept.");
  else if (sum < 0) words.push("Rescaled so that they sum to 1: their sum was below 0, so every sign turned.");
  else if (Math.abs(sum - 1) > 0.005) words.push("Rescaled so that they sum to 1.");
  if (words.some((word) => word.endsWith("ones are kept."))) next = weights;
  const same = next.every((weight, i) => Math.abs(weight - weights[i]) < NOTHING);
  say(message, words.join(" "));
  weights = next;
  if (!same) {
    shares = null;
    hand();
  }
  show();
}

sliders.forEach((slider, i) => {
  slider.addEventListener("input", () => {
    say(message, "");
    pending = false;
    moveTo(i, Number(slider.value));
    show();
    hand();
  });
});
fields.forEach((field) => {
  field.addEventListener("input", () => {
    pending = true;
    say(message, PENDING);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      typed();
    }
  });
});
// All can be typed one after the other: they are rescaled on Enter, or when the widget is left.
element.addEventListener("focusout", (event) => {
  if (pending && !element.contains(event.relatedTarget)) typed();
});

// Whoever draws the mixes sets them here, as a hand would.
whole.addEventListener("weights-set", (event) => {
  say(message, "");
  pending = false;
  shares = null;
  weights = rows.map((_, i) => (open(i) ? decimal(event.detail[i]) : 0));
  show();
  hand();
});

back.addEventListener("click", () => {
  whole.dispatchEvent(new CustomEvent("weights-set", { detail: reached }));
  sliders.find((slider) => !slider.disabled)?.focus({ preventScroll: true }); // the button is gone
});

function receive() {
  const value = props.value || {};
  const count = rows.length;
  weights = Array.isArray(value.weights) ? [...value.weights] : Array(count).fill(1 / count);
  reasons = Array.isArray(value.reasons) ? [...value.reasons] : Array(count).fill(null);
  start = value.start || start || (Array.isArray(value.weights) ? weights.slice() : null);
  if (pending) return; // somebody is typing; what they have typed so far stays
  say(message, "");
  show("Python");
}
watch("value", receive);
receive();
