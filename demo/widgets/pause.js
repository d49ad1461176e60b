// Tells Python when nobody has typed in the field that data-field names for data-milliseconds.
const { field, milliseconds } = element.querySelector("[data-field]").dataset;
const typedIn = (event) => event.target.closest && event.target.closest(`[id="${field}"]`);
let timer = 0;

document.addEventListener("input", (event) => {
  if (!typedIn(event)) return;
  clearTimeout(timer);
  timer = setTimeout(() => trigger("input"), Number(milliseconds));
});
document.addEventListener(
  "keydown",
  (event) => {
    // Enter asks at once, by the field's own event; words that are still being composed are not cut short.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && typedIn(event)) clearTimeout(timer);
  },
  true
);
