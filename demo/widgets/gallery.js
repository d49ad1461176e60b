// The gallery: a tile that was clicked tells Python which; a picture that is missing gets a placeholder.
const PLACEHOLDER =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160"><rect width="160" height="160" fill="#e4e4e0"/>' +
      '<path d="M30 120l32-40 22 26 18-20 28 34z M104 48a10 10 0 1 0 .1 0z" fill="#a5a59f"/></svg>',
  );

element.addEventListener("click", (event) => {
  const tile = event.target.closest("[data-index]");
  if (!tile || !tile.dataset.do) return;
  const chosen = { index: Number(tile.dataset.index), words: tile.title };
  if (tile.dataset.do === "choose") trigger("choose", chosen);
  else trigger("enlarge", chosen);
});
element.addEventListener(
  "error",
  (event) => {
    const image = event.target;
    if (image.tagName !== "IMG" || image.src === PLACEHOLDER) return;
    image.src = PLACEHOLDER; // set again after every redrawing, which asks for the true picture first
    image.alt = `${image.alt} (picture missing)`;
  },
  true, // errors of pictures don't bubble
);
for (const image of element.querySelectorAll("img")) {
  if (image.complete && image.naturalWidth === 0 && image.getAttribute("src")) {
    image.dispatchEvent(new Event("error"));
  }
}
