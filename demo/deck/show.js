// The slides: a tab has one stage, on which its slides are shown one after the other.
const at = (id) => document.getElementById(id);
const stages = {};
const values = new Map(); // number -> value with its pictures
let current = -1;

function valueOf(number) {
  if (!values.has(number)) values.set(number, withPictures(DECK.shared[number]));
  return values.get(number);
}

function stageOf(key) {
  if (stages[key]) return stages[key];
  const section = document.createElement("section");
  section.className = "deck-stage bench";
  section.dataset.stage = key;
  section.innerHTML =
    '<div class="question"></div><div class="answer"></div><div class="instrument"><h2></h2></div>';
  const parts = DECK.stages[key].mounted.map((mounted) => {
    const part = hosted(mounted, (event, detail) => event === "enlarge" && enlarge(detail));
    section.querySelector(`.${mounted.place}`).append(part.block);
    return { ...part, id: mounted.id, place: mounted.place };
  });
  at("deck-stages").append(section);
  stages[key] = { section, parts };
  return stages[key];
}

function fill(slide) {
  const { section, parts } = stageOf(slide.stage);
  section.classList.toggle("has-instrument", Boolean(slide.opened));
  section.querySelector(".instrument h2").textContent = slide.instrument;
  section.dataset.opened = slide.opened;
  const shown = parts.filter((part) => part.id in slide.values);
  for (const part of parts) part.block.hidden = part.place === "instrument" && part.id !== slide.opened;
  for (const part of shown) part.draw(valueOf(slide.values[part.id]));
  for (const part of shown) part.tell();
}

function groundOf(slide) {
  const dark = slide.theme ? slide.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", dark);
}

function show(number) {
  const next = Math.min(DECK.slides.length - 1, Math.max(0, number));
  if (next === current) return;
  current = next;
  const slide = DECK.slides[current];
  groundOf(slide);
  at("deck-title").textContent = slide.title || `${DECK.title}, ${current + 1}`;
  at("deck-title").classList.toggle("is-unsaid", !slide.title);
  at("deck-title").classList.toggle("visually-hidden", !slide.title);
  for (const [key, stage] of Object.entries(stages)) stage.section.hidden = key !== slide.stage || Boolean(slide.fault);
  if (!slide.fault) {
    const stage = stageOf(slide.stage);
    stage.section.hidden = false;
    fill(slide);
  }
  const said = slide.fault || slide.said;
  at("deck-said").textContent = said;
  at("deck-said").hidden = !said;
  at("deck-said").classList.toggle("is-fault", Boolean(slide.fault));
  at("deck-count").textContent = `${current + 1} / ${DECK.slides.length}`;
  at("deck-status").textContent = `Slide ${current + 1} of ${DECK.slides.length}: ${slide.title}`;
  scrollTo(0, 0);
  try {
    history.replaceState(null, "", `#${current + 1}`);
  } catch {
    // A page inside another one may have no address of its own.
  }
  document.dispatchEvent(new CustomEvent("slide-shown"));
}

function enlarge({ index, words }) {
  const tile = document.querySelector(`.deck-stage:not([hidden]) .tile[data-index="${index}"] img`);
  if (!tile) return;
  const dialog = at("deck-large");
  dialog.querySelector("img").src = tile.src;
  dialog.querySelector("p").textContent = words;
  dialog.showModal();
}

/* A slide as it stands when it is answered, without its scripts: for paper, and for the speaker's window. */
function stillOf(slide) {
  const article = document.createElement("article");
  article.className = "deck-still";
  const title = document.createElement("h2");
  title.textContent = slide.title;
  article.append(title);
  if (slide.fault) {
    article.append(Object.assign(document.createElement("p"), { className: "is-fault", textContent: slide.fault }));
    return article;
  }
  const bench = document.createElement("div");
  bench.className = "bench";
  bench.innerHTML = '<div class="question"></div><div class="answer"></div><div class="instrument"></div>';
  bench.classList.toggle("has-instrument", Boolean(slide.opened));
  for (const { id, place, template } of DECK.stages[slide.stage].mounted) {
    if (!(id in slide.values) || (place === "instrument" && id !== slide.opened)) continue;
    const value = valueOf(slide.values[id]);
    const part = document.createElement("div");
    if (typeof value === "string") part.innerHTML = template.replaceAll("${value}", () => value);
    else if (value && (value.weights || "value" in value)) part.append(stillWeights(id, template, value));
    bench.querySelector(`.${place}`).append(part);
  }
  for (const image of bench.querySelectorAll("img")) image.loading = "eager";
  for (const named of bench.querySelectorAll("[id]")) named.removeAttribute("id");
  article.append(bench);
  if (slide.said) article.append(Object.assign(document.createElement("p"), { className: "fine", textContent: slide.said }));
  return article;
}

/* Weights in words, for nobody moves them there. */
function stillWeights(id, template, value) {
  const names = document.createElement("div");
  names.innerHTML = template;
  const list = document.createElement("ul");
  list.className = "deck-weights";
  const labels = [...names.querySelectorAll(".weight-name, .slider-name")];
  const numbers = value.weights || [value.value];
  labels.forEach((label, i) => {
    const row = document.createElement("li");
    const number = Object.assign(document.createElement("b"), { className: "tabular", textContent: numbers[i].toFixed(2).replace("-", "−") });
    row.append(...label.childNodes, number);
    list.append(row);
  });
  return list;
}
