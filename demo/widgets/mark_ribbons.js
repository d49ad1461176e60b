// Results that a visitor marked as also right carry a ribbon wherever they stand; what is marked is the server's to know.
const place = (part) => document.getElementById(`${element.firstElementChild.dataset.name}-${part}`);
let rows = new Set();
let any = false; // of any question

let decorated = false; // some tile may carry a ribbon

function decorate() {
  if (!rows.size && !decorated) return;
  decorated = rows.size > 0;
  for (const tile of place("gallery")?.querySelectorAll(".tile") ?? []) {
    const marked = rows.has(Number(tile.dataset.index));
    if (tile.classList.contains("is-also") !== marked) tile.classList.toggle("is-also", marked);
  }
}

function received() {
  rows = new Set(props.value?.rows ?? []);
  any = (props.value?.questions ?? 0) > 0;
  decorate();
}

document.addEventListener("question-shown", (event) => {
  if (event.detail !== element.firstElementChild.dataset.name || !any) return;
  rows = new Set(); // of another question others are marked: the server says which
  decorate();
  setTimeout(() => trigger("wanted"), 50); // once the page knows, too, which question it shows
});
const gallery = place("gallery");
if (gallery) {
  new MutationObserver(decorate).observe(gallery, { childList: true, subtree: true });
  gallery.addEventListener("tiles-drawn", decorate);
}
watch("value", received);
received();
