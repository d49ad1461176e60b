// The strokes of a drawing, coloured by what each adds to the first class. A press leaves one out of the pad, which asks
// again; it stays as a dotted shadow, so that another press brings it back.
const { pad } = frame.dataset;
const SIDE = 512;
const REACH = 8; // so many pixels beside a stroke a press still means it
const FAINT = [196, 208, 216];
const BLUE = [0, 114, 178];
const OTHER = [120, 120, 120];
const SEVERAL = 255;

let numbers = null; // the number of the stroke at each place, 0 for none
let names = 0;

const drawing = () => document.querySelector(`.${pad} canvas`)?.drawing;

const asking = (orders) => ({ strokes: drawing().strokes(), orders });
Object.assign(wanting, { possible: () => Boolean(drawing()), detail: () => asking(0) });

function sheet() {
  const copy = document.createElement("canvas");
  copy.width = copy.height = SIDE;
  return copy;
}

function pixelsOf(source) {
  const copy = sheet();
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, SIDE, SIDE);
  return context.getImageData(0, 0, SIDE, SIDE);
}

const striped = (at) => ((at % SIDE) + Math.floor(at / SIDE)) % 8 < 4;

function colour(share, at) {
  if (share < 0) return striped(at) ? [40, 40, 40] : FAINT;
  return FAINT.map((faint, part) => faint + (BLUE[part] - faint) * share);
}

/* Draws the pad's own ink, each stroke in its colour, and the shadows of those that were left out. */
function paint(group) {
  const canvas = group.querySelector(".ink-sheet");
  const effects = JSON.parse(group.dataset.effects);
  const most = Math.max(...effects.map(Math.abs), 1e-9);
  const image = pixelsOf(document.querySelector(`.${pad} canvas`));
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const number = numbers[at];
    const own = number && number !== SEVERAL && number <= effects.length;
    const ink = (255 - image.data[4 * at]) / 255;
    const tint = own ? colour(effects[number - 1] / most, at) : OTHER;
    for (let part = 0; part < 3; part += 1) image.data[4 * at + part] = 255 + (tint[part] - 255) * ink;
    image.data[4 * at + 3] = 255;
  }
  for (const { veil } of drawing().leftOut()) {
    const shadow = pixelsOf(veil);
    for (let at = 0; at < SIDE * SIDE; at += 1) {
      if (shadow.data[4 * at + 3] && striped(at)) image.data.fill(215, 4 * at, 4 * at + 3);
    }
  }
  const context = canvas.getContext("2d");
  context.putImageData(image, 0, 0);
  numberStrokes(context, image.data, effects.length);
  canvas.hidden = false;
}

/* Writes beside each stroke the number that the table gives it: at the place of its ink that is nearest to its middle, so
   that a closed line has it on the line. */
function numberStrokes(context, data, count) {
  const inked = Array.from({ length: count }, () => []);
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const number = numbers[at];
    if (number && number <= count && data[4 * at] + data[4 * at + 1] + data[4 * at + 2] < 720) inked[number - 1].push(at);
  }
  context.font = "600 20px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  const taken = [];
  inked.forEach((places, at) => {
    if (!places.length) return;
    const middle = [places.reduce((sum, place) => sum + (place % SIDE), 0), places.reduce((sum, place) => sum + Math.floor(place / SIDE), 0)].map((sum) => sum / places.length);
    const away = (place) => (place % SIDE - middle[0]) ** 2 + (Math.floor(place / SIDE) - middle[1]) ** 2;
    const isFree = (place) => taken.every(([x, y]) => Math.hypot(place % SIDE - x, Math.floor(place / SIDE) - y) > 24);
    const free = places.filter(isFree);
    const best = (free.length ? free : places).reduce((nearest, place) => (away(place) < away(nearest) ? place : nearest));
    const [x, y] = [best % SIDE, Math.floor(best / SIDE)].map((side) => Math.min(SIDE - 13, Math.max(13, side)));
    taken.push([x, y]);
    context.beginPath();
    context.arc(x, y, 12, 0, 2 * Math.PI);
    context.fillStyle = "#fff";
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = "#16181c";
    context.stroke();
    context.fillStyle = "#16181c";
    context.fillText(String(at + 1), x, y + 1);
  });
}

function rows(group) {
  const body = group.querySelector(".ink-table tbody");
  if (!body) return;
  for (const row of body.querySelectorAll(".ink-gone")) row.remove();
  for (const { name } of drawing().leftOut()) {
    const row = body.insertRow();
    row.className = "ink-gone";
    const cell = row.insertCell();
    cell.colSpan = 4;
    const back = document.createElement("button");
    Object.assign(back, { type: "button", className: "atlas-go", textContent: "left out: bring it back" });
    back.dataset.back = name;
    cell.append(back);
  }
}

function shown() {
  const group = element.querySelector(".ink-strokes");
  if (!group || !drawing()) return;
  const picture = new Image();
  picture.onload = () => {
    const { data } = pixelsOf(picture);
    numbers = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => data[4 * at]);
    paint(group);
    rows(group);
  };
  picture.src = group.dataset.numbers;
}

function leaveOut(number) {
  const veil = sheet();
  const context = veil.getContext("2d");
  const image = context.createImageData(SIDE, SIDE);
  for (let at = 0; at < SIDE * SIDE; at += 1) if (numbers[at] === number) image.data.fill(255, 4 * at, 4 * at + 4);
  context.putImageData(image, 0, 0);
  names += 1;
  drawing().leaveOut(veil, `left-out-${names}`);
}

/* The stroke nearest to a press, within reach: [its number, or the name of one that was left out]. */
function pressed(x, y) {
  const gone = drawing().leftOut().map(({ veil, name }) => ({ name, data: pixelsOf(veil).data }));
  for (let reach = 0; reach <= REACH; reach += 1) {
    for (let down = -reach; down <= reach; down += 1) {
      for (let right = -reach; right <= reach; right += 1) {
        const [column, row] = [x + right, y + down];
        if (column < 0 || row < 0 || column >= SIDE || row >= SIDE) continue;
        const at = row * SIDE + column;
        const back = gone.find(({ data }) => data[4 * at + 3]);
        if (back) return { back: back.name };
        if (numbers[at] && numbers[at] !== SEVERAL) return { number: numbers[at] };
      }
    }
  }
  return {};
}

element.addEventListener("click", (event) => {
  const { stroke, back, orders } = event.target.closest("[data-stroke], [data-back], [data-orders]")?.dataset ?? {};
  if (!drawing() || !numbers) return;
  if (orders) trigger("wanted", asking(Number(orders)));
  else if (stroke) leaveOut(Number(stroke));
  else if (back) drawing().bringBack(back);
  else if (event.target.matches(".ink-sheet")) {
    const edge = event.target.getBoundingClientRect();
    const place = [(event.clientX - edge.left) / edge.width, (event.clientY - edge.top) / edge.height];
    const near = pressed(...place.map((share) => Math.floor(share * SIDE)));
    if (near.back) drawing().bringBack(near.back);
    else if (near.number) leaveOut(near.number);
  }
});

watch("value", shown);
shown();
