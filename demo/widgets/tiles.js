// The tiles of a ranking, as demo/widgets/gallery.py writes them; those that stand are written anew, not made again.
const brief = (text) => (text.startsWith("0.") ? text.slice(1) : text.startsWith("−0.") ? `−${text.slice(2)}` : text);
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

/* The parts of a tile on the page that change, found once, with what was last written: to ask the page costs as well.
   Gradio writes an answer into the elements that stand, and takes from them what its HTML has not: where the mark is
   gone, what was written last is no longer there. */
const partsOfTiles = new WeakMap();
const HELD = "data-held";

/* Writes a text, or where a bar lies, where it is another one: each writing makes the browser look again. A length by
   itself costs half of what the attribute with both does. */
function put(held, text) {
  if (held.text !== text) held.node.data = held.text = text;
}

function putBar(held, left, width) {
  if (held.left !== left) held.node.style.left = held.left = left;
  if (width && held.width !== width) held.node.style.width = held.width = width;
}

function partsOf(button) {
  const known = partsOfTiles.get(button);
  if (known && button.hasAttribute(HELD)) return known;
  button.setAttribute(HELD, "");
  const held = (node) => node && { node, text: node.data };
  const [bar, title, picture] = ["bar", "title", "picture"].map((name) => button.querySelector(`.tile-${name}`));
  const [rank, score] = ["rank", "score"].map((name) => held(button.querySelector(`.tile-${name}`)?.firstChild));
  const numbers = [...button.querySelectorAll(".tile-parts > span")].map((span) => held(span.lastChild));
  const bars = bar ? Array.from(bar.children, (node) => ({ node })) : [];
  const parts = { index: Number(button.dataset.index), right: button.classList.contains("is-truth"), rank, bars, score, title, numbers, picture };
  partsOfTiles.set(button, parts);
  return parts;
}

/* Has an element with a text stand after another one, or not at all where there is no text. */
function putElement(before, name, text) {
  const after = before.nextElementSibling;
  const found = after?.className === name ? after : null;
  if (!text) return void found?.remove();
  const element = found || document.createElement("span");
  if (element.textContent !== text) element.textContent = text;
  if (found) return;
  element.className = name;
  before.after(element);
}

/* Small pictures that were shown: one that comes again is put in again, for a new address would have to be read anew. */
const MOST_PICTURES = 60;
const pictures = new Map(); // index of a picture -> its image, those that were wanted last at the end

const shownBy = new WeakMap(); // an image -> the index of what it shows, which Gradio may have changed

function keepPicture(index, image) {
  const before = shownBy.get(image);
  if (pictures.get(before) === image) pictures.delete(before);
  shownBy.set(image, index);
  pictures.delete(index);
  pictures.set(index, image);
  if (pictures.size > MOST_PICTURES) pictures.delete(pictures.keys().next().value);
}

function pictureOf({ index, address }) {
  const kept = pictures.get(index);
  const image = kept && !kept.alt ? kept : new Image(); // what could not be shown is asked for again
  if (image !== kept) for (const [name, value] of [["loading", "lazy"], ["decoding", "async"], ["alt", ""]]) image.setAttribute(name, value);
  if (image.getAttribute("src") !== address) image.setAttribute("src", address);
  keepPicture(index, image);
  return image;
}

function putPicture(holder, image) {
  const first = holder.firstElementChild; // none of it stands here once another tile took it
  if (first?.tagName === "IMG") first.replaceWith(image);
  else holder.prepend(image);
}

/* What the tooltips and names of tiles are to say; nobody reads them while a hand moves, so they may wait until it rests. */
const unsaid = new Map();

function sayTiles() {
  for (const [button, [tile, look]] of unsaid) {
    const text = tileWords(tile, look);
    if (button.title === text) continue;
    button.title = text;
    button.setAttribute("aria-label", text);
  }
  unsaid.clear();
}

/* Gives a tile that stands on the page another answer's numbers, and another picture. Returns whether it could. */
function renewTile(button, tile, low, high, look) {
  const parts = partsOf(button);
  const { rank, bars, score, title, numbers, picture } = parts;
  const fits = low + high > 0 && rank && score && bars.length === tile.shares.length + 1 && numbers.length === tile.shares.length;
  if (!fits || !tile.address || picture.firstElementChild.className === "tile-missing") return false;
  if (parts.index !== tile.index) {
    button.dataset.index = parts.index = tile.index;
    putPicture(picture, pictureOf(tile));
    if (title.firstChild) title.firstChild.data = tile.title;
    else title.textContent = tile.title;
    putElement(title, "tile-copies", tile.copies ? copiesOf(tile.copies) : "");
  }
  if (parts.right !== tile.right) {
    parts.right = button.classList.toggle("is-truth", tile.right);
    putElement(rank.node.parentElement, "tile-mark", tile.right ? look.truth : "");
  }
  unsaid.set(button, [tile, look]);
  put(rank, String(tile.rank));
  put(score, `${withSign(tile.score, look.decimals)}${look.sign}`);
  const { segments, zero } = segmentsOf(tile.shares, low, high);
  segments.forEach(([left, width], part) => {
    putBar(bars[part], left, width);
    put(numbers[part], brief(withSign(tile.shares[part], look.decimals)));
  });
  putBar(bars.at(-1), zero);
  return true;
}

/* Returns whether it had to make a tile. */
function renewOrMake(holder, tile, low, high, look) {
  const button = holder.firstElementChild;
  if (button && renewTile(button, tile, low, high, look)) return false;
  unsaid.delete(button);
  holder.innerHTML = tileHtml(tile, low, high, look);
  return true;
}

/* Where the places of the grid are, read when the browser has laid it out anyway: to ask in the midst of a move would
   have it lay out at once what the move has only half written. */
const grids = new WeakMap();
const laidOut = new ResizeObserver((entries) => entries.forEach(({ target }) => grids.set(target, [...target.children].map((item) => [item.offsetLeft, item.offsetTop]))));

function spotsOf(list) {
  if (!grids.has(list)) laidOut.observe(list);
  return grids.get(list) || [];
}

/* Lets tiles glide from where their pictures stood, and new ones appear. The places themselves stay: what moves into
   another one is what they show, for elements that are put in anew are styled and laid out anew. */
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const gliding = { duration: 220, easing: "ease-out" };

function glide(list, tiles, stood) {
  if (!stood.size || stillness.matches) return;
  const spots = spotsOf(list);
  [...list.children].forEach((item, at) => {
    const before = stood.get(tiles[at].index);
    const [from, to] = [spots[before], spots[at]];
    if (before === at || !to) return;
    item.animate(from ? { transform: [`translate(${from[0] - to[0]}px, ${from[1] - to[1]}px)`, "none"] } : { opacity: [0, 1] }, gliding);
  });
}

/* As many places as there are tiles. */
function placesOf(list, count) {
  while (list.children.length > count) list.lastElementChild.remove();
  while (list.children.length < count) list.append(document.createElement("li"));
  return [...list.children];
}

/* Draws the tiles in their order into `place`, and one apart below them, or null. What they are called is said by
   `sayTiles`. Returns whether the tiles are other elements than before. */
function drawTiles(place, tiles, apart, look) {
  const shown = apart ? [...tiles, apart] : tiles;
  const reach = (side) => Math.max(0, ...shown.map((tile) => tile.shares.reduce((sum, share) => sum + Math.max(0, side * share), 0)));
  const [low, high] = [reach(-1), reach(1)];
  const list = place.querySelector("ol.gallery");
  const stood = new Map();
  for (const [at, { firstElementChild: button }] of [...list.children].entries()) {
    const { index, picture } = partsOf(button);
    const image = picture?.firstElementChild;
    stood.set(index, at);
    if (image?.tagName === "IMG") keepPicture(index, image);
  }
  let made = tiles.length !== list.children.length || Boolean(apart) !== Boolean(place.querySelector(".gallery-apart"));
  for (const [at, item] of placesOf(list, tiles.length).entries()) made = renewOrMake(item, tiles[at], low, high, look) || made;
  glide(list, tiles, stood);
  let below = place.querySelector(".gallery-apart");
  if (apart && !below) {
    below = document.createElement("div");
    below.className = "gallery gallery-apart";
    list.after(below);
  }
  if (apart) made = renewOrMake(below, apart, low, high, look) || made;
  else below?.remove();
  return made;
}
