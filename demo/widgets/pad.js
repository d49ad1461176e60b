// The drawing pad: pointer strokes kept as vectors, a PNG handed to Python when a stroke ends.
const canvas = element.querySelector("canvas");
const pen = canvas.getContext("2d");
const hint = element.querySelector(".pad-hint");
const status = element.querySelector("[role=status]");
const widthField = element.querySelector("[data-width]");
const button = (name) => element.querySelector(`[data-do="${name}"]`);
const EXPORT_SIDE = 512; // the PNG's side in pixels
const BASE_SIDE = 512; // pen widths are pixels of a pad of this side
const PAUSE = 150; // milliseconds of rest before Python is told
const GRID = 2048; // so many places lie side by side
const STEP = 43 / GRID; // how far one arrow key moves, in sides

// A sheet is {strokes, ground}: strokes {points: [[x, y], ...] in 0..1, width in sides, erase} over a
// picture set by Python or null, and among them {veil: canvas, name}, white where a stroke was left out. Sheets are never
// changed, so that undo and redo step through them.
let sheets = [{ strokes: [], ground: null }];
let at = 0;
let current = null; // the stroke under the pointer
let erasing = false;
let cursor = null; // the keyboard's pen: {x, y, down}
let timer = 0;
let handed = ""; // the value that Python last had from here

function path(context, stroke, side) {
  if (stroke.veil) {
    context.drawImage(stroke.veil, 0, 0, side, side);
    return;
  }
  const points = stroke.points;
  context.strokeStyle = context.fillStyle = stroke.erase ? "#fff" : "#000";
  context.lineWidth = stroke.width * side;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  if (points.length === 1) {
    context.arc(points[0][0] * side, points[0][1] * side, context.lineWidth / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.moveTo(points[0][0] * side, points[0][1] * side);
  for (let i = 1; i < points.length - 1; i += 1) {
    // Curves through the midpoints: no corners where the pointer was sampled thinly.
    const [x, y] = points[i];
    const [nextX, nextY] = points[i + 1];
    context.quadraticCurveTo(x * side, y * side, ((x + nextX) / 2) * side, ((y + nextY) / 2) * side);
  }
  const last = points[points.length - 1];
  context.lineTo(last[0] * side, last[1] * side);
  context.stroke();
}

function paint(context, side) {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  if (sheets[at].ground) context.drawImage(sheets[at].ground, 0, 0, side, side);
  for (const stroke of sheets[at].strokes) path(context, stroke, side);
}

const isEmpty = () => sheets[at].strokes.length === 0 && !sheets[at].ground;

function redraw() {
  const side = canvas.clientWidth;
  if (!side) return; // in a tab that is not shown
  const pixels = Math.round(side * (window.devicePixelRatio || 1));
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  paint(pen, pixels);
  if (current) path(pen, current, pixels);
  if (cursor) {
    const [x, y] = [cursor.x * pixels, cursor.y * pixels];
    pen.strokeStyle = "#000";
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(x, y, cursor.down ? 4 : 9, 0, 2 * Math.PI);
    pen.stroke();
  }
}

function refresh() {
  hint.hidden = !isEmpty() || current !== null;
  button("undo").disabled = at === 0;
  button("redo").disabled = at === sheets.length - 1;
  button("clear").disabled = isEmpty();
  button("pen").setAttribute("aria-pressed", String(!erasing));
  button("eraser").setAttribute("aria-pressed", String(erasing));
  redraw();
}

function exported() {
  if (isEmpty()) return "";
  const { strokes, ground } = sheets[at];
  if (!strokes.length && ground.src.startsWith("data:")) return ground.src; // as it came: nothing is drawn on it any more
  const copy = document.createElement("canvas");
  copy.width = copy.height = EXPORT_SIDE;
  paint(copy.getContext("2d"), EXPORT_SIDE);
  return copy.toDataURL("image/png");
}

function hand(sentence) {
  status.textContent = sentence;
  refresh();
  clearTimeout(timer);
  timer = setTimeout(() => {
    const value = exported();
    if (value === handed) return;
    handed = value;
    props.value = value || null;
    trigger("input");
  }, PAUSE);
}

function turn(sheet, sentence) {
  sheets = [...sheets.slice(0, at + 1), sheet];
  at += 1;
  hand(sentence);
}

function begin(x, y) {
  const width = (Number(widthField.value) * (erasing ? 4 : 1)) / BASE_SIDE;
  current = { points: [[x, y]], width, erase: erasing };
}

function finish() {
  if (!current) return;
  const stroke = current;
  current = null;
  const sheet = { strokes: [...sheets[at].strokes, stroke], ground: sheets[at].ground };
  turn(sheet, stroke.erase ? "Rubbed out." : "Stroke drawn.");
}

/* On the grid on which links carry a drawing, so that it is drawn there as it was here. */
function place(event) {
  const edge = canvas.getBoundingClientRect();
  const shares = [(event.clientX - edge.left) / edge.width, (event.clientY - edge.top) / edge.height];
  return shares.map((share) => Math.round(Math.min(2, Math.max(-1, share)) * GRID) / GRID);
}

canvas.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || current) return; // one finger draws; a second one is ignored
  event.preventDefault();
  canvas.focus({ preventScroll: true });
  canvas.setPointerCapture(event.pointerId);
  cursor = null;
  begin(...place(event));
  current.pointer = event.pointerId;
  refresh();
});
canvas.addEventListener("pointermove", (event) => {
  if (!current || current.pointer !== event.pointerId) return;
  const samples = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const sample of samples.length > 0 ? samples : [event]) current.points.push(place(sample));
  redraw();
});
for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
  canvas.addEventListener(name, (event) => {
    if (current && current.pointer === event.pointerId) finish();
  });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function key(event) {
  const modified = event.ctrlKey || event.metaKey;
  if (modified && event.key.toLowerCase() === "z") act(event.shiftKey ? "redo" : "undo");
  else if (modified && event.key.toLowerCase() === "y") act("redo");
  else if (event.target !== canvas || modified) return;
  else if (event.key === " ") {
    cursor = cursor || { x: 0.5, y: 0.5, down: false };
    cursor.down = !cursor.down;
    if (cursor.down) begin(cursor.x, cursor.y);
    else finish();
    status.textContent = cursor.down ? "Pen down: the arrow keys draw." : "Pen up.";
    refresh();
  } else if (ARROWS[event.key]) {
    cursor = cursor || { x: 0.5, y: 0.5, down: false };
    const step = STEP * (event.shiftKey ? 3 : 1);
    cursor.x = Math.min(1, Math.max(0, cursor.x + ARROWS[event.key][0] * step));
    cursor.y = Math.min(1, Math.max(0, cursor.y + ARROWS[event.key][1] * step));
    if (cursor.down && current) current.points.push([cursor.x, cursor.y]);
    redraw();
  } else return;
  event.preventDefault();
}

function act(name) {
  if (name === "pen" || name === "eraser") {
    erasing = name === "eraser";
    status.textContent = erasing ? "Eraser." : "Pen.";
    refresh();
  } else if (name === "undo" && at > 0) {
    at -= 1;
    hand("Undone.");
  } else if (name === "redo" && at < sheets.length - 1) {
    at += 1;
    hand("Redone.");
  } else if (name === "clear" && !isEmpty()) {
    turn({ strokes: [], ground: null }, "The pad is empty.");
  }
}

function receive() {
  const value = props.value || "";
  if (value === handed) return; // our own drawing, coming back
  handed = value;
  sheets = [{ strokes: [], ground: null }];
  at = 0;
  current = cursor = null;
  clearTimeout(timer);
  if (value) {
    const picture = new Image();
    picture.onload = () => {
      if (handed !== value || at !== 0) return; // another picture or a first stroke came meanwhile
      sheets[0] = { strokes: [], ground: picture };
      refresh();
    };
    picture.src = value;
  }
  refresh();
}

element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-do]");
  if (pressed) act(pressed.dataset.do);
});
element.addEventListener("keydown", key);
canvas.addEventListener("blur", () => {
  if (cursor) {
    if (cursor.down) finish();
    cursor = null;
    refresh();
  }
});
// For whoever looks into the drawing: its strokes, and a way to leave one out and to bring it back.
const near = (number) => Math.round(Math.min(2, Math.max(-1, number)) * 1e4) / 1e4;
canvas.drawing = {
  strokes: () =>
    sheets[at].strokes
      .filter((stroke) => stroke.points && !stroke.erase)
      .map(({ points, width }) => ({ points: points.map((point) => point.map(near)), width })),
  isLines: () => !sheets[at].ground && sheets[at].strokes.length > 0 && sheets[at].strokes.every((stroke) => stroke.points),
  lines: () => sheets[at].strokes,
  replaced: (strokes) => {
    sheets = [{ strokes: [], ground: null }, { strokes, ground: null }];
    [at, current, cursor] = [1, null, null];
    clearTimeout(timer);
    handed = exported();
    props.value = handed || null;
    refresh();
    return handed;
  },
  leftOut: () => sheets[at].strokes.filter((stroke) => stroke.veil),
  leaveOut: (veil, name) =>
    turn({ ...sheets[at], strokes: [...sheets[at].strokes, { veil, name }] }, "Stroke left out."),
  bringBack: (name) =>
    turn({ ...sheets[at], strokes: sheets[at].strokes.filter((stroke) => stroke.name !== name) }, "Stroke brought back."),
};
new ResizeObserver(redraw).observe(canvas);
watch("value", receive);
receive();
refresh();
