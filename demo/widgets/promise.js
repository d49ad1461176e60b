// Whether anything answers: p stays where it is, alpha moves the line; the sentences are those of core/tasks/promise.py.
const panel = element.querySelector(".promise-panel");
const dial = element.querySelector("input[type=range]");
const CLOSE = 0.12; // of the line
let alpha = null; // where a hand has put it; null while it is the calibration's

/* What is promised at an alpha, as `Finding.sentence` says it. */
function promised({ p_value: p, hint }, here, level, smallest) {
  const worth = worthOf(p, smallest);
  const mark = String(Number(fixed(level, 2)));
  if (p <= level) {
    const why = hint ? `a hint, ${hint}` : `of questions without an answer at most ${Math.round(100 * level)}% do as well`;
    return `At the usual weights something ${here} answers (${worth}; ${why}).`;
  }
  const why = hint ? `a hint, ${hint}` : `at ${mark} or less it would be promised`;
  return `At the usual weights it is not certain that anything ${here} answers (${worth}; ${why}).`;
}

const worthOf = (p, smallest) => (p >= smallest ? `p = ${fixed(p, 2)}` : `p < ${smallest}`);

function show() {
  const finding = props.value;
  for (const part of [".promise-line", ".promise-ends", ".promise-alpha", ".promise-note"]) element.querySelector(part).hidden = !finding;
  const place = element.querySelector(".promise-said");
  if (!finding) return void (place.textContent = NONE_YET);
  const level = alpha ?? finding.alpha;
  const smallest = Number(panel.dataset.smallest);
  const sentence = promised(finding, panel.dataset.here, level, smallest);
  place.textContent = sentence;
  dial.value = level;
  element.querySelector("output").textContent = Number(dial.value).toFixed(2);
  element.querySelector(".promise-within").style.width = `${100 * level}%`;
  const [p, at] = [`${100 * finding.p_value}%`, `${100 * level}%`];
  for (const part of [".promise-p", ".promise-at"]) element.querySelector(part).style.left = p;
  element.querySelector(".promise-at").textContent = worthOf(finding.p_value, smallest);
  // Where the two stand close together, the name of the line gives way to that of the dot.
  const [name, past] = [element.querySelector(".promise-level"), finding.p_value <= level];
  const close = Math.abs(finding.p_value - level) < CLOSE;
  name.style.left = close ? (past ? `max(${at}, calc(${p} + 1.9rem))` : `min(${at}, calc(${p} - 1.9rem))`) : at;
  name.style.translate = close ? (past ? "0" : "-100%") : "";
  const below = element.closest("[role=tabpanel]")?.querySelector(".answer .promise bdi");
  if (below && below.textContent !== sentence) below.textContent = sentence;
}

dial.addEventListener("input", () => {
  alpha = Number(dial.value);
  show();
});
givesFigure(() => {
  const finding = props.value;
  if (!finding) return null;
  const { p_value, hint, n } = finding;
  return { kind: "promise", evidence: { sentence: element.querySelector(".promise-said").textContent, p_value, alpha: alpha ?? finding.alpha, n, hint } };
});
// What the server writes below an answer is said at the calibration's alpha; it comes with the question.
watch("value", () => requestAnimationFrame(show));
document.addEventListener("answer-drawn", () => alpha !== null && props.value && requestAnimationFrame(show));
show();
