// The box tool: a rectangle on a picture, kept in pixels of the picture's upright original.
const tool = element.querySelector(".box-tool");
const stage = element.querySelector(".box-stage");
const picture = element.querySelector(".box-stage img");
const frame = element.querySelector(".box-frame");
const shade = element.querySelector(".box-shade");
const fields = [...element.querySelectorAll("[data-side]")]; // left, top, right, bottom
const removeButton = element.querySelector("[data-do=remove]");
const status = element.querySelector(".box-status");
const PAUSE = 200; // milliseconds of rest before Python is told
const SMALLEST_DRAG = 6; // screen pixels; less is a slip of the hand
const DIRECTIONS = { n: [0, -1], s: [0, 1], w: [-1, 0], e: [1, 0] };

let size = { width: 0, height: 0 }; // of the upright original, whatever is displayed
let box = null; // [left, top, right, bottom] in its pixels
let grip = null; // what the pointer holds
let timer = 0;
let handed = null; // the value that left last

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const limits = () => [size.width, size.height, size.width, size.height];

function tidy([x0, y0, x1, y1]) {
  // Whole pixels, inside the picture, at least one pixel wide and high.
  const span = (a, b, most) => {
    const low = clamp(Math.round(Math.min(a, b)), 0, most - 1);
    return [low, clamp(Math.round(Math.max(a, b)), low + 1, most)];
  };
  const [left, right] = span(x0, x1, size.width);
  const [top, bottom] = span(y0, y1, size.height);
  return [left, top, right, bottom];
}

function show() {
  frame.hidden = shade.hidden = box === null;
  removeButton.disabled = box === null;
  fields.forEach((field, i) => {
    field.max = limits()[i];
    if (document.activeElement !== field || grip) field.value = box ? Math.round(box[i]) : "";
  });
  if (!box) return;
  const [x0, y0, x1, y1] = box;
  for (const part of [frame, shade]) {
    part.style.left = `${(100 * x0) / size.width}%`;
    part.style.top = `${(100 * y0) / size.height}%`;
    part.style.width = `${(100 * (x1 - x0)) / size.width}%`;
    part.style.height = `${(100 * (y1 - y0)) / size.height}%`;
  }
}

const told = element.querySelector(".box-told");
const tell = (sentence) => (told.textContent = sentence);

function settle(next) {
  tell("");
  box = next ? tidy(next) : null;
  show();
  status.textContent = box
    ? `Box from ${box[0]}, ${box[1]} to ${box[2]}, ${box[3]} pixels.`
    : "There is no box.";
  clearTimeout(timer);
  timer = setTimeout(() => {
    const value = { ...props.value, box };
    if (JSON.stringify(value) === handed) return;
    handed = JSON.stringify(value);
    props.value = value;
    trigger("input");
  }, PAUSE);
}

function place(event) {
  const edge = stage.getBoundingClientRect();
  return [
    clamp((event.clientX - edge.left) / edge.width, 0, 1) * size.width,
    clamp((event.clientY - edge.top) / edge.height, 0, 1) * size.height,
  ];
}

function dragged([x, y]) {
  if (grip.kind === "new") return [grip.x, grip.y, x, y];
  const [x0, y0, x1, y1] = grip.box;
  if (grip.kind === "move") {
    const dx = clamp(x - grip.x, -x0, size.width - x1);
    const dy = clamp(y - grip.y, -y0, size.height - y1);
    return [x0 + dx, y0 + dy, x1 + dx, y1 + dy];
  }
  const next = [x0, y0, x1, y1];
  if (grip.kind.includes("w")) next[0] = clamp(x0 + x - grip.x, 0, size.width);
  if (grip.kind.includes("e")) next[2] = clamp(x1 + x - grip.x, 0, size.width);
  if (grip.kind.includes("n")) next[1] = clamp(y0 + y - grip.y, 0, size.height);
  if (grip.kind.includes("s")) next[3] = clamp(y1 + y - grip.y, 0, size.height);
  return [
    Math.min(next[0], next[2]), Math.min(next[1], next[3]),
    Math.max(next[0], next[2]), Math.max(next[1], next[3]),
  ];
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || grip || !size.width) return;
  event.preventDefault();
  stage.setPointerCapture(event.pointerId);
  const handle = event.target.closest("[data-grip]");
  const kind = handle ? handle.dataset.grip : event.target.closest(".box-frame") ? "move" : "new";
  const [x, y] = place(event);
  grip = { kind, x, y, box, before: box, id: event.pointerId, from: [event.clientX, event.clientY] };
  if (kind !== "new") frame.focus({ preventScroll: true });
});
stage.addEventListener("pointermove", (event) => {
  if (!grip || grip.id !== event.pointerId) return;
  const far = Math.hypot(event.clientX - grip.from[0], event.clientY - grip.from[1]);
  if (!grip.moved && far < (grip.kind === "new" ? SMALLEST_DRAG : 1)) return;
  grip.moved = true;
  box = dragged(place(event));
  show();
});
for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
  stage.addEventListener(name, (event) => {
    if (!grip || grip.id !== event.pointerId) return;
    const { moved, before } = grip;
    grip = null;
    if (!moved) return;
    if (name === "pointercancel") {
      box = before; // the system took the pointer away: nothing was meant
      show();
    } else settle(box);
  });
}

frame.addEventListener("keydown", (event) => {
  const direction = DIRECTIONS[{ ArrowUp: "n", ArrowDown: "s", ArrowLeft: "w", ArrowRight: "e" }[event.key]];
  if (event.key === "Delete" || event.key === "Backspace") settle(null);
  else if (direction && box) {
    const dx = (direction[0] * size.width) / 100;
    const dy = (direction[1] * size.height) / 100;
    grip = { kind: event.shiftKey ? "se" : "move", x: 0, y: 0, box };
    const next = dragged([dx, dy]);
    grip = null;
    settle(next);
  } else return;
  event.preventDefault();
});

const OUTSIDE = "This box reached beyond the picture, so it was cut at its edge.";
const SOME = "Give all four numbers: left, top, right and bottom.";

function typed() {
  const numbers = fields.map((field) => (field.value.trim() === "" ? NaN : Number(field.value)));
  if (numbers.every((number) => Number.isFinite(number))) {
    settle(numbers);
    tell(numbers.some((number, i) => number < 0 || number > limits()[i]) ? OUTSIDE : "");
    fields.forEach((field, i) => (field.value = box[i]));
  } else if (numbers.every((number) => Number.isNaN(number)) && box) settle(null);
  else tell(SOME);
}
for (const field of fields) field.addEventListener("change", typed);
removeButton.addEventListener("click", () => settle(null));
tool.addEventListener("box-set", (event) => settle(event.detail)); // another widget chose one

function receive() {
  const value = props.value || null;
  if (JSON.stringify(value) === handed) return; // our own box, coming back
  handed = JSON.stringify(value);
  clearTimeout(timer);
  grip = null;
  size = value ? { width: value.width, height: value.height } : { width: 0, height: 0 };
  box = value && value.box ? tidy(value.box) : null;
  tool.classList.toggle("is-empty", !value);
  if (value) {
    stage.style.setProperty("--ratio", String(size.width / size.height));
    if (picture.getAttribute("src") !== value.src) picture.src = value.src;
    picture.alt = value.alt || "";
    element.querySelector(".box-size").textContent = `${size.width} × ${size.height}`;
  } else picture.removeAttribute("src");
  show();
}
watch("value", receive);
receive();
