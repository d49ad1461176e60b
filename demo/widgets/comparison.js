// What two answers differ in, as core/instruments/comparison.py computes and says it.
const COMPARED = 10;
const ALONE = "Only one candidate is ranked, so nothing can move.";

/* The rank of every candidate, 1 = first, 0 for what is not ranked; ties keep the order of the candidates. */
function allRanks(scores, hidden) {
  const order = [];
  for (let i = 0; i < scores.length; i += 1) if (!hidden[i]) order.push(i);
  order.sort((a, b) => scores[b] - scores[a] || a - b);
  const ranks = new Int32Array(scores.length);
  order.forEach((index, at) => (ranks[index] = at + 1));
  return ranks;
}

/* Spearman's rank correlation over what both rank, or null. */
function agreementOf(before, after) {
  const both = [...before.keys()].filter((i) => before[i] && after[i]);
  const count = both.length;
  if (count < 2) return null;
  const places = (ranks) => {
    const among = new Map([...both].sort((a, b) => ranks[a] - ranks[b]).map((i, at) => [i, at]));
    return both.map((i) => among.get(i));
  };
  const [first, second] = [places(before), places(after)];
  const squares = first.reduce((sum, place, at) => sum + (place - second[at]) ** 2, 0);
  return 1 - (6 * squares) / (count * (count ** 2 - 1));
}

/* Both rankings side by side: the first ones of either, the biggest mover first. */
function compared(before, after, rightOnes = [], most = COMPARED) {
  const first = [before, after].map((ranks) => [...ranks.keys()].filter((i) => ranks[i] && ranks[i] <= most));
  const union = [...new Set([...first[0], ...first[1]])].sort((a, b) => a - b);
  const distance = (move) => (move.before && move.after ? Math.abs(move.after - move.before) : -1);
  const moves = union.map((index) => ({ index, before: before[index], after: after[index] }));
  moves.sort((a, b) => (distance(a) === distance(b) ? a.index - b.index : distance(b) - distance(a)));
  const second = new Set(first[1]);
  const ranked = rightOnes.filter((index) => before[index] && after[index]);
  const best = (ranks) => ranked.reduce((least, index) => Math.min(least, ranks[index]), Infinity);
  return {
    moves, shared: first[0].filter((index) => second.has(index)).length,
    places: Math.min(most, Math.max(first[0].length, first[1].length)),
    agreement: agreementOf(before, after), right: ranked.length ? [best(before), best(after)] : null,
  };
}

function wayOf(before, after) {
  if (before === after) return `rank ${after} as before`;
  if (!before) return `new at rank ${after}`;
  if (!after) return `rank ${before}, and now left out`;
  return `from rank ${before} to ${after}`;
}

function comparisonSentence({ moves, shared, places, right }, names) {
  const moved = moves.filter((move) => move.before !== move.after);
  if (!moved.length) return places === 1 ? ALONE : `Nothing moved among the first ${places}.`;
  const [most] = moved;
  const rightOne = right ? ` The right one: ${wayOf(...right)}.` : "";
  return `${shared} of the first ${places} stay; “${names[most.index]}” moves most, ${wayOf(most.before, most.after)}.${rightOne}`;
}
