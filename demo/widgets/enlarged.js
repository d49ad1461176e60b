// A result, enlarged. The browser's own dialog closes on Esc and gives the focus back to the tile.
const dialog = element.querySelector("dialog");
const also = dialog.querySelector("[data-do=also]");
const image = dialog.querySelector("img");
const size = dialog.querySelector("[data-do=size]");
const ONLY_SMALL = "Only its small copy is here.";

function receive() {
  const value = props.value;
  if (!value || typeof value !== "object") return;
  dialog.querySelector("b").textContent = value.title;
  dialog.querySelector("figcaption span").textContent = value.details;
  image.hidden = !value.src;
  if (value.src) image.src = value.src;
  image.alt = value.title;
  const tile = [...(element.closest("[role=tabpanel]")?.querySelectorAll(".tile.is-also") ?? [])];
  const marked = tile.some((one) => Number(one.dataset.index) === value.index);
  also.setAttribute("aria-pressed", String(marked));
  showWhole(false);
  size.hidden = true;
  dialog.querySelector(".enlarged-size").textContent = value.src && !value.whole ? ONLY_SMALL : "";
  if (value.whole) fetchWhole(value);
  if (!dialog.open) dialog.showModal();
}

/* The picture itself takes the place of its copy as soon as it is here. */
function fetchWhole(value) {
  const whole = new Image();
  whole.onload = () => {
    if (props.value !== value && props.value?.whole !== value.whole) return;
    image.src = whole.src;
    dialog.querySelector(".enlarged-size").textContent = `${whole.naturalWidth} × ${whole.naturalHeight} pixels.`;
    image.style.setProperty("--own", `${whole.naturalWidth}px`);
    size.hidden = false;
  };
  whole.src = value.whole;
}

/* At its own size, one of its pixels for one of the page, or as large as there is room. */
function showWhole(own) {
  dialog.classList.toggle("is-own-size", own);
  size.setAttribute("aria-pressed", String(own));
  const place = image.parentElement;
  place.scrollTo((place.scrollWidth - place.clientWidth) / 2, (place.scrollHeight - place.clientHeight) / 2);
}

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button === size) return showWhole(!dialog.classList.contains("is-own-size"));
  if (button || event.target === dialog) dialog.close(); // a click beside the picture closes, too
  if (button && button.dataset.do === "choose") trigger("choose", { index: props.value.index });
  if (button && button.dataset.do === "rank") {
    trigger("rank", { index: props.value.index });
    // The map on which it is drawn stands in a fold of the same tab.
    element.closest("[role=tabpanel]")?.querySelector(".atlas-frame")?.dispatchEvent(new CustomEvent("closer-wanted", { bubbles: true }));
  }
  if (button && button.dataset.do === "also") trigger("also", { index: props.value.index });
  if (button && button.dataset.do === "bring") trigger("bring", { index: props.value.index, k: Number(button.dataset.k) });
});
watch("value", receive);
receive();
