// The tiles of a ranking, as demo/widgets/gallery.py writes them; those that stay are moved, not made again.
const GLIDE = { duration: 220, easing: "ease-out" };
const withSign = (number, decimals) => {
  const text = number.toFixed(decimals);
  return /[1-9]/.test(text) ? text.replace("-", "−") : (0).toFixed(decimals);
};
const brief = (text) => (text.replace(/^−/, "").startsWith("0.") ? text.replace("0.", ".") : text);
const escaped = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const copiesOf = (count) => `and ${count} ${count === 1 ? "copy" : "copies"}`;

/* A tile in words: its tooltip, and what a screen reader says. */
function tileWords(tile, look) {
  const score = withSign(tile.score, look.decimals + 2);
  const parts = look.kinds.map(([, label], part) => `${label} ${withSign(tile.shares[part], look.decimals + 2)}`);
  const notes = [tile.right ? look.truth : "", tile.copies ? copiesOf(tile.copies) : "", tile.file].filter(Boolean);
  return [`${tile.rank}. ${tile.title}: score ${score}${look.sign} = ${parts.join(" + ")}`, ...notes].join(". ");
}

function barOf(tile, low, high, kinds) {
  const whole = low + high;
  if (!(whole > 0)) return "";
  const zero = (100 * low) / whole;
  let [left, right, segments] = [zero, zero, ""];
  tile.shares.forEach((share, part) => {
    const width = (100 * Math.abs(share)) / whole;
    if (share < 0) left -= width;
    segments += `<span class="part-${kinds[part][0]}" style="left:${(share >= 0 ? right : left).toFixed(2)}%;width:${width.toFixed(2)}%"></span>`;
    if (share >= 0) right += width;
  });
  return `<span class="tile-bar">${segments}<span class="tile-zero" style="left:${zero.toFixed(2)}%"></span></span>`;
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

/* Gives a tile that stands on the page the numbers of another answer; its picture stays. */
function renewTile(button, html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  const next = made.content.firstChild;
  for (const { name, value } of next.attributes) if (button.getAttribute(name) !== value) button.setAttribute(name, value);
  const renew = (selector) => {
    const [old, fresh] = [button.querySelector(selector), next.querySelector(selector)];
    if (old && fresh) {
      if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
    } else if (old) old.remove();
    else if (fresh) button.querySelector(".tile-picture").append(fresh);
  };
  [".tile-rank", ".tile-mark", ".tile-line", ".tile-parts"].forEach(renew);
}

/* Draws the tiles in their order into `place`, and one apart below them, or null. */
function drawTiles(place, tiles, apart, look) {
  const shown = apart ? [...tiles, apart] : tiles;
  const reach = (side) => Math.max(0, ...shown.map((tile) => tile.shares.reduce((sum, share) => sum + Math.max(0, side * share), 0)));
  const [low, high] = [reach(-1), reach(1)];
  const list = place.querySelector("ol.gallery");
  const before = new Map([...list.children].map((item) => [Number(item.firstElementChild.dataset.index), item]));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const same = before.size === tiles.length && [...before.keys()].every((index, at) => index === tiles[at].index);
  const from = same || still ? null : new Map([...before].map(([index, item]) => [index, [item.offsetLeft, item.offsetTop]]));
  const items = tiles.map((tile) => {
    const html = tileHtml(tile, low, high, look);
    const item = before.get(tile.index) || document.createElement("li");
    if (before.has(tile.index)) renewTile(item.firstElementChild, html);
    else item.innerHTML = html;
    return item;
  });
  if (!same) list.replaceChildren(...items);
  if (from) {
    for (const [at, item] of items.entries()) {
      const [left, top] = from.get(tiles[at].index) || [null, null];
      if (left === null) item.animate({ opacity: [0, 1] }, GLIDE);
      else if (left !== item.offsetLeft || top !== item.offsetTop) {
        item.animate({ transform: [`translate(${left - item.offsetLeft}px, ${top - item.offsetTop}px)`, "none"] }, GLIDE);
      }
    }
  }
  let below = place.querySelector(".gallery-apart");
  if (!apart) return void below?.remove();
  if (!below) {
    below = document.createElement("div");
    below.className = "gallery gallery-apart";
    list.after(below);
  }
  const html = tileHtml(apart, low, high, look);
  if (Number(below.firstElementChild?.dataset.index) === apart.index) renewTile(below.firstElementChild, html);
  else below.innerHTML = html;
  return undefined;
}
