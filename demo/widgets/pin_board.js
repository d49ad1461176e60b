// An answer that was pinned, beside the one that stands: a slope graph of ranks, and a table that says the same. The
// browser has the evidence, so nobody is asked. A pin outlives the page, so other models may answer next.
const board = element.querySelector(".pin-board");
const { name, words: field } = board.dataset;
const store = `blendscope-pin-${name}`;
const part = (selector) => board.querySelector(selector);
const MOST = 20_000; // candidates, as demo/answers/live.py gives
const SHOWN = 3; // movers that are drawn strongly
const ROW = 30, HEAD = 26, LEFT_AT = 168, RIGHT_AT = 272, WIDE = 440;
let pin = null; // {label, key, models, ranks}
let lost = false; // whether one was kept that cannot be read
let refused = false; // whether a hand wanted to pin an answer to an earlier question
let waiting = 0; // a timer that will compare

/* The answer that stands, whole, from whoever has its evidence; null where the browser has none. */
function standingAnswer() {
  const wanted = { name, answer: null };
  document.dispatchEvent(new CustomEvent("answer-wanted", { detail: wanted }));
  return wanted.answer && { ...wanted.answer, ranks: allRanks(wanted.answer.scores, wanted.answer.hidden) };
}

/* What is being asked, in a few words: the words of the field, the weights and the models. */
function labelOf(answer) {
  const typed = (document.querySelector(`#${field} textarea, #${field} input`)?.value || "").trim();
  const brief = typed.length > 40 ? `${typed.slice(0, 39)}…` : typed;
  const mix = answer.weights.map((weight) => withSign(weight, 2)).join(" / ");
  return [brief ? `“${brief}”` : answer.unnamed, mix, answer.joined, answer.profile].filter(Boolean).join(", ");
}

const spotted = (answer) => `${answer.gallery || ""} ${answer.keys.length} ${answer.keys.reduce((sum, key) => { for (const letter of key) sum = (sum * 31 + letter.codePointAt(0)) | 0; return sum; }, 7)}`;

/* Whether an object can be a pin of this board, and is no larger than what the browser ranks. */
function isPin({ label, key, models, ranks }) {
  const isRank = (rank) => Number.isInteger(rank) && rank >= 0 && rank <= ranks.length;
  return isText(label) && isText(key) && isText(models) && Array.isArray(ranks) && ranks.length <= MOST && ranks.every(isRank);
}

const isComparable = (answer) => pin.key === spotted(answer) && pin.ranks.length === answer.ranks.length;

const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/* One side of the graph: the first ones in order, and below a line what stands further down. */
function sideOf(moves, when) {
  const first = moves.filter((move) => move[when] && move[when] <= COMPARED).sort((a, b) => a[when] - b[when]);
  const rest = moves.filter((move) => !first.includes(move)).sort((a, b) => (a[when] || Infinity) - (b[when] || Infinity));
  const places = new Map(first.map((move, at) => [move.index, HEAD + at * ROW + ROW / 2]));
  rest.forEach((move, at) => places.set(move.index, HEAD + (first.length + at) * ROW + ROW / 2 + 12));
  return { places, first: first.length };
}

function labelAt(move, when, y, answer, strong) {
  const before = when === "before";
  const rank = move[when] || "left out";
  const title = short(answer.names[move.index], answer.addressOf ? 13 : 16);
  const x = before ? LEFT_AT - 8 : RIGHT_AT + 8;
  const address = answer.addressOf?.(move.index);
  const picture = address ? `<image href="${escaped(address)}" x="${before ? 2 : WIDE - 28}" y="${y - 13}" width="26" height="26"/>` : "";
  const text = before ? `${escaped(title)} <tspan class="pin-rank">${rank}</tspan>` : `<tspan class="pin-rank">${rank}</tspan> ${escaped(title)}`;
  return `${picture}<text x="${x}" y="${y + 5}" text-anchor="${before ? "end" : "start"}"${strong ? ' class="is-strong"' : ""}>${text}<title>${escaped(answer.names[move.index])}</title></text>`;
}

function graphOf(comparison, answer) {
  const { moves } = comparison;
  const [left, right] = [sideOf(moves, "before"), sideOf(moves, "after")];
  const strong = new Set(moves.filter((move) => move.before !== move.after && move.before && move.after).slice(0, SHOWN).map((move) => move.index));
  const tall = HEAD + moves.length * ROW + 16;
  const drawn = [...moves].reverse().map((move) => {
    const [from, to] = [left.places.get(move.index), right.places.get(move.index)];
    const bold = strong.has(move.index);
    const gone = move.before && move.after ? "" : " is-gone";
    return (
      `<line class="pin-line${bold ? " is-strong" : ""}${gone}" x1="${LEFT_AT}" y1="${from}" x2="${RIGHT_AT}" y2="${to}"/>` +
      labelAt(move, "before", from, answer, bold) + labelAt(move, "after", to, answer, bold)
    );
  });
  const rules = [[left, 0, LEFT_AT], [right, RIGHT_AT, WIDE]].map(([side, from, to]) => {
    const y = HEAD + side.first * ROW + 6;
    return side.first < moves.length ? `<line class="pin-rule" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>` : "";
  });
  return (
    `<svg class="pin-slopes tabular" viewBox="0 0 ${WIDE} ${tall}" role="img" aria-label="${escaped(comparisonSentence(comparison, answer.names))} The table below says the same.">` +
    `<text class="pin-head" x="${LEFT_AT - 8}" y="16" text-anchor="end">pinned</text><text class="pin-head" x="${RIGHT_AT + 8}" y="16">now</text>` +
    `${rules.join("")}${drawn.join("")}</svg>`
  );
}

function tableOf({ moves }, answer) {
  const rank = (number) => number || "left out";
  const rows = moves.map((move) => {
    const step = move.before && move.after ? move.before - move.after : 0;
    const sign = step ? `${step > 0 ? "▲" : "▼"} ${Math.abs(step)}` : "";
    return `<tr><th scope="row"><bdi>${escaped(answer.names[move.index])}</bdi></th><td>${rank(move.before)}</td><td>${rank(move.after)}</td><td>${sign}</td></tr>`;
  });
  return (
    '<details class="fold"><summary>The same as a table, biggest movers first</summary><table class="atlas-table tabular"><thead><tr>' +
    '<th scope="col">result</th><th scope="col">pinned</th><th scope="col">now</th><th scope="col">moved</th></tr></thead>' +
    `<tbody>${rows.join("")}</tbody></table></details>`
  );
}

function figuresOf(comparison, answer) {
  const now = answer.right.length ? answer.right.reduce((least, index) => Math.min(least, answer.ranks[index] || Infinity), Infinity) : 0;
  return [
    `In common among the first ${comparison.places}: ${comparison.shared}`,
    comparison.agreement === null ? "" : `order of all ${answer.names.length}: Spearman ${withSign(comparison.agreement, 2)}`,
    comparison.right ? `the right one: rank ${comparison.right[0]} → ${comparison.right[1]}` : "",
    !comparison.right && now ? `the right one: rank ${now} now` : "",
  ].filter(Boolean).join("; ");
}

/* Which models answered on either side, where they are not the same. */
function modelsOf(answer) {
  if (pin.models === (answer.models || "")) return "";
  const side = (when, models) => `<dt>${when}</dt><dd><bdi>${escaped(models || "no models")}</bdi></dd>`;
  return `<dl class="pin-models fine">${side("Models of the pinned one", pin.models)}${side("Models of this one", answer.models)}</dl>`;
}

const say = (text) => {
  if (part(".pin-said").textContent !== text) part(".pin-said").textContent = text;
};

function compareNow() {
  clearTimeout(waiting);
  waiting = 0;
  if (!element.offsetWidth) return;
  const answer = standingAnswer();
  part("[data-do=pin]").disabled = !answer;
  part("[data-do=unpin]").hidden = !pin;
  part(".pin-whose").hidden = !answer?.profile || !board.dataset.profile || answer.profile === board.dataset.profile;
  const open = Boolean(part(".pin-graph details")?.open);
  let graph = "";
  if (!answer) say(isEarlier() ? DIMMED_PIN : board.dataset.none);
  else if (refused && isEarlier()) say(DIMMED_PIN);
  else if (!pin) say(lost ? LOST_PIN : board.dataset.hint);
  else if (!isComparable(answer)) say(`Pinned: ${pin.label}. It ranks ${pin.ranks.length} other candidates than the ${answer.ranks.length} that are ranked now, so the two cannot be compared.`);
  else {
    const comparison = compared(pin.ranks, answer.ranks, answer.right);
    say(comparisonSentence(comparison, answer.names));
    graph =
      `<p class="fine">Pinned: <bdi>${escaped(pin.label)}</bdi>. Now: <bdi>${escaped(labelOf(answer))}</bdi>.</p>` +
      `${graphOf(comparison, answer)}<p class="fine tabular">${escaped(figuresOf(comparison, answer))}.</p>${modelsOf(answer)}${tableOf(comparison, answer)}`;
  }
  part(".pin-graph").innerHTML = graph;
  if (open && graph) part(".pin-graph details").open = true;
}

const soon = () => (waiting ||= setTimeout(compareNow, 80));

board.addEventListener("click", (event) => {
  const action = event.target.closest("[data-do]")?.dataset.do;
  refused = action === "pin" && isEarlier();
  if (refused) return compareNow();
  const answer = action === "pin" && standingAnswer();
  if (action === "unpin") pin = null;
  else if (answer) pin = { label: labelOf(answer), key: spotted(answer), models: answer.models || "", ranks: answer.ranks };
  else return;
  lost = false;
  keepPin(store, pin && { ...pin, ranks: [...pin.ranks] });
  compareNow();
});
/* Both answers as a figure. */
givesFigure(() => {
  const answer = pin && standingAnswer();
  if (!answer || !isComparable(answer)) return null;
  const comparison = compared(pin.ranks, answer.ranks, answer.right);
  return {
    kind: "slopes",
    evidence: {
      sentence: comparisonSentence(comparison, answer.names), pinned: pin.label, now: labelOf(answer),
      agreement: comparison.agreement, of: answer.names.length,
      moves: comparison.moves.map(({ index, before, after }) => ({
        title: answer.names[index], before, after, right: answer.right.includes(index), picture: { image: answer.addressOf?.(index) || "" },
      })),
    },
  };
});
document.addEventListener("answer-drawn", (event) => {
  if (event.detail === name) soon();
});
new ResizeObserver(soon).observe(element);
const kept = keptPin(store, isPin);
lost = kept === undefined;
pin = kept ? { ...kept, ranks: Int32Array.from(kept.ranks) } : null;
soon();
