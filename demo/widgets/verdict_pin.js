// A pinned verdict beside the one that stands: a slope for each classifier, from its probability then to the one now.
const board = element.querySelector(".pin-board");
const STORE = "blendscope-verdict-pin";
const part = (selector) => board.querySelector(selector);
const WIDE = 440, TALL = 250, TOP = 34, BOTTOM = 222, LEFT_AT = 150, RIGHT_AT = 290, APART = 20;
let pin = null;
let lost = false; // whether one was kept that cannot be read
let refused = false; // whether a hand wanted to pin an answer to an earlier question

function standing() {
  const data = document.querySelector(`#${board.dataset.answer} .verdict-data`);
  return data ? JSON.parse(data.dataset.verdict) : null;
}

function isPin({ labels, shares, verdict, captions, models }) {
  const isShare = (share) => typeof share === "number" && share >= 0 && share <= 1;
  return areTexts(labels) && labels.length === 2 && isText(verdict) && areTexts(captions) && areTexts(models) && Object.values(shares).every(isShare);
}

const sameClasses = (now) => pin.labels.join("\n") === now.labels.join("\n");
const classifiers = (now) => ["head", "captions"].filter((name) => name in pin.shares || name in now.shares);
const share = (answer, name) => (name in answer.shares ? answer.shares[name].toFixed(2) : "none");

/* What changed, in one sentence. */
function sentenceOf(now) {
  const verdict = pin.verdict === now.verdict ? `The verdict is ${now.verdict} as before` : `The verdict went from ${pin.verdict} to ${now.verdict}`;
  if (!sameClasses(now)) return `${verdict}; the classes were ${pin.labels.join(" and ")} and are ${now.labels.join(" and ")} now, so probabilities cannot be compared.`;
  const moves = classifiers(now).map((name) => {
    const [before, after] = [share(pin, name), share(now, name)];
    return before === after ? `${name} ${after} as before` : `${name} ${before} to ${after}`;
  });
  return `${verdict}; for ${now.labels[1]}: ${moves.join(", ")}.`;
}

/* Where labels of one side stand, so that none covers another: [name, y of the point, y of the label]. */
function sideOf(answer, names) {
  const points = names.filter((name) => name in answer.shares).map((name) => [name, BOTTOM - answer.shares[name] * (BOTTOM - TOP)]);
  points.sort((a, b) => a[1] - b[1]);
  let least = -Infinity;
  return points.map(([name, y]) => {
    least = Math.max(least + APART, y);
    return [name, y, least];
  });
}

function markAt(name, x, y) {
  if (name === "head") return `<circle class="verdict-head" cx="${x}" cy="${y}" r="8"/>`;
  return `<rect class="verdict-captions" x="${x - 7}" y="${y - 7}" width="14" height="14" transform="rotate(45 ${x} ${y})"/>`;
}

function graphOf(now) {
  const names = classifiers(now);
  const [left, right] = [sideOf(pin, names), sideOf(now, names)];
  const slopes = names.map((name) => {
    const ends = [left, right].map((side) => side.find((point) => point[0] === name));
    return ends.every(Boolean) ? `<line class="pin-line is-strong" x1="${LEFT_AT}" y1="${ends[0][1]}" x2="${RIGHT_AT}" y2="${ends[1][1]}"/>` : "";
  });
  const labels = [[left, LEFT_AT, -16, "end", pin], [right, RIGHT_AT, 16, "start", now]].flatMap(([side, x, aside, anchor, answer]) =>
    side.map(([name, y, at]) => `${markAt(name, x, y)}<text x="${x + aside}" y="${at + 6}" text-anchor="${anchor}">${name} ${share(answer, name)}</text>`),
  );
  const [low, high] = now.labels.map(escaped);
  const rule = [0, 0.5, 1].map((at) => `<line class="pin-rule" x1="${LEFT_AT}" x2="${RIGHT_AT}" y1="${BOTTOM - at * (BOTTOM - TOP)}" y2="${BOTTOM - at * (BOTTOM - TOP)}"/>`);
  return (
    `<svg class="pin-slopes tabular" viewBox="0 0 ${WIDE} ${TALL}" role="img" aria-label="${escaped(sentenceOf(now))} The table below says the same.">${rule.join("")}` +
    `<text class="pin-head" x="${LEFT_AT}" y="16" text-anchor="middle">pinned</text><text class="pin-head" x="${RIGHT_AT}" y="16" text-anchor="middle">now</text>` +
    `<text class="pin-head" x="${WIDE / 2}" y="${TOP - 4}" text-anchor="middle">${high}</text><text class="pin-head" x="${WIDE / 2}" y="${BOTTOM + 20}" text-anchor="middle">${low}</text>` +
    `${slopes.join("")}${labels.join("")}</svg>`
  );
}

function tableOf(now) {
  const listed = (words) => words.map((text) => `<bdi>${escaped(text)}</bdi>`).join("; ");
  const rows = [
    ["verdict", ...[pin, now].map((answer) => escaped(answer.verdict))],
    ...classifiers(now).map((name) => [`${name}, probability`, ...[pin, now].map((answer) => (name in answer.shares ? `${share(answer, name)} for ${escaped(answer.labels[1])}` : "none"))]),
    ["captions", listed(pin.captions), listed(now.captions)],
    ["models", listed(pin.models), listed(now.models)],
  ];
  const cells = rows.map(([name, before, after]) => `<tr><th scope="row">${name}</th><td>${before}</td><td>${after}</td></tr>`);
  return (
    '<table class="atlas-table verdict-table tabular"><thead><tr><td></td><th scope="col">pinned</th><th scope="col">now</th></tr></thead>' +
    `<tbody>${cells.join("")}</tbody></table>`
  );
}

function compareNow() {
  if (!element.offsetWidth) return;
  const now = standing();
  part("[data-do=pin]").disabled = !now;
  part("[data-do=unpin]").hidden = !pin;
  part(".pin-whose").hidden = !now || now.models[0] === board.dataset.profile;
  const said = !now ? board.dataset.none : refused && isEarlier() ? DIMMED_PIN : pin ? sentenceOf(now) : lost ? LOST_PIN : board.dataset.hint;
  if (part(".pin-said").textContent !== said) part(".pin-said").textContent = said;
  part(".pin-graph").innerHTML = now && pin ? `${sameClasses(now) ? graphOf(now) : ""}${tableOf(now)}` : "";
}

board.addEventListener("click", (event) => {
  const action = event.target.closest("[data-do]")?.dataset.do;
  if (!action) return;
  refused = action === "pin" && isEarlier();
  if (refused) return compareNow();
  pin = action === "pin" ? standing() : null;
  lost = false;
  keepPin(STORE, pin);
  compareNow();
});
/* Both verdicts as a figure. */
givesFigure(() => {
  const now = standing();
  if (!now || !pin || !sameClasses(now)) return null;
  const told = (answer, before) => classifiers(now).filter((name) => name in answer.shares).map((name) => ({ name, kind: name, share: answer.shares[name], before }));
  return {
    kind: "verdict",
    evidence: {
      question: { words: now.captions }, sentence: sentenceOf(now), labels: now.labels, verdict: now.verdict,
      judgements: [...told(pin, true), ...told(now, false)],
      facts: [{ name: "Verdict, pinned", value: pin.verdict }, { name: "Verdict now", value: now.verdict }],
    },
  };
});
const answer = document.getElementById(board.dataset.answer);
if (answer) new MutationObserver(compareNow).observe(answer, { childList: true, subtree: true, attributes: true });
new ResizeObserver(compareNow).observe(element);
const kept = keptPin(STORE, isPin);
lost = kept === undefined;
pin = kept || null;
compareNow();
