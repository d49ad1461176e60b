// A result, enlarged. The browser's own dialog closes on Esc and gives the focus back to the tile.
const dialog = element.querySelector("dialog");
const also = dialog.querySelector("[data-do=also]");
const image = dialog.querySelector("img");

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
  if (!dialog.open) dialog.showModal();
}

dialog.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button || event.target === dialog) dialog.close(); // a click beside the picture closes, too
  if (button && button.dataset.do === "choose") trigger("choose", { index: props.value.index });
  if (button && button.dataset.do === "rank") {
    trigger("rank", { index: props.value.index });
    // The map on which it is drawn stands in a fold of the same tab.
    const fold = element.closest("[role=tabpanel]")?.querySelector(".closer:has(.atlas-frame) button.label-wrap");
    if (fold && !fold.classList.contains("open")) fold.click();
    fold?.scrollIntoView({ block: "nearest" });
  }
  if (button && button.dataset.do === "also") trigger("also", { index: props.value.index });
  if (button && button.dataset.do === "bring") trigger("bring", { index: props.value.index, k: Number(button.dataset.k) });
});
watch("value", receive);
receive();
