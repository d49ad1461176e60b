// A map on a canvas: which part is in sight, the small pictures that are here already, and how all of it is drawn.
const SMALL = 36, LARGE_PICTURE = 52, DOT = 3, KEPT_PICTURES = 400, NEAREST_ZOOM = 60;

/* Which part of the map is in sight: its middle, and how much larger than the whole it is. */
class MapSight {
  constructor(canvas) {
    this.canvas = canvas;
    this.measure();
    this.show(0, 0, 1);
  }
  measure() { // read once a frame: whoever asks the page for a size makes it lay itself out
    [this.wide, this.tall] = [this.canvas.clientWidth, this.canvas.clientHeight];
  }
  show(x, y, zoom) {
    this.zoom = Math.min(NEAREST_ZOOM, Math.max(1, zoom));
    const free = 1 - 1 / this.zoom + 0.15; // the whole stays where it is
    [this.x, this.y] = this.zoom === 1 ? [0, 0] : [x, y].map((at) => Math.min(free, Math.max(-free, at)));
  }
  get scale() { // pixels of the page for a unit of the map
    return ((this.wide - LARGE_PICTURE - 6) / 2) * this.zoom;
  }
  get flat() { // and upwards
    return ((this.tall - LARGE_PICTURE - 6) / 2) * this.zoom;
  }
  toPage(x, y) {
    return [this.wide / 2 + (x - this.x) * this.scale, this.tall / 2 - (y - this.y) * this.flat];
  }
  toMap(left, top) {
    return [this.x + (left - this.wide / 2) / this.scale, this.y - (top - this.tall / 2) / this.flat];
  }
  /* Where all places of a map are on the page. */
  allToPage(places) {
    const key = [this.x, this.y, this.zoom, this.wide, this.tall].join();
    if (this.of !== places || this.key !== key) {
      const spots = new Float32Array(places.length);
      const [right, up] = [this.scale, this.flat];
      const [left, top] = [this.wide / 2 - this.x * right, this.tall / 2 + this.y * up];
      for (let i = 0; i < places.length; i += 2) {
        spots[i] = left + places[i] * right;
        spots[i + 1] = top - places[i + 1] * up;
      }
      [this.of, this.key, this.spots] = [places, key, spots];
    }
    return this.spots;
  }
  /* Zooms so that what lies under a place of the page stays there. */
  zoomAt(factor, left, top) {
    const before = this.toMap(left, top);
    this.show(this.x, this.y, this.zoom * factor);
    const after = this.toMap(left, top);
    this.show(this.x + before[0] - after[0], this.y + before[1] - after[1], this.zoom);
  }
  move(left, top) {
    this.show(this.x - left / this.scale, this.y + top / this.flat, this.zoom);
  }
}

/* The small pictures, loaded when they are first drawn; those that were drawn long ago are let go. */
function picturesOf(addressOf, loaded) {
  const kept = new Map();
  return (index) => {
    let image = kept.get(index);
    if (image) kept.delete(index);
    else {
      const address = addressOf(index);
      if (!address) return null;
      image = new Image();
      image.onload = loaded;
      image.src = address;
    }
    kept.set(index, image);
    if (kept.size > KEPT_PICTURES) kept.delete(kept.keys().next().value);
    return image.complete && image.naturalWidth ? image : null;
  };
}

function inksOf(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries(["ink", "paper", "muted", "line", "edge", "picture", "words", "both", "picture-edge", "words-edge", "both-edge"].map((name) => [name, of(name)]));
}

function drawPicture(pen, image, x, y, side, ring, inks) {
  const half = side / 2;
  pen.fillStyle = "#fff";
  pen.fillRect(x - half, y - half, side, side);
  if (image) {
    const shrink = side / Math.max(image.naturalWidth, image.naturalHeight);
    const [wide, tall] = [image.naturalWidth * shrink, image.naturalHeight * shrink];
    pen.drawImage(image, x - wide / 2, y - tall / 2, wide, tall);
  }
  pen.lineWidth = ring;
  pen.strokeStyle = ring > 1 ? inks.ink : inks.line;
  pen.strokeRect(x - half, y - half, side, side);
}

function drawLabel(pen, text, left, top, inks, filled = false) {
  const [wide, tall] = sizeOf(pen, text);
  pen.fillStyle = filled ? inks.ink : inks.paper;
  pen.fillRect(left, top, wide, tall);
  pen.lineWidth = 1;
  pen.strokeStyle = filled ? inks.paper : inks.edge;
  pen.strokeRect(left, top, wide, tall);
  pen.fillStyle = filled ? inks.paper : inks.ink;
  pen.textBaseline = "middle";
  pen.fillText(text, left + 5, top + tall / 2 + 1);
}

const sizeOf = (pen, text) => [pen.measureText(text).width + 10, pen.letters + 7];

/* Where a label beside a mark covers no other: right of it, left, below, above; `taken` are [left, top, right, bottom]. */
function besideMark(pen, text, [x, y], taken, [most, lowest]) {
  const [wide, tall] = sizeOf(pen, text);
  const spots = [[x + 15, y - tall / 2], [x - 15 - wide, y - tall / 2], [x - wide / 2, y + 14], [x - wide / 2, y - 14 - tall], [x + 15, y + 12], [x + 15, y - 12 - tall]];
  const covered = ([left, top]) =>
    left < 1 || top < 1 || left + wide > most - 1 || top + tall > lowest - 1 ||
    taken.some((other) => left < other[2] && other[0] < left + wide && top < other[3] && other[1] < top + tall);
  const [left, top] = spots.find((spot) => !covered(spot)) || spots[0];
  taken.push([left, top, left + wide, top + tall]);
  return [left, top];
}

/* One kind of evidence alone: another shape for each, so that none rests on its colour. */
function drawMark(pen, kind, x, y, inks) {
  pen.beginPath();
  if (kind === "picture") pen.arc(x, y, 9, 0, 2 * Math.PI);
  else if (kind === "words") pen.rect(x - 8, y - 8, 16, 16);
  else pen.moveTo(x, y - 11), pen.lineTo(x + 11, y), pen.lineTo(x, y + 11), pen.lineTo(x - 11, y), pen.closePath();
  pen.fillStyle = inks[kind];
  pen.fill();
  pen.lineWidth = 2.5;
  pen.strokeStyle = inks[`${kind}-edge`];
  pen.stroke();
}

function drawThread(pen, points, kind, inks) {
  const way = new Path2D();
  points.forEach(([x, y], at) => (at ? way.lineTo(x, y) : way.moveTo(x, y)));
  pen.lineJoin = pen.lineCap = "round";
  for (const [width, colour] of [[8, inks.paper], [5, inks[`${kind}-edge`]], [3, inks[kind]]]) {
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    pen.stroke(way);
  }
}

/* Where the mix lies: a ring of ink around a point. */
function drawHere(pen, x, y, inks) {
  for (const [radius, colour] of [[12, inks.paper], [10, inks.ink], [7, inks.paper], [4, inks.ink]]) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
  }
}
