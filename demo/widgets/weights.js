// Sliders for weights that sum to 1: moving one rescales the others, here in the browser.
const rows = [...element.querySelectorAll(".weight-row")];
const sliders = rows.map((row) => row.querySelector("input[type=range]"));
const fields = rows.map((row) => row.querySelector("input[type=number]"));
const segments = [...element.querySelectorAll(".weight-mix > span")];
const message = element.querySelector(".weight-message");
const lowest = Number(element.querySelector(".weights").dataset.lowest); // 0, or less where typed
const NOTHING = 1e-9;

let weights = [];
let reasons = []; // per row: why it stands at 0 and cannot be moved, or null
let shares = null; // how the others stood to each other before one of them took all
let asked = false; // a frame that will tell Python
let pending = false; // numbers were typed that are not in use yet

const open = (i) => !reasons[i];

function show(except = null) {
  rows.forEach((row, i) => {
    const value = Math.min(1, Math.max(0, weights[i]));
    sliders[i].value = value;
    sliders[i].style.setProperty("--fill", `${100 * value}%`);
    sliders[i].setAttribute("aria-valuetext", weights[i].toFixed(2));
    sliders[i].disabled = fields[i].disabled = !open(i);
    if (fields[i] !== except) fields[i].value = weights[i].toFixed(2);
    row.classList.toggle("is-off", !open(i));
    const reason = row.querySelector(".weight-reason");
    reason.textContent = reasons[i] || "";
    reason.hidden = open(i);
  });
  const all = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  segments.forEach((segment, i) => {
    segment.style.width = `${(100 * Math.abs(weights[i])) / all}%`;
    segment.classList.toggle("is-negative", weights[i] < 0);
  });
}

function say(sentence) {
  message.textContent = sentence;
  message.hidden = !sentence;
}

function hand() {
  if (asked) return; // once a frame is often enough
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    props.value = { weights: [...weights], reasons: [...reasons] };
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
    weights[i] = (1 - value) * (known ? shares.of[place] : 1 / others.length);
  });
}

function typed() {
  pending = false;
  const numbers = fields.map((field, i) => (open(i) ? Number(field.value) : 0));
  const blank = fields.some((field, i) => open(i) && field.value.trim() === "");
  const sum = numbers.reduce((total, number) => total + number, 0);
  const largest = Math.max(...numbers.map(Math.abs));
  if (blank || !numbers.every(Number.isFinite)) return say("Give a number for every weight.");
  if (numbers.some((number) => number < lowest)) return say("These weights cannot be negative.");
  if (largest === 0) return say("Choose at least one weight.");
  if (Math.abs(sum) < 1e-6 * largest) return say("These weights cancel each other: their sum is 0.");
  const next = numbers.map((number) => number / sum);
  const same = next.every((weight, i) => Math.abs(weight - weights[i]) < 0.005);
  say(Math.abs(sum - 1) > 0.005 && !same ? "Rescaled so that they sum to 1." : "");
  if (!same) {
    weights = next;
    shares = null;
    hand();
  }
  return show();
}

sliders.forEach((slider, i) => {
  slider.addEventListener("input", () => {
    say("");
    pending = false;
    moveTo(i, Number(slider.value));
    show();
    hand();
  });
});
fields.forEach((field) => {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      typed();
    }
  });
});
// All can be typed one after the other: they are rescaled on Enter, or when the widget is left.
element.addEventListener("focusout", (event) => {
  if (fields.includes(event.target) || pending) {
    if (element.contains(event.relatedTarget)) pending = true;
    else typed();
  }
});

function receive() {
  const value = props.value || {};
  const count = rows.length;
  weights = Array.isArray(value.weights) ? [...value.weights] : Array(count).fill(1 / count);
  reasons = Array.isArray(value.reasons) ? [...value.reasons] : Array(count).fill(null);
  say("");
  show(fields.includes(document.activeElement) ? document.activeElement : null);
}
watch("value", receive);
receive();
