// The tiles of a ranking, as demo/widgets/gallery.py writes them; those that stay are moved, not made again.
const brief = (text) => (text.replace(/^−/, "").startsWith("0.") ? text.replace("0.", ".") : text);
const copiesOf = (count) => `and ${count} ${count === 1 ? "copy" : "copies"}`;

/* A tile in words: its tooltip, and what a screen reader says. */
function tileWords(tile, look) {
  const score = withSign(tile.score, look.decimals + 2);
  const parts = look.kinds.map(([, label], part) => `${label} ${withSign(tile.shares[part], look.decimals + 2)}`);
  const notes = [tile.right ? look.truth : "", tile.copies ? copiesOf(tile.copies) : "", tile.file].filter(Boolean);
  return [`${tile.rank}. ${tile.title}: score ${score}${look.sign} = ${parts.join(" + ")}`, ...notes].join(". ");
}

/* Where the segments of a bar lie: [left, width] of each part, and the zero line. */
function segmentsOf(shares, low, high) {
  const whole = low + high;
  const zero = (100 * low) / whole;
  let [left, right] = [zero, zero];
  const segments = shares.map((share) => {
    const width = (100 * Math.abs(share)) / whole;
    if (share < 0) left -= width;
    const place = [percent(share >= 0 ? right : left), percent(width)];
    if (share >= 0) right += width;
    return place;
  });
  return { segments, zero: percent(zero) };
}

function barOf(tile, low, high, kinds) {
  if (!(low + high > 0)) return "";
  const { segments, zero } = segmentsOf(tile.shares, low, high);
  const drawn = segments.map(([left, width], part) => `<span class="part-${kinds[part][0]}" style="left:${left};width:${width}"></span>`);
  return `<span class="tile-bar">${drawn.join("")}<span class="tile-zero" style="left:${zero}"></span></span>`;
}

function tileHtml(tile, low, high, look) {
  const words = escaped(tileWords(tile, look));
  const picture = tile.address
    ? `<img loading="lazy" decoding="async" alt="" src="${escaped(tile.address)}">`
    : '<span class="tile-missing">picture missing</span>';
  const ribbon = tile.right ? `<span class="tile-mark">${look.truth}</span>` : "";
  const parts = look.kinds.map(([kind], part) => `<span><span class="swatch part-${kind}"></span>${brief(withSign(tile.shares[part], look.decimals))}</span>`);
  return (
    `<button type="button" data-do="enlarge" class="tile${tile.right ? " is-truth" : ""}" data-index="${tile.index}" title="${words}" aria-label="${words}">` +
    `<span class="tile-picture">${picture}<span class="tile-rank tabular">${tile.rank}</span>${ribbon}</span>` +
    `<span class="tile-words"><bdi class="tile-title">${escaped(tile.title)}</bdi>${tile.copies ? `<span class="tile-copies">${copiesOf(tile.copies)}</span>` : ""}` +
    `<span class="tile-line">${barOf(tile, low, high, look.kinds)}<span class="tile-score tabular">${withSign(tile.score, look.decimals)}${look.sign}</span></span>` +
    `<span class="tile-parts tabular" aria-hidden="true">${parts.join("")}</span></span></button>`
  );
}

/* The parts of a tile on the page that change, found once. */
const partsOfTiles = new WeakMap();

/* Writes a text, or the style of an element, where it is another one: each writing makes the browser look again. */
function put(node, text) {
  if (node.data !== text) node.data = text;
}

const styles = new WeakMap();

function putStyle(bar, style) {
  if (styles.get(bar) === style) return;
  styles.set(bar, style);
  bar.setAttribute("style", style);
}

function partsOf(button) {
  if (!partsOfTiles.has(button)) {
    const [bar, title] = ["bar", "title"].map((name) => button.querySelector(`.tile-${name}`));
    const [rank, score] = ["rank", "score"].map((name) => button.querySelector(`.tile-${name}`)?.firstChild);
    const numbers = [...button.querySelectorAll(".tile-parts > span")].map((span) => span.lastChild);
    const plain = !button.querySelector(".tile-copies");
    partsOfTiles.set(button, { rank, bars: bar ? [...bar.children] : [], score, title, numbers, plain, image: button.querySelector("img") });
  }
  return partsOfTiles.get(button);
}

/* Gives a tile that stands on the page another answer's numbers and, where it is built alike, another picture. Returns
   whether it could. */
function renewTile(button, tile, low, high, look) {
  const { rank, bars, score, title, numbers, plain, image } = partsOf(button);
  const fits = low + high > 0 && rank && score && bars.length === tile.shares.length + 1 && numbers.length === tile.shares.length;
  if (!fits || button.classList.contains("is-truth") !== tile.right) return false;
  const words = tileWords(tile, look);
  if (Number(button.dataset.index) !== tile.index) {
    if (!plain || tile.copies || !image || !tile.address || image.alt) return false;
    button.dataset.index = tile.index;
    image.setAttribute("src", tile.address);
    title.textContent = tile.title;
  } else if (button.title === words) return true;
  button.title = words;
  button.setAttribute("aria-label", words);
  put(rank, String(tile.rank));
  put(score, `${withSign(tile.score, look.decimals)}${look.sign}`);
  const { segments, zero } = segmentsOf(tile.shares, low, high);
  segments.forEach(([left, width], part) => {
    putStyle(bars[part], `left:${left};width:${width}`);
    put(numbers[part], brief(withSign(tile.shares[part], look.decimals)));
  });
  putStyle(bars.at(-1), `left:${zero}`);
  return true;
}

function renewOrMake(holder, tile, low, high, look) {
  const button = holder.firstElementChild;
  if (!button || !renewTile(button, tile, low, high, look)) holder.innerHTML = tileHtml(tile, low, high, look);
}

/* Where the places of the grid are: they stay when tiles change theirs, so that nothing is measured during a move. */
const grids = new WeakMap();
const remeasured = new ResizeObserver((entries) => entries.forEach((entry) => grids.delete(entry.target)));

function spotsOf(list) {
  if (!grids.has(list)) {
    grids.set(list, [...list.children].map((item) => [item.offsetLeft, item.offsetTop]));
    remeasured.observe(list);
  }
  return grids.get(list);
}

/* Lets tiles glide from their old places to their new ones, and new ones appear: an element that is put in again starts
   the animation of its class anew. */
function glide(list, items, oldPlaces) {
  const spots = spotsOf(list);
  items.forEach((item, at) => {
    const [from, to] = [spots[oldPlaces.get(item)], spots[at]];
    const moved = from && to && from !== to;
    item.className = moved ? "is-gliding" : from && to ? "" : "is-appearing";
    if (moved) item.setAttribute("style", `--dx:${from[0] - to[0]}px;--dy:${from[1] - to[1]}px`);
  });
}

/* Draws the tiles in their order into `place`, and one apart below them, or null. */
function drawTiles(place, tiles, apart, look) {
  const shown = apart ? [...tiles, apart] : tiles;
  const reach = (side) => Math.max(0, ...shown.map((tile) => tile.shares.reduce((sum, share) => sum + Math.max(0, side * share), 0)));
  const [low, high] = [reach(-1), reach(1)];
  const list = place.querySelector("ol.gallery");
  const before = [...list.children];
  const oldPlaces = new Map(before.map((item, at) => [item, at]));
  const standing = new Map(before.map((item) => [Number(item.firstElementChild.dataset.index), item]));
  const staying = tiles.map((tile) => standing.get(tile.index));
  const leaving = before.filter((item) => !staying.includes(item));
  const items = tiles.map((tile, at) => {
    const item = staying[at] || leaving.pop() || document.createElement("li");
    if (!staying[at]) oldPlaces.delete(item); // another picture appears in it
    renewOrMake(item, tile, low, high, look);
    return item;
  });
  if (items.length !== before.length || items.some((item, at) => oldPlaces.get(item) !== at)) {
    const moves = before.length && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (moves) {
      spotsOf(list);
      glide(list, items, oldPlaces);
    }
    list.replaceChildren(...items);
  }
  let below = place.querySelector(".gallery-apart");
  if (apart && !below) {
    below = document.createElement("div");
    below.className = "gallery gallery-apart";
    list.after(below);
  }
  if (apart) renewOrMake(below, apart, low, high, look);
  else below?.remove();
}
