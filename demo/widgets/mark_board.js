// What a visitor marked of the question that stands, with recall; counted anew when it is seen and the answer has changed.
const board = element.querySelector(".mark-board");
const REST = 350;
let stale = true; // the counts are of other weights, or of another question
let timer = 0;

function want() {
  if (!stale || !element.offsetWidth) return;
  stale = false;
  trigger("wanted");
}

function changed() {
  stale = true;
  clearTimeout(timer);
  timer = setTimeout(want, REST);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (button) trigger("take", { index: Number(button.dataset.take) });
});
const answer = document.getElementById(`${board.dataset.name}-sentence`);
if (answer) new MutationObserver(changed).observe(answer, { childList: true, characterData: true, subtree: true });
document.addEventListener("answer-drawn", (event) => {
  if (event.detail === board.dataset.name) changed(); // its sentence may read the same
});
new ResizeObserver(want).observe(element);
want();
