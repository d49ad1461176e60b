// The ranking in the browser: what every kind of evidence says of all candidates came with the question, so that a
// weight that moves asks nobody.
const whole = element.querySelector(".live-ranking");
const usualLook = JSON.parse(whole.dataset.look);
let look = usualLook; // the question says in which unit its scores are
const place = (name) => document.getElementById(whole.dataset[name]);
const weightsOf = () => place("weights")?.querySelector(".weights");
const galleryOf = () => place("gallery")?.querySelector(".gallery-frame");

const namesNow = () => question?.own || place("catalogue")?.names;

let question = null; // what was asked last; null while the server answers
let drawing = false; // a frame that will draw
let marking = 0; // a timer that will mark where the sliders change the first answer

function received() {
  const value = props.value;
  question = null;
  // How much of the gallery was searched stands with every instrument, see widgets.css.
  element.closest(".tabitem")?.style.setProperty("--searched", value?.searched ? `"${value.searched}"` : "none");
  if (value?.parts) {
    const rows = decodedRows(value.parts, value.voices.length);
    const hidden = new Uint8Array(rows[0].length);
    for (const index of value.hidden) hidden[index] = 1;
    const own = value.names ? namesOf(value.names, decodedRows(value.names.rows, 1, Int32Array)[0]) : null;
    question = { ...value, rows, hidden, own, room: new Float64Array(hidden.length) }; // moves score in one room
    look = { ...usualLook, ...value.look };
  }
  schedule();
  element.dispatchEvent(new CustomEvent("question-shown", { bubbles: true, detail: whole.dataset.name }));
}

/* What the question answers at these weights; null where the server is to say why it does not. The scores are written
   into `room`, where there is one. */
function answerOf(asked, weights, room = undefined) {
  const length = asked.gram ? mixedLength(weights, asked.gram) : 1;
  if (length === null) return null;
  const scores = blended(weights, asked.rows, room);
  const chosen = bestOf(scores, look.results, asked.hidden);
  const ranks = asked.right.map((index) => [index, rankOf(index, scores, asked.hidden)]);
  const right = ranks.length ? ranks.reduce((best, entry) => (entry[1] < best[1] ? entry : best)) : null;
  return { chosen, right, scores, length };
}

function tileOf(answer, weights, index, rank) {
  const names = namesNow();
  return {
    index: names.rowOf(index), rank, title: names.titles[index], address: names.addressOf(index), file: names.files[index],
    copies: names.copies[index] || 0, right: answer.right !== null && answer.right[0] === index,
    score: answer.scores[index] / answer.length,
    shares: look.kinds.map((_, part) => (weights[part] * question.rows[part][index]) / answer.length),
  };
}

/* Whether the browser can answer at these weights; a refusal that stands is the server's to take back. While a hand
   moves, what tiles are called is not written yet. */
function draw(raw, moving = false) {
  const [frame, names] = [galleryOf(), namesNow()];
  if (!question || !names || !frame || element.closest(".answer")?.querySelector(".notice.slip")) return false;
  const weights = simplexWeights(raw);
  if (question.positive && weights && Math.min(...weights) < 0) return false;
  if (question.own && weights && Math.min(...weights) < 0) return false; // for these the server fetches once more
  const answer = weights && answerOf(question, weights, question.room);
  if (!answer || !answer.chosen.length || !answer.chosen.every(names.isKnown)) return false;
  const tiles = answer.chosen.map((index, at) => tileOf(answer, weights, index, at + 1));
  const among = answer.right && answer.chosen.includes(answer.right[0]);
  const apart = answer.right && !among ? tileOf(answer, weights, ...answer.right) : null;
  const made = drawTiles(frame, tiles, apart, look);
  if (!moving) sayTiles();
  const words = place("sentence").querySelector(".verdict bdi");
  const sentence = rankingSentence(question, weights, answer, names);
  if (words && words.textContent !== sentence) words.textContent = sentence;
  frame.dispatchEvent(new CustomEvent("tiles-drawn", { bubbles: true, detail: made }));
  element.dispatchEvent(new CustomEvent("answer-drawn", { bubbles: true, detail: whole.dataset.name }));
  return true;
}

/* Where the sliders stand; of two kinds of evidence the third says nothing and weighs nothing. */
function standing() {
  const weights = JSON.parse(weightsOf()?.dataset.now || "null");
  return weights && question ? question.rows.map((_, part) => weights[part] ?? 0) : weights;
}

function mark() {
  clearTimeout(marking);
  marking = 0;
  sayTiles();
  const weights = standing();
  const inside = question && weights && Math.min(...weights) >= 0;
  const counted = inside ? question.counted : 0;
  const names = namesNow();
  const flips = counted > 1 && names ? flipsAlong(weights.slice(0, counted), question.rows.slice(0, counted), question.hidden, JSON.parse(weightsOf().dataset.others || "null")) : [];
  const named = flips.map((list) => list.map((flip) => ({
    ...flip, below: names.titles[flip.lower], above: names.titles[flip.upper],
    pictures: [names.addressOf(flip.lower), names.addressOf(flip.upper)],
  })));
  weightsOf()?.dispatchEvent(new CustomEvent("flips-known", { detail: named }));
}

/* Draws once a frame; what the server has drawn meanwhile is for other weights, should a slider have moved since. */
function schedule() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const weights = standing();
    if (weights) draw(weights);
    mark();
  });
}

/* The whole answer as it stands, for whoever compares it with another one; null where the server answers. */
function wholeAnswer() {
  const names = namesNow();
  const weights = question && names && simplexWeights(standing() || [0]);
  const answer = weights && answerOf(question, weights);
  if (!answer) return null;
  return {
    names: names.titles, keys: names.files, isWindow: Boolean(question.own), addressOf: names.addressOf, scores: answer.scores, hidden: question.hidden,
    right: question.right, weights: weights.slice(0, question.counted), profile: question.profile, models: question.models, joined: question.joined, gallery: names.gallery, unnamed: "without words of yours",
    rows: question.rows.slice(0, question.counted), kinds: look.kinds,
    wordsOf: (index) => tileWords(tileOf(answer, weights, index, rankOf(index, answer.scores, question.hidden)), look),
  };
}

/* The answer as a figure, with the weights where the sliders stand. */
givesFigure(() => {
  const names = namesNow();
  const weights = question && names && simplexWeights(standing() || [0]);
  const answer = weights && answerOf(question, weights);
  if (!answer || !answer.chosen.length) return null;
  const shown = answer.chosen.map((index, at) => [index, at + 1]);
  if (answer.right && !answer.chosen.includes(answer.right[0])) shown.push(answer.right);
  const said = (selector) => place("sentence")?.querySelector(`${selector} bdi`)?.textContent || "";
  return {
    kind: "ranking",
    evidence: {
      sentence: said(".verdict"), note: said(".promise"), of: names.titles.length - question.hidden.reduce((sum, one) => sum + one, 0),
      parts: look.kinds.map(([kind, label], at) => ({ kind, label, weight: weights[at] ?? 0 })), decimals: look.decimals, sign: look.sign.trim(),
      results: shown.map(([index, rank]) => {
        const tile = tileOf(answer, weights, index, rank);
        return { rank, title: tile.title, score: tile.score, parts: tile.shares, right: tile.right, picture: { image: tile.address } };
      }),
    },
  };
});

document.addEventListener("answer-wanted", (event) => {
  if (event.detail.name === whole.dataset.name) event.detail.answer = wholeAnswer();
});
document.addEventListener("weights-moved", (event) => {
  if (event.target === weightsOf() && draw(standing(), true)) {
    event.preventDefault();
    clearTimeout(marking); // ticks of the other sliders follow when the hand rests
    marking = setTimeout(mark, 120);
  }
});
for (const next of ["pointerdown", "keydown", "focusin"]) document.addEventListener(next, sayTiles, true);
document.addEventListener("weights-shown", (event) => {
  if (event.target === weightsOf() && event.detail === "Python") schedule();
});
document.addEventListener("catalogue-shown", (event) => {
  if (event.target === place("catalogue")) schedule();
});
watch("value", received);
received();
