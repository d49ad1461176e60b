// One slider and the field beside it: what they show is what Python was told, whatever was typed.
const range = element.querySelector("input[type=range]");
const field = element.querySelector(".typed");
const message = element.querySelector(".slider-message");
const reason = element.querySelector(".slider-reason");
const whole = element.querySelector(".slider");
const [low, high, step] = [range.min, range.max, range.step].map(Number);

let value = low;
let asked = false; // a frame that will tell Python

function show(leaveField = false) {
  range.value = value;
  range.style.setProperty("--fill", `${(100 * (value - low)) / (high - low)}%`);
  range.setAttribute("aria-valuetext", told(value));
  if (!leaveField) field.value = told(value);
  field.removeAttribute("aria-invalid");
}

function settle(next, leaveField = false) {
  const before = value;
  value = Math.min(high, Math.max(low, Math.round(next / step) * step));
  show(leaveField);
  if (asked || Math.abs(value - before) < step / 2) return;
  asked = true; // once a frame is often enough
  requestAnimationFrame(() => {
    asked = false;
    props.value = { ...props.value, value: Number(value.toFixed(6)) };
    whole.dataset.now = props.value.value;
    // Whoever has the evidence here answers by itself; else Python does.
    const unanswered = whole.dispatchEvent(new CustomEvent("slider-moved", { bubbles: true, cancelable: true }));
    if (unanswered) trigger("input");
  });
}

function typed() {
  const read = typedNumber(field.value, { low, high, kept: value });
  const rounded = Math.round(read.value / step) * step;
  const far = Math.abs(rounded - read.value) > step / 1000;
  say(message, read.word || (far ? `${field.value.trim()} is rounded to ${told(rounded)}.` : ""));
  settle(read.value);
}

range.addEventListener("input", () => {
  say(message, "");
  settle(Number(range.value));
});
field.addEventListener("input", () => {
  // A number that can be used as it stands is used at once; anything else waits until it is complete.
  const read = typedNumber(field.value, { low, high, kept: value });
  if (read.word) return field.setAttribute("aria-invalid", "true");
  say(message, "");
  return settle(read.value, true);
});
field.addEventListener("keydown", (event) => {
  const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (steps) settle(value + steps * step);
  else if (event.key === "Enter") typed();
  else return;
  event.preventDefault();
});
field.addEventListener("change", typed);

function receive() {
  const given = props.value || {};
  value = Number.isFinite(given.value) ? given.value : low;
  range.disabled = field.disabled = Boolean(given.reason);
  whole.classList.toggle("is-off", Boolean(given.reason));
  say(reason, given.reason || "");
  say(message, "");
  show();
  whole.dataset.now = value;
  whole.dispatchEvent(new CustomEvent("slider-shown", { bubbles: true }));
}
watch("value", receive);
receive();
