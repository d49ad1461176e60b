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
  for (const part of parts) part.begin();
  stages[key] = { section, parts };
  return stages[key];
}

/* What stands in for the drawing pad, for whoever colours the strokes on it. */
function padOf(section, then) {
  const pad = document.createElement("div");
  pad.className = "sketch-pad";
  pad.hidden = true;
  const canvas = Object.assign(document.createElement("canvas"), { width: 512, height: 512 });
  canvas.drawing = { strokes: () => [], leftOut: () => [], leaveOut() {}, bringBack() {} };
  pad.append(canvas);
  section.querySelector(":scope > .sketch-pad")?.remove();
  section.append(pad);
  const sheet = new Image();
  sheet.onload = () => {
    canvas.getContext("2d").drawImage(sheet, 0, 0, 512, 512);
    then();
  };
  sheet.src = section.querySelector(".deck-drawing img").src;
}

/* Maps over places take a tenth of a second to draw: they come a frame after the slide, which does not wait for them. */
const afterwards = (work) => requestAnimationFrame(() => setTimeout(work));

function fill(slide, atOnce) {
  const { section, parts } = stageOf(slide.stage);
  section.classList.toggle("has-instrument", Boolean(slide.opened));
  section.querySelector(".instrument h2").textContent = slide.instrument;
  section.dataset.opened = slide.opened;
  const shown = parts.filter((part) => part.id in slide.values);
  for (const part of parts) part.block.hidden = part.place === "instrument" && part.id !== slide.opened;
  const late = shown.filter((part) => part.id.endsWith("-places") && !atOnce);
  for (const part of late) part.block.hidden = true;
  const now = shown.filter((part) => !late.includes(part));
  for (const part of now) part.draw(valueOf(slide.values[part.id]));
  for (const part of now) {
    if (part.id === "sketch-strokes") padOf(section, part.tell);
    else part.tell();
  }
  const number = current;
  for (const part of late) {
    afterwards(() => {
      if (number !== current) return;
      part.block.hidden = false;
      part.draw(valueOf(slide.values[part.id]));
      part.tell();
    });
  }
}

function hideOthers() {
  const { stage, fault } = DECK.slides[current];
  for (const [key, { section }] of Object.entries(stages)) section.hidden = key !== stage || Boolean(fault);
}

function groundOf(slide) {
  const dark = slide.theme ? slide.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", dark);
}

function say(sentence) {
  at("deck-said").textContent = sentence;
  at("deck-said").hidden = !sentence;
}

for (const moved of ["weights-moved", "slider-moved"]) {
  document.addEventListener(moved, () => {
    const { said, fixed } = DECK.slides[current];
    if (fixed) say(`${said} ${fixed}`.trim());
  });
}

/* Its own title, else what its tab asks. */
function headingOf(slide) {
  return slide.title || DECK.stages[slide.stage]?.asks || `${DECK.title}, ${DECK.slides.indexOf(slide) + 1}`;
}

function show(number, atOnce = false) {
  const next = Math.min(DECK.slides.length - 1, Math.max(0, number));
  if (next === current) return;
  current = next;
  const slide = DECK.slides[current];
  groundOf(slide);
  at("deck-large").close();
  at("deck-title").textContent = headingOf(slide);
  if (!slide.fault) stageOf(slide.stage);
  hideOthers(); // before it is filled: some scripts measure what they draw on
  if (!slide.fault) fill(slide, atOnce);
  say(slide.fault || slide.said);
  at("deck-said").classList.toggle("is-fault", Boolean(slide.fault));
  at("deck-count").textContent = `${current + 1} / ${DECK.slides.length}`;
  at("deck-status").textContent = `Slide ${current + 1} of ${DECK.slides.length}: ${headingOf(slide)}`;
  scrollTo(0, 0);
  try {
    history.replaceState(null, "", `#${current + 1}`);
  } catch {
    // A page inside another one may have no address of its own.
  }
  document.dispatchEvent(new CustomEvent("slide-shown"));
}

/* What the next slides need is made ready while the speaker speaks. */
function makeReady() {
  const soon = window.requestIdleCallback ?? ((then) => setTimeout(then, 50));
  const tasks = [
    ...Object.keys(DECK.stages).map((key) => () => void (stageOf(key), hideOthers())),
    ...DECK.shared.map((_, number) => () => valueOf(number)),
  ];
  const step = () => {
    tasks.shift()?.();
    if (tasks.length) soon(step);
  };
  soon(step);
}

function enlarge({ index, words }) {
  const tile = document.querySelector(`.deck-stage:not([hidden]) .tile[data-index="${index}"] img`);
  if (!tile) return;
  const dialog = at("deck-large");
  dialog.querySelector("img").src = tile.src;
  dialog.querySelector("p").textContent = words;
  dialog.showModal();
}

/* A slide as it was answered, without its scripts: for paper, and for the speaker's window. `instrument` is what is open,
   as a script has drawn it; without it, as the server did. */
function stillOf(slide, instrument = null) {
  const article = document.createElement("article");
  article.className = "deck-still";
  const put = (tag, className, textContent) => textContent && article.append(Object.assign(document.createElement(tag), { className, textContent }));
  put("h2", "", headingOf(slide));
  if (slide.fault) put("p", "is-fault", slide.fault);
  else article.append(stillBench(slide, instrument));
  if (!slide.fault) put("p", "fine", slide.said);
  return article;
}

function stillBench(slide, instrument) {
  const bench = document.createElement("div");
  bench.className = "bench";
  bench.innerHTML = '<div class="question"></div><div class="answer"></div><div class="instrument"></div>';
  for (const { id, place, template } of DECK.stages[slide.stage].mounted) {
    if (!(id in slide.values) || (place === "instrument" && (instrument || id !== slide.opened))) continue;
    const value = valueOf(slide.values[id]);
    const part = document.createElement("div");
    if (typeof value === "string") part.innerHTML = template.replaceAll("${value}", () => value);
    else if (value && (value.weights || "reason" in value)) part.append(stillWeights(template, value));
    if (part.firstChild) bench.querySelector(`.${place}`).append(part);
  }
  if (instrument) bench.querySelector(".instrument").append(instrument);
  bench.classList.toggle("has-instrument", bench.querySelector(".instrument").childElementCount > 0);
  bench.querySelector(".instrument").insertAdjacentHTML("afterbegin", "<h3></h3>");
  bench.querySelector("h3").textContent = slide.instrument;
  for (const image of bench.querySelectorAll("img")) image.loading = "eager";
  for (const named of bench.querySelectorAll("[id]:not(clipPath)")) named.removeAttribute("id");
  return bench;
}

/* The open instrument as it stands, with pictures in place of what was painted. */
function stillInstrument(slide) {
  const block = slide.opened && at(slide.opened);
  if (!block) return null;
  const copy = block.firstChild.cloneNode(true);
  const painted = [...block.querySelectorAll("canvas")];
  [...copy.querySelectorAll("canvas")].forEach((canvas, i) => {
    const image = new Image();
    image.src = painted[i].toDataURL();
    image.className = canvas.className;
    canvas.replaceWith(image);
  });
  return copy;
}

/* Puts every slide on paper: each is shown for a moment, so that its scripts have drawn what is open. */
function toPaper() {
  const before = current;
  const stills = DECK.slides.map((slide, number) => {
    if (slide.opened) show(number, true);
    return stillOf(slide, slide.opened ? stillInstrument(slide) : null);
  });
  show(before);
  at("deck-print").replaceChildren(...stills);
}

/* Weights in words, for nobody moves them there. */
function stillWeights(template, value) {
  const names = document.createElement("div");
  names.innerHTML = template;
  const list = document.createElement("ul");
  list.className = "deck-weights";
  const labels = [...names.querySelectorAll(".weight-name, .slider-name")];
  const told = toldTogether(value.weights || [value.value]);
  labels.forEach((label, i) => {
    const row = document.createElement("li");
    const number = Object.assign(document.createElement("b"), { className: "tabular", textContent: told[i] });
    row.append(...label.childNodes, number);
    list.append(row);
  });
  return list;
}
