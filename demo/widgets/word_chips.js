// The words of a question as chips. A press leaves a word out of the field and asks; the chip stays, so that another
// press brings the word back. What the words do is asked for when the chips are seen and the answer has changed.
const frame = element.querySelector(".chips-frame");
const { words: field, watches } = frame.dataset;
const REST = 350;
const SOON = 1500;

let stale = true; // the answer is another one than the chips are about
let timer = 0;
let chain = []; // {word, on}: all words of the question, with those that were pressed away

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

const spoken = () => chain.filter((word) => word.on).map((word) => word.word).join(" ");
const plain = (text) => text.split(/\s+/).filter(Boolean).join(" ");

/* Words that were pressed away stand as empty chips where they stood. */
function restore() {
  const group = element.querySelector(".chips");
  const now = element.querySelector(".chips-of")?.dataset.text;
  if (now === undefined) return;
  if (!chain.some((word) => !word.on) || plain(now) !== spoken()) {
    chain = plain(now).split(" ").map((word) => ({ word, on: true }));
    return;
  }
  const shown = [...group.children];
  let place = 0;
  for (const [number, entry] of chain.entries()) {
    if (entry.on) place += 1;
    else {
      const chip = document.createElement("button");
      Object.assign(chip, { type: "button", className: "chip chip-off" });
      chip.setAttribute("aria-pressed", "false");
      chip.dataset.number = number;
      const word = document.createElement("bdi");
      Object.assign(word, { className: "chip-word", textContent: entry.word });
      chip.append(word);
      group.insertBefore(chip, shown[place] ?? null);
    }
  }
}

function number() {
  let place = 0;
  const on = [...chain.keys()].filter((index) => chain[index].on);
  for (const chip of element.querySelectorAll(".chip:not(.chip-off)")) chip.dataset.number = on[place++];
}

function ask(text) {
  const input = document.querySelector(`#${field} textarea, #${field} input`);
  if (!input) return;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value").set.call(input, text);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  // As if Enter were pressed, a moment later: gradio must have taken the words.
  setTimeout(() => input.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true })), 30);
}

element.addEventListener("click", (event) => {
  const chip = event.target.closest(".chip");
  if (!chip) return;
  const entry = chain[Number(chip.dataset.number)];
  if (!entry) return;
  if (entry.on && chain.filter((word) => word.on).length === 1) return; // one word must stay
  entry.on = !entry.on;
  chip.setAttribute("aria-pressed", String(entry.on));
  chip.classList.toggle("chip-off", !entry.on);
  ask(spoken());
  setTimeout(changed, SOON); // an answer that reads the same changes nothing that is watched
});

function shown() {
  restore();
  number();
}

const answer = document.getElementById(watches);
if (answer) new MutationObserver(changed).observe(answer, { childList: true, characterData: true, subtree: true });
new ResizeObserver(want).observe(element);
watch("value", shown);
shown();
want();
