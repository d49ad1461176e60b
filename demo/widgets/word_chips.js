// The words of a question as chips. A press leaves a word out of its field and asks; the chip stays, so that another
// press brings the word back. What the words do is asked for when the chips are seen and the answer has changed.
const SOON = 1500;
const chains = new Map(); // field -> {word, on}: all words of it, with those that were pressed away

const spoken = (chain) => chain.filter((word) => word.on).map((word) => word.word).join(" ");
const plain = (text) => text.split(/\s+/).filter(Boolean).join(" ");

/* Words that were pressed away stand as empty chips where they stood. */
function restore(group) {
  const { text, field } = group.dataset;
  const chain = chains.get(field) ?? [];
  if (!chain.some((word) => !word.on) || plain(text) !== spoken(chain)) {
    chains.set(field, plain(text).split(" ").map((word) => ({ word, on: true })));
    return;
  }
  const chips = group.querySelector(".chips");
  const shown = [...chips.children];
  let place = 0;
  for (const entry of chain) {
    if (entry.on) place += 1;
    else {
      const chip = document.createElement("button");
      Object.assign(chip, { type: "button", className: "chip chip-off" });
      chip.setAttribute("aria-pressed", "false");
      const word = document.createElement("bdi");
      Object.assign(word, { className: "chip-word", textContent: entry.word });
      chip.append(word);
      chips.insertBefore(chip, shown[place] ?? null);
    }
  }
}

function number(group) {
  const chain = chains.get(group.dataset.field);
  const left = { true: [], false: [] };
  for (const [place, entry] of chain.entries()) left[entry.on].push(place);
  for (const chip of group.querySelectorAll(".chip")) {
    const on = chip.getAttribute("aria-pressed") === "true";
    // A word that cannot be left out has no chip.
    const place = left[on].findIndex((at) => chain[at].word === chip.querySelector(".chip-word").textContent);
    chip.dataset.number = place < 0 ? "" : left[on].splice(0, place + 1)[place];
  }
}

function ask(field, text) {
  const input = document.querySelector(`#${field} textarea, #${field} input`);
  if (!input) return;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value").set.call(input, text);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  // As if Enter were pressed, a moment later: gradio must have taken the words.
  setTimeout(() => input.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true })), 30);
  setTimeout(changed, SOON); // an answer that reads the same changes nothing that is watched
}

function press(chip, field) {
  const chain = chains.get(field);
  const entry = chip.dataset.number && chain[Number(chip.dataset.number)];
  if (!entry) return;
  if (entry.on && chain.filter((word) => word.on).length === 1) return; // one word must stay
  entry.on = !entry.on;
  chip.setAttribute("aria-pressed", String(entry.on));
  chip.classList.toggle("chip-off", !entry.on);
  ask(field, spoken(chain));
}

element.addEventListener("click", (event) => {
  const field = event.target.closest(".chips-of")?.dataset.field;
  const chip = event.target.closest("button.chip");
  const words = event.target.closest("[data-ask]");
  if (field && chip) press(chip, field);
  else if (field && words) ask(field, words.dataset.ask);
});

function shown() {
  for (const group of element.querySelectorAll(".chips-of")) {
    if (!group.dataset.field) continue;
    restore(group);
    number(group);
  }
}

watch("value", shown);
shown();
