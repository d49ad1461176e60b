// Where a question lies on the map of a gallery, from what its evidence says of every picture there.
const LIKED = 10; // pictures that place a question
const STEPS = 20; // of a thread from one kind of evidence to the mix

/* The middle of the ten best candidates, each weighing as much as its score is above that of the eleventh: so the place
   moves without a leap when another one comes among the ten. Null where nothing is ranked. */
function placedBy(scores, hidden, places) {
  const best = bestOf(scores, LIKED + 1, hidden);
  if (!best.length) return null;
  const least = best.length > LIKED ? scores[best.pop()] : scores[best.at(-1)];
  const above = best.map((index) => scores[index] - least);
  const sum = above.reduce((total, weight) => total + weight, 0);
  const shares = above.map((weight) => (sum > 0 ? weight / sum : 1 / best.length));
  return [0, 1].map((axis) => best.reduce((total, index, at) => total + shares[at] * places[2 * index + axis], 0));
}

/* A thread for each kind of evidence, from where it lies alone to where the mix lies; `weights` have the sum 1. */
function threadsTo(weights, rows, hidden, places) {
  const mixed = blended(weights, rows);
  return rows.map((alone) => {
    const likely = likedBetween(alone, mixed, hidden);
    const ends = [alone, mixed].map((scores) => Float64Array.from(likely, (index) => scores[index]));
    const seen = new Uint8Array(likely.length);
    const spots = Float32Array.from({ length: 2 * likely.length }, (_, at) => places[2 * likely[at >> 1] + (at & 1)]);
    return Array.from({ length: STEPS + 1 }, (_, step) => placedBy(blended([1 - step / STEPS, step / STEPS], ends), seen, spots));
  });
}

/* Who may be among the best on the way from one list of scores to another; the others need not be looked at again. Those
   that are best half-way are below nobody who is worse than all of them at both ends, for scores go straight. */
function likedBetween(first, last, hidden) {
  const middle = bestOf(blended([0.5, 0.5], [first, last]), LIKED + 1, hidden);
  const few = middle.length <= LIKED;
  const [low, high] = [first, last].map((scores) => middle.reduce((least, index) => Math.min(least, scores[index]), Infinity));
  const likely = [];
  for (let i = 0; i < first.length; i += 1) if (!hidden[i] && (few || first[i] >= low || last[i] >= high)) likely.push(i);
  return likely;
}

/* The k pictures nearest to one of them on the map. */
function nearestOnMap(index, k, hidden, places) {
  const near = new Float64Array(places.length / 2);
  for (let i = 0; i < near.length; i += 1) {
    near[i] = -((places[2 * i] - places[2 * index]) ** 2 + (places[2 * i + 1] - places[2 * index + 1]) ** 2);
  }
  const away = Uint8Array.from(hidden);
  away[index] = 1;
  return bestOf(near, k, away);
}

/* How well a map keeps neighbours; of eleven pictures or fewer the ten nearest are all others on every map. */
function keptBy({ method, kept, places }) {
  if (places.length <= 2 * 11) return `This map, by ${method}, has too few pictures to be judged by who is near.`;
  return `On this map, by ${method}, ${(10 * kept).toFixed(1)} of a picture’s ten nearest are among the ten nearest.`;
}

/* Which pictures are shown where not all have room: no two nearer than `room` along both axes, whatever part of the map
   is in sight, in an order that leaves no corner to the last. */
function roomFor(places, [wide, tall]) {
  const count = places.length / 2;
  const cells = new Map();
  const shown = [];
  const cell = (column, row) => column * 65536 + row;
  const isFree = (x, y, column, row) => {
    for (let c = column - 1; c <= column + 1; c += 1) {
      for (let r = row - 1; r <= row + 1; r += 1) {
        const other = cells.get(cell(c, r));
        if (other !== undefined && Math.abs(places[2 * other] - x) < wide && Math.abs(places[2 * other + 1] - y) < tall) return false;
      }
    }
    return true;
  };
  let stride = Math.max(1, Math.floor(count * 0.618));
  while (gcd(stride, count) > 1) stride += 1;
  for (let i = 0, index = 0; i < count; i += 1, index = (index + stride) % count) {
    const [x, y] = [places[2 * index], places[2 * index + 1]];
    const [column, row] = [Math.floor(x / wide), Math.floor(y / tall)];
    if (!isFree(x, y, column, row)) continue;
    cells.set(cell(column, row), index);
    shown.push(index);
  }
  return shown;
}

function gcd(a, b) {
  return b ? gcd(b, a % b) : a;
}
