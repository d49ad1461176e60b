// Presses a button when somebody paused after typing; Enter, which the field handles itself, does so at once.
const note = element.querySelector(".live-text");
const PAUSE = 600; // milliseconds
const ready = note.textContent;
let timer = 0;

function rest() {
  clearTimeout(timer);
  note.textContent = ready;
}

document.addEventListener("input", (event) => {
  const field = document.getElementById(note.dataset.watches);
  if (!field || !field.contains(event.target)) return;
  clearTimeout(timer);
  note.textContent = note.dataset.waiting;
  timer = setTimeout(() => {
    rest();
    const button = document.getElementById(note.dataset.presses);
    if (button) button.click();
  }, PAUSE);
});
document.addEventListener("keydown", (event) => {
  const field = document.getElementById(note.dataset.watches);
  if (event.key === "Enter" && field && field.contains(event.target)) rest();
});
document.addEventListener("click", (event) => {
  const button = document.getElementById(note.dataset.presses);
  if (button && button.contains(event.target)) rest();
});
