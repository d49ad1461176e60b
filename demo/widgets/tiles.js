// The tiles of a ranking, as demo/widgets/gallery.py writes them; those that stay are moved, not made again.
const GLIDE = { duration: 220, easing: "ease-out" };
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

/* Gives a tile that stands on the page the numbers of another answer; its picture stays. Returns whether it could. */
function renewTile(button, tile, low, high, look) {
  const [rank, bar, score] = ["rank", "bar", "score"].map((name) => button.querySelector(`.tile-${name}`));
  const numbers = [...button.querySelectorAll(".tile-parts > span")];
  const bars = bar ? [...bar.children] : [];
  const fits = low + high > 0 && rank && score && bars.length === tile.shares.length + 1 && numbers.length === tile.shares.length;
  if (!fits || button.classList.contains("is-truth") !== tile.right) return false;
  const words = tileWords(tile, look);
  if (button.title === words) return true;
  button.title = words;
  button.setAttribute("aria-label", words);
  rank.textContent = tile.rank;
  score.textContent = `${withSign(tile.score, look.decimals)}${look.sign}`;
  const { segments, zero } = segmentsOf(tile.shares, low, high);
  segments.forEach(([left, width], part) => {
    bars[part].setAttribute("style", `left:${left};width:${width}`);
    numbers[part].lastChild.nodeValue = brief(withSign(tile.shares[part], look.decimals));
  });
  bars.at(-1).setAttribute("style", `left:${zero}`);
  return true;
}

function renewOrMake(holder, tile, low, high, look) {
  const button = holder.firstElementChild;
  const same = button && Number(button.dataset.index) === tile.index;
  if (!same || !renewTile(button, tile, low, high, look)) holder.innerHTML = tileHtml(tile, low, high, look);
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

/* Lets tiles glide from their old places to their new ones, and new ones appear. */
function glide(list, items, oldPlaces) {
  const spots = spotsOf(list);
  items.forEach((item, at) => {
    const [from, to] = [spots[oldPlaces.get(item)], spots[at]];
    if (!from || !to) item.animate({ opacity: [0, 1] }, GLIDE);
    else if (from !== to) item.animate({ transform: [`translate(${from[0] - to[0]}px, ${from[1] - to[1]}px)`, "none"] }, GLIDE);
  });
}

/* Draws the tiles in their order into `place`, and one apart below them, or null. */
function drawTiles(place, tiles, apart, look) {
  const shown = apart ? [...tiles, apart] : tiles;
  const reach = (side) => Math.max(0, ...shown.map((tile) => tile.shares.reduce((sum, share) => sum + Math.max(0, side * share), 0)));
  const [low, high] = [reach(-1), reach(1)];
  const list = place.querySelector("ol.gallery");
  const standing = new Map([...list.children].map((item) => [Number(item.firstElementChild.dataset.index), item]));
  const oldPlaces = new Map([...list.children].map((item, at) => [item, at]));
  const items = tiles.map((tile) => {
    const item = standing.get(tile.index) || document.createElement("li");
    renewOrMake(item, tile, low, high, look);
    return item;
  });
  if (items.length !== oldPlaces.size || items.some((item, at) => oldPlaces.get(item) !== at)) {
    const moves = oldPlaces.size && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (moves) spotsOf(list);
    list.replaceChildren(...items);
    if (moves) glide(list, items, oldPlaces);
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
