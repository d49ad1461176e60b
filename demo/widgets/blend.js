// The arithmetic of core/blend.py and core/instruments/envelope.py, step by step in the same order: the same bits.
const ROUNDING = 4 * Number.EPSILON;
const NO_DIRECTION = 1e-8;

/* A base64 text of little-endian numbers as rows of equal length. */
function decodedRows(text, count, Numbers = Float32Array) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const numbers = new Numbers(bytes.buffer);
  const length = numbers.length / count;
  return Array.from({ length: count }, (_, row) => numbers.subarray(row * length, (row + 1) * length));
}

/* Weights rescaled to the sum 1, or null where nothing is left to rescale. */
function simplexWeights(raw) {
  if (!raw.every(Number.isFinite) || raw.every((weight) => weight === 0)) return null;
  const largest = Math.max(...raw.map(Math.abs));
  const scaled = raw.map((weight) => weight / largest);
  const share = scaled.reduce((sum, weight) => sum + weight, 0);
  if (Math.abs(share) < NO_DIRECTION) return null;
  const sum = raw.reduce((total, weight) => total + weight, 0);
  const absolute = raw.reduce((total, weight) => total + Math.abs(weight), 0);
  const whole = largest * NO_DIRECTION < 2 && Math.abs(sum - 1) <= ROUNDING * absolute;
  return whole ? raw.map((weight) => weight + 0) : scaled.map((weight) => weight / share + 0);
}

/* The blended score of every candidate: the ordered sum of w S in float64, written into `score`. */
function blended(weights, rows, score = new Float64Array(rows[0].length)) {
  const [count, first, [weight]] = [score.length, rows[0], weights];
  for (let i = 0; i < count; i += 1) score[i] = weight * first[i];
  for (let part = 1; part < rows.length; part += 1) addTo(score, weights[part], rows[part]);
  return score;
}

function addTo(score, weight, row) {
  const count = score.length;
  for (let i = 0; i < count; i += 1) score[i] += weight * row[i];
}

/* The length of the mixed query, or null where the parts cancel. */
function mixedLength(weights, gram) {
  const square = blended(weights, [...blended(weights, gram)].map((number) => [number]))[0];
  return square > NO_DIRECTION ? Math.sqrt(square) : null;
}

/* The indices of the k best, best first; ties keep the order of the candidates. `hidden[i]` is 1 for what is not ranked. */
function bestOf(scores, k, hidden) {
  const [chosen, count] = [[], scores.length];
  let [full, least] = [k === 0, Infinity]; // with k of them, one comparison with the last passes over most
  for (let i = 0; i < count; i += 1) {
    const score = scores[i];
    if ((full && !(score > least)) || hidden[i]) continue;
    let place = full ? k - 1 : chosen.length;
    for (; place > 0 && score > scores[chosen[place - 1]]; place -= 1) chosen[place] = chosen[place - 1];
    chosen[place] = i;
    full = chosen.length === k;
    if (full) least = scores[chosen[k - 1]];
  }
  return chosen;
}

/* The rank of one candidate, 1 = first. */
function rankOf(index, scores, hidden) {
  const [own, count] = [scores[index], scores.length];
  let before = 0;
  for (let i = 0; i < count; i += 1) {
    const score = scores[i];
    if (score < own || hidden[i]) continue;
    if (score > own || (i < index && score === own)) before += 1;
  }
  return before + 1;
}

/* Probabilities, without overflow. */
function softmax(logits) {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/* Who comes first from one end of a line to the other: [start, end, index], of equals the one that stands before. */
function stretches(first, last, hidden) {
  let now = -1;
  for (let i = 0; i < first.length; i += 1) {
    if (hidden[i]) continue;
    if (now < 0 || first[i] > first[now] || (first[i] === first[now] && last[i] > last[now])) now = i;
  }
  if (now < 0) return [];
  const parts = [];
  let here = 0;
  for (;;) {
    let [rival, place] = [-1, Infinity];
    for (let i = 0; i < first.length; i += 1) {
      if (hidden[i]) continue;
      const gains = last[i] - last[now];
      if (!(gains > 0)) continue;
      const lacks = first[now] - first[i];
      const passes = lacks / (lacks + gains);
      if (passes < place || (passes === place && last[i] > last[rival])) [rival, place] = [i, passes];
    }
    if (rival < 0) break;
    if (place > here) {
      parts.push([here, place, now]);
      here = place;
    }
    now = rival;
  }
  if (here < 1) parts.push([here, 1, now]);
  return parts;
}

/* Where a slider changes who comes first, on its own path, on which the others keep their shares: one list a slider.
   Where it has taken all, the sliders remember how the others stood: `{moved, of}`, or null. */
function flipsAlong(weights, rows, hidden, remembered = null) {
  const kinds = rows.map((_, kind) => kind);
  return kinds.map((kind) => {
    const others = kinds.filter((other) => other !== kind);
    const left = others.reduce((sum, other) => sum + weights[other], 0);
    const before = remembered && remembered.moved === kind && remembered.of.length === others.length ? remembered.of : null;
    const shares = others.map((other, at) => (left > 1e-9 ? weights[other] / left : before ? before[at] : 1 / others.length));
    const path = stretches(blended(shares, others.map((other) => rows[other])), rows[kind], hidden);
    return path.slice(1).map(([start, end, index], place) => ({ weight: start, end, lower: path[place][2], upper: index, from: path[place][0] }));
  });
}
