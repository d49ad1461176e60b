// The classes in the browser: what picture and words say of each came with the question, so that alpha asks nobody.
const whole = element.querySelector(".live-classes");
const place = (name) => document.getElementById(whole.dataset[name]);
const slider = () => place("slider")?.querySelector(".slider");

let question = null; // what was asked last; null while the server answers
let drawing = false; // a frame that will draw

function received() {
  const value = props.value;
  question = value && { ...value, rows: decodedRows(value.parts, 2, Float64Array) };
  if (question) question.all = new Uint8Array(question.labels.length);
  schedule();
  element.dispatchEvent(new CustomEvent("question-shown", { bubbles: true, detail: "sketch" }));
}

/* One row of the table, as demo/widgets/bars.py writes it. */
function classRow({ label, probability, logit, parts }, zero, unit) {
  let [left, right, segments] = [zero, zero, ""];
  parts.forEach((value, part) => {
    const width = Math.abs(value) * unit;
    if (value < 0) left -= width;
    segments += `<i class="part-${["picture", "words"][part]}" style="left:${percent(value < 0 ? left : right)};width:${percent(width)}"></i>`;
    if (value >= 0) right += width;
  });
  segments += `<i class="bar-zero" style="left:${percent(zero)}"></i><i class="bar-sum" style="left:${percent(zero + logit * unit)}"></i>`;
  return (
    `<tr><th scope="row"><bdi>${escaped(label)}</bdi></th><td class="bar-cell"><div class="bar" aria-hidden="true">${segments}</div></td>` +
    `<td data-name="picture">${withSign(parts[0], 2)}</td><td data-name="words">${withSign(parts[1], 2)}</td>` +
    `<td data-name="logit" class="sum">${withSign(logit, 2)}</td><td data-name="probability" class="sum">${fixed(probability, 3)}</td></tr>`
  );
}

/* Gives what stands on the page the texts and attributes of another drawing of it: whoever reads or has marked a cell
   stays in it, which new cells would end. */
function become(node, drawn) {
  if (node.childNodes.length !== drawn.childNodes.length) return void node.replaceChildren(...drawn.childNodes);
  if (node.nodeType === Node.TEXT_NODE) return void (node.data === drawn.data || (node.data = drawn.data));
  for (const { name, value } of drawn.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  drawn.childNodes.forEach((child, at) => become(node.childNodes[at], child));
}

function answerOf(asked, alpha) {
  const weights = [alpha, 1 - alpha];
  const logits = blended(weights, asked.rows);
  const probabilities = softmax(logits);
  return bestOf(logits, asked.shown, asked.all).map((index) => ({
    label: asked.labels[index], probability: probabilities[index], logit: logits[index],
    parts: weights.map((weight, part) => weight * asked.rows[part][index]),
  }));
}

function say(selector, text) {
  const words = place("answer").querySelector(`${selector} bdi`);
  if (words && words.textContent !== text) words.textContent = text;
}

/* Whether the browser can answer at this alpha; a refusal that stands is the server's to take back. */
function draw(alpha) {
  const table = place("answer")?.querySelector("table.bars tbody");
  if (!question || !table || !(alpha >= 0 && alpha <= 1) || element.closest(".answer")?.querySelector(".notice.slip")) return false;
  const classes = answerOf(question, alpha);
  const reach = (side) => Math.max(0, ...classes.map((row) => row.parts.reduce((sum, value) => sum + Math.max(0, side * value), 0)));
  const [low, high] = [reach(-1), reach(1)];
  const total = low + high || 1;
  const drawn = document.createElement("tbody");
  drawn.innerHTML = classes.map((row) => classRow(row, (100 * low) / total, 100 / total)).join("");
  become(table, drawn);
  const [best] = classes;
  const none = best.probability < question.none;
  const share = fixed(best.probability, 2);
  const end = none ? `but nothing fits well: ${best.label} leads with only ${share}.` : `blended, ${best.label} leads (${share}).`;
  say(".verdict", `${question.beginning}; ${end}`);
  const short = classes.slice(0, 2).map((row) => `${row.label} ${fixed(row.probability, 2)}`);
  say(".headline", `α = ${fixed(alpha, 2)}: ${short.join(", ")}`);
  const remark = place("answer").querySelector(".none-of-these");
  if (!none) remark?.remove();
  else if (!remark) place("answer").querySelector("table.bars").insertAdjacentHTML("beforebegin", question.remark);
  element.dispatchEvent(new CustomEvent("answer-drawn", { bubbles: true, detail: whole.dataset.slider }));
  return true;
}

/* Draws once a frame; what the server has drawn meanwhile is for another alpha, should the slider have moved since. */
function schedule() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (slider()?.dataset.now) draw(Number(slider().dataset.now));
  });
}

/* The answer as a figure, at the alpha where the slider stands. */
givesFigure(() => {
  const alpha = Number(slider()?.dataset.now ?? NaN);
  if (!question || !(alpha >= 0 && alpha <= 1)) return null;
  const said = (selector) => place("answer")?.querySelector(`${selector} bdi`)?.textContent || "";
  return {
    kind: "classes",
    evidence: {
      sentence: said(".verdict"), note: said(".promise"), of: question.labels.length,
      parts: [["picture", alpha], ["words", 1 - alpha]].map(([kind, weight]) => ({ kind, label: kind, weight })),
      classes: answerOf(question, alpha),
    },
  };
});

/* The whole answer as it stands, for whoever compares it with another one; null where the server answers. */
document.addEventListener("answer-wanted", (event) => {
  const alpha = Number(slider()?.dataset.now ?? NaN);
  if (event.detail.name !== whole.dataset.slider || !question || !(alpha >= 0 && alpha <= 1)) return;
  const weights = [alpha, 1 - alpha];
  event.detail.answer = {
    names: question.labels, keys: question.labels, scores: blended(weights, question.rows), hidden: question.all,
    right: [], weights, profile: question.profile, models: question.models, joined: "", gallery: "", unnamed: "",
  };
});
document.addEventListener("slider-moved", (event) => {
  if (event.target === slider() && draw(Number(slider().dataset.now))) event.preventDefault();
});
document.addEventListener("slider-shown", (event) => {
  if (event.target === slider()) schedule();
});
watch("value", received);
received();
