// What stands on the page as figures, for what has no script of its own that knows more: a row for each place.
const plainNumber = (text) => Number((text || "").replace("−", "-").replace(/[^\d.e+-]/gi, "")) || 0;
const wordsOf = (at, selector) => at.querySelector(selector)?.textContent.trim() || "";
const ended = (words) => (/[.!?…]$/.test(words) ? words : `${words}.`);
const kindOf = (at) => [...(at?.classList ?? [])].map((name) => /^(?:part|evidence)-(.+)$/.exec(name)?.[1]).find(Boolean) || "ink";

/* Both classifiers of Field or road. */
function verdictFigure(answer) {
  const data = JSON.parse(answer.querySelector(".verdict-data")?.dataset.verdict || "null");
  if (!data) return null;
  const rows = [...answer.querySelectorAll(".strip-row")];
  const kinds = rows.map((row) => kindOf(row.querySelector(".swatch")));
  const band = [...document.querySelectorAll("#field-road-band [data-now]")].map((at) => Number(JSON.parse(at.dataset.now)));
  return {
    kind: "verdict",
    evidence: {
      question: { picture: pictureOf("#field-road-picture img"), words: data.captions },
      sentence: wordsOf(answer, ".verdict"), labels: data.labels, verdict: data.verdict, band: band.length === 2 ? band : null,
      judgements: rows.map((row, at) => ({ name: wordsOf(row, ".strip-name"), kind: kinds[at], share: data.shares[kinds[at]] })),
      facts: [...answer.querySelectorAll(".fact")].map((fact) => ({ name: wordsOf(fact, "span"), value: wordsOf(fact, "b"), why: wordsOf(fact, "small") })),
    },
  };
}

/* Results as they stand, where the browser has no evidence of its own and the server answered. */
function tilesFigure(answer) {
  const tiles = [...answer.querySelectorAll(".gallery-grid .tile, .gallery-apart .tile")];
  if (!tiles.length) return null;
  const weights = JSON.parse([...document.querySelectorAll(".tabitem .weights")].find((at) => at.offsetWidth)?.dataset.now || "[]");
  const parts = [...tiles[0].querySelectorAll(".tile-parts .swatch")].map((swatch, at) => ({ kind: kindOf(swatch), label: kindOf(swatch), weight: weights[at] ?? 1 }));
  return {
    kind: "ranking",
    evidence: {
      sentence: wordsOf(answer, ".verdict"), parts: parts.length ? parts : [{ kind: "both", label: "both", weight: 1 }],
      results: tiles.map((tile) => ({
        rank: plainNumber(wordsOf(tile, ".tile-rank")), title: wordsOf(tile, ".tile-title"), score: plainNumber(wordsOf(tile, ".tile-score")),
        parts: [...tile.querySelectorAll(".tile-parts > span")].map((part) => plainNumber(part.textContent)),
        right: tile.classList.contains("is-truth"), picture: { image: tile.querySelector("img") },
      })),
    },
  };
}

/* What each word does, of one text or of two. */
function chipsFigure(fold) {
  const groups = [...fold.querySelectorAll(".chips-of")];
  const effects = groups.flatMap((group) => [...group.querySelectorAll(".chip:not(.chip-off)")].map((chip) => ({
    label: wordsOf(chip, ".chip-word"), value: plainNumber(wordsOf(chip, ".chip-effect")), kind: "words", note: wordsOf(chip, ".chip-after"),
    group: groups.length > 1 ? `“${group.dataset.text}”` : "",
  })));
  if (!effects.length) return null;
  return {
    kind: "effects",
    evidence: {
      question: { words: groups.map((group) => group.dataset.text).slice(0, 2) }, sentence: wordsOf(groups[0], ".chips-said"),
      // Where the page's bars stand is left out: those of the figure lie beside the words.
      on: wordsOf(groups[0], ".simplex-hint").split(". ").at(-1).replace(/:[^:]*$/, ""), effects,
    },
  };
}

function strokesFigure(fold) {
  const rows = [...fold.querySelectorAll(".ink-table tbody tr")].filter((row) => row.cells.length > 1);
  if (!rows.length) return null;
  const group = fold.querySelector(".ink-strokes");
  const effects = JSON.parse(group.dataset.effects);
  return {
    kind: "effects",
    evidence: {
      question: { picture: { image: fold.querySelector(".ink-sheet") } }, sentence: wordsOf(fold, ".chips-said"),
      on: "what each stroke adds to the first class", note: wordsOf(group, ":scope > .fine"),
      effects: rows.map((row, at) => ({ label: `stroke ${wordsOf(row, "th")}`, value: effects[at], kind: "picture", note: row.cells[row.cells.length - 1].textContent.replace("the same", "") })),
    },
  };
}

function boxesFigure(fold) {
  const cells = [...fold.querySelectorAll(".boxes-cell")];
  const drawing = fold.querySelector(".boxes-stage svg");
  if (!cells.length) return null;
  const [, , wide, tall] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const drawn = cells.findIndex((cell) => cell.classList.contains("is-drawn"));
  const [x0, y0, x1, y1] = JSON.parse(cells[drawn].dataset.box);
  const inside = (share) => Math.min(1, Math.max(0, share));
  return {
    kind: "boxes",
    evidence: {
      question: { picture: { image: fold.querySelector(".boxes-stage img") } }, sentence: wordsOf(fold, ".atlas-said"),
      moves: [...fold.querySelectorAll(".boxes-table thead th")].map((head) => head.textContent),
      sizes: [...fold.querySelectorAll(".boxes-table tbody th")].map((head) => head.textContent),
      ranks: cells.map((cell) => plainNumber(cell.textContent)), drawn, box: [inside(x0 / wide), inside(y0 / tall), inside(x1 / wide), inside(y1 / tall)],
    },
  };
}

/* How well each sentence fits a picture, by class. */
function fitsFigure(fold) {
  const effects = [...fold.querySelectorAll(".fit-table")].flatMap((table) => [...table.rows].map((row) => ({
    label: wordsOf(row, "th"), value: plainNumber(row.cells[row.cells.length - 1].textContent), kind: "words", group: table.caption.textContent,
  })));
  if (!effects.length) return null;
  return {
    kind: "effects",
    evidence: {
      question: { picture: pictureOf("#field-road-picture img") }, sentence: wordsOf(fold, ".chips-said"),
      on: "fit, in standard deviations above things of any kind", effects, note: wordsOf(fold, ".fine"),
    },
  };
}

/* Recall over all weights. */
function simplexFigure(fold) {
  const figures = [...fold.querySelectorAll(".simplex")];
  if (!figures.length) return null;
  const follows = fold.querySelector(".simplex-maps").dataset.follows;
  const now = JSON.parse(document.querySelector(`#${follows} .weights`)?.dataset.now || "[0.33, 0.33, 0.34]");
  const kinds = [...figures[0].querySelectorAll(".simplex-corner")].map(kindOf);
  return {
    kind: "simplex",
    evidence: {
      note: figures.map((figure) => ended(`${figure.querySelector("figcaption").firstChild.textContent}: ${wordsOf(figure, "figcaption small")}`)).join(" ").slice(0, 2000),
      parts: figures[0].dataset.names.split("|").map((label, at) => ({ kind: kinds[at], label, weight: now[at] })),
      maps: figures.map((figure) => ({
        title: figure.querySelector("figcaption").firstChild.textContent, unit: "%", steps: Number(figure.dataset.steps),
        values: figure.dataset.values.split(",").map((value) => Number(value) / 10),
        marks: [...figure.querySelectorAll(".simplex-legend li")].filter((row) => !row.querySelector(".is-here")).map((row) => ({
          symbol: wordsOf(row, ".simplex-ring"), label: row.childNodes[1].textContent.trim().replace(/:$/, ""),
          weights: wordsOf(row, ".tabular").split(", ").map(plainNumber),
        })),
      })),
    },
  };
}

const COLOURS = { "#0072b2": "picture", "#e69f00": "words" };

/* The charts of several pictures, as the library that draws them on the page has them. */
function trustFigure(fold) {
  const charts = [...fold.querySelectorAll(".trust-chart .js-plotly-plot")].map((plot) => {
    const traces = plot._fullData.filter((trace) => trace.mode && trace.hoverinfo !== "skip");
    const layout = plot._fullLayout;
    return {
      title: layout.title.text, x: layout.xaxis.title.text, y: layout.yaxis.title.text, diagonal: traces.length < plot._fullData.length,
      n: plainNumber(/n = ([\d,]+)/.exec(layout.title.text)?.[1]),
      curves: traces.map((trace) => {
        const [x, y] = [[...trace.x], [...trace.y]];
        const bars = trace.error_y?.visible && trace.error_y.array;
        const kind = COLOURS[trace.line.color.toLowerCase()] || (trace.line.dash === "dash" ? "captions" : "ink");
        return {
          name: trace.name, kind, light: trace.line.dash === "dot", points: x.map((at, i) => [at, y[i]]),
          intervals: bars ? y.map((at, i) => [at - trace.error_y.arrayminus[i], at + trace.error_y.array[i]]) : null,
        };
      }),
    };
  });
  return charts.length ? { kind: "curves", evidence: { sentence: "", charts } } : null;
}

const FIGURES = [
  ["#field-road-answer", verdictFigure],
  [".gallery-frame .gallery-grid", (at) => tilesFigure(at.closest(".answer"))],
  [".chips-of", (at) => chipsFigure(at.parentElement)],
  [".ink-strokes", (at) => strokesFigure(at.parentElement)],
  [".boxes-tried", boxesFigure],
  [".fits", (at) => fitsFigure(at.parentElement)],
  [".simplex", (at) => simplexFigure(at.closest(".block"))],
  [".trust-chart .js-plotly-plot", (at) => trustFigure(at.closest(".several"))],
];

/* Who asks with what: of each tab its picture and its words. */
const QUESTIONS = {
  "tab-sketch": [".sketch-pad canvas", "#sketch-caption"],
  "tab-street-to-shop": ["#street-box img", "#street-words"],
  "tab-compose": ["#compose-reference img", "#compose-text"],
  "tab-scores": ["#scores-reference img", ""],
};

function pictureOf(selector) {
  const image = document.querySelector(selector);
  return image ? { image } : null;
}

function questionIn(panel) {
  const [picture, field] = QUESTIONS[panel.id] || [];
  const typed = field && document.querySelector(`${field} textarea, ${field} input`)?.value.trim();
  const written = typed ? "" : wordsOf(panel, ".words-read p b"); // by the captioner
  return {
    picture: picture ? pictureOf(picture) : null, box: picture ? boxOn(picture.split(" ")[0]) : null,
    words: [typed || written].filter(Boolean), written: Boolean(written),
  };
}

/* Left, top, right and bottom of the box that is drawn on a picture, as shares of it; null without one. */
function boxOn(place) {
  const frame = document.querySelector(`${place} .box-frame:not([hidden])`);
  if (!frame) return null;
  const [left, top, width, height] = ["left", "top", "width", "height"].map((side) => parseFloat(frame.style[side]) / 100);
  const box = [left, top, left + width, top + height].map((share) => Math.min(1, Math.max(0, share)));
  return box[0] < box[2] && box[1] < box[3] ? box : null;
}

/* What is drawn of other questions, or of the whole gallery, whatever was fetched for this one. */
const OF_OTHERS = ".simplex-maps, .trust-chart, .map-frame";

/* What stands in a part of the page: {kind, evidence}, how much of a large gallery was searched for it, or null. */
function figureIn(scope) {
  const wanted = { scope, found: null };
  document.dispatchEvent(new CustomEvent("figure-wanted", { detail: wanted }));
  for (const [selector, collect] of FIGURES) {
    const at = wanted.found ? null : [...scope.querySelectorAll(selector)].find((one) => one.offsetWidth);
    if (at) wanted.found = collect(at);
  }
  // Of the places one part is drawn, which has a sentence of its own.
  const said = wanted.found?.kind === "places" && wordsOf(scope, ".places-read");
  if (said) wanted.found.evidence.sentence = said;
  const searched = wanted.found && !scope.querySelector(OF_OTHERS) && scope.closest(".tabitem")?.querySelector(".searched");
  return searched ? { ...wanted.found, searched: searched.textContent } : wanted.found;
}
