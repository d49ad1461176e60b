// What is computed only when somebody looks: `wanted` comes when the element is seen and the answer is another one than
// it is about. The answer is what stands in the element that `data-watches` of the frame names.
const frame = element.querySelector("[data-watches]");
const REST = 350; // milliseconds without a change
const wanting = { possible: () => true, detail: () => undefined }; // whether there is a question, and what goes with it

let stale = true;
let timer = 0;

function want() {
  if (!stale || !element.offsetWidth || !wanting.possible()) return;
  stale = false;
  element.querySelector("[data-watches]").classList.add("is-working");
  trigger("wanted", wanting.detail());
}

function changed() {
  stale = true;
  clearTimeout(timer);
  timer = setTimeout(want, REST);
}

const answer = document.getElementById(frame.dataset.watches);
if (answer) new MutationObserver(changed).observe(answer, { childList: true, characterData: true, subtree: true });
new ResizeObserver(want).observe(element);
queueMicrotask(want); // when the rest of the script has run
