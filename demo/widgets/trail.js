// The trail of questions. Python is told of each new question, and draws none again that it remembers.
const trail = element.querySelector(".trail");

function received() {
  const { labels = [], here = null } = props.value || {};
  trail.hidden = !labels.length;
  const items = labels.map((label, number) => {
    const [item, button, words] = ["li", "button", "bdi"].map((tag) => document.createElement(tag));
    Object.assign(button, { type: "button", className: "atlas-go" });
    button.dataset.number = number;
    if (number === here) button.setAttribute("aria-current", "true");
    words.textContent = label;
    button.append(words);
    item.append(button);
    return item;
  });
  trail.querySelector("ol").replaceChildren(...items);
}

trail.addEventListener("click", (event) => {
  const button = event.target.closest("[data-number]");
  if (button) trigger("walk", { number: Number(button.dataset.number) });
});
document.addEventListener("question-shown", (event) => {
  if (event.detail !== trail.dataset.name) return;
  // The page opens with a worked example, which nobody asked. The fields of an answer have come a moment later.
  if (navigator.userActivation?.hasBeenActive) setTimeout(() => trigger("note"), 50);
});
watch("value", received);
received();
