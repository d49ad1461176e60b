// Tells Python when nobody has typed in the field that data-field names for data-milliseconds, and says meanwhile that
// the words are not applied yet. The note moves to the field's lower edge, where it takes no room of its own.
const note = element.querySelector("[data-field]");
const { field, milliseconds, waiting } = note.dataset;
const within = (event, place) => event.target.closest && event.target.closest(place);
const typedIn = (event) => within(event, `[id="${field}"]`);
let timer = 0;

function rest() {
  clearTimeout(timer);
  note.textContent = "";
}

document.addEventListener("input", (event) => {
  const place = typedIn(event);
  if (!place) return;
  if (note.parentNode !== place) place.append(note);
  clearTimeout(timer);
  note.textContent = waiting;
  timer = setTimeout(() => {
    rest();
    trigger("input");
  }, Number(milliseconds));
});
document.addEventListener(
  "keydown",
  (event) => {
    // Enter asks at once, by the field's own event; words that are still being composed are not cut short.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && typedIn(event)) rest();
  },
  true
);
document.addEventListener(
  "click",
  (event) => {
    // The button beside the field asks at once, and a worked example brings words of its own.
    const row = within(event, ".caption-row");
    if (within(event, "button.example") || (row && row.querySelector(`[id="${field}"]`) && within(event, "button"))) rest();
  },
  true
);
