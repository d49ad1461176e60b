// The sentences that begin a ranking, word for word those of core/tasks/headline.py and core/tasks/ranking.py.
const PLURAL = ["the words", "the two together"];
const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const listed = (words) => (words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
const verb = (voices, singular, plural) => (voices.length === 1 && !PLURAL.includes(voices[0]) ? singular : plural);

/* Who finds an item: `ranks` are [voice, rank] of each kind of evidence with a positive weight. */
function headline(name, ranks, rank, right) {
  const finders = ranks.filter((entry) => entry[1] === 1).map((entry) => entry[0]);
  const subject = right ? `${name}, the right one` : name;
  if (ranks.length === 1) {
    const [voice] = ranks[0];
    if (rank === 1) return capital(`${voice} ${verb([voice], "finds", "find")} ${subject}.`);
    return capital(`${voice} ${verb([voice], "puts", "put")} ${subject}, at rank ${rank}.`);
  }
  const plain = ranks.map(([voice, place]) => [voice.replace(/^the /, ""), place]);
  const rest = plain.slice(1).map(([voice, place]) => `${voice} ${place}`);
  const places = [`${plain[0][0]} rank ${plain[0][1]}`, ...rest, `blend ${rank}`].join(", ");
  if (rank > 1) {
    if (!finders.length) return `Nothing here puts ${subject}, first: ${places}.`;
    return capital(`${listed(finders)} ${verb(finders, "finds", "find")} ${subject}, but the blend does not: ${places}.`);
  }
  if (!finders.length) return `Only the blend finds ${subject}: ${places}.`;
  if (finders.length === 1) return `Only ${finders[0]} ${verb(finders, "finds", "find")} ${subject}: ${places}.`;
  const word = finders.length === 2 ? "both find" : "all find";
  return capital(`${listed(finders)} ${finders.length === ranks.length ? word : "find"} ${subject}: ${places}.`);
}

/* Whether a person's words fit nothing: `fits` is voice -> [best, usual], `weighted` the voices with a positive weight. */
function doubt(fits, weighted) {
  const fit = weighted.includes("the words") && fits["the words"];
  if (!fit || fit[0] >= fit[1]) return "";
  const [best, usual] = fit.map((cosine) => fixed(cosine, 2));
  return `These words fit nothing here: the best is at a cosine of ${best}, where right answers are usually above ${usual}.`;
}

/* A remark that depends on which weights are 0. */
function remarkAt({ text, parts, weighted }, weights) {
  return !parts.length || parts.some((part) => weights[part] !== 0) === weighted ? text : "";
}

/* The rank of a candidate by one kind of evidence: no weight changes it, so it is counted once. */
const ranksOfRows = new WeakMap();

function rankAlone(index, row, hidden) {
  if (!ranksOfRows.has(row)) ranksOfRows.set(row, new Map());
  const known = ranksOfRows.get(row);
  if (!known.has(index)) known.set(index, rankOf(index, row, hidden));
  return known.get(index);
}

/* All that is said of a ranking; `answer` as `answerOf` of live_ranking.js returns it. */
function rankingSentence(question, weights, answer, names) {
  if (!answer.chosen.length) return question.nothing;
  const [index, rank] = answer.right || [answer.chosen[0], 1];
  const ranks = question.voices
    .map((voice, part) => [voice, part])
    .filter(([, part]) => weights[part] > 0)
    .map(([voice, part]) => [voice, rankAlone(index, question.rows[part], question.hidden)]);
  const unnamed = rank === 1 ? "the first result" : `result ${rank}`;
  const title = `\u201c${names.titles[index]}\u201d`;
  const name = names.quiet.has(index) ? unnamed : names.shared.has(index) ? `${title} (${unnamed})` : title;
  const said = [
    remarkAt(question.before, weights), answer.right ? "" : question.doubt, doubt(question.fits, ranks.map((entry) => entry[0])),
    headline(name, ranks, rank, Boolean(answer.right)), remarkAt(question.after, weights),
  ];
  return said.filter(Boolean).join(" ");
}
