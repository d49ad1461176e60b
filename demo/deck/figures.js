// What a slide shows, as a figure file: `python -m core figure FILE` draws it for a paper, where there is no server either.
const NO_FIGURE = "What this slide shows is no figure; another one may be.";

/* Who asks with what on this slide. */
function questionOf(section) {
  const picture = section.querySelector(".question img, .question image");
  const address = picture && (picture.getAttribute("src") || picture.getAttribute("href"));
  return { picture: address ? { image: address } : null, words: [...section.querySelectorAll(".deck-words q")].map((words) => words.textContent) };
}

/* The view as its sliders stand now. */
function viewNow(section, query) {
  const params = new URLSearchParams(query);
  const at = section.querySelector(".weights[data-now], .slider[data-now]");
  if (at) params.set("w", [JSON.parse(at.dataset.now)].flat().join(","));
  return params.toString().replaceAll("%2C", ",");
}

async function saveFigure() {
  const slide = DECK.slides[current];
  const section = stages[slide.stage]?.section;
  const scope = slide.opened ? at(slide.opened) : section?.querySelector(".answer");
  for (const image of scope?.querySelectorAll("img") ?? []) image.loading = "eager"; // those that are out of sight, too
  const found = scope && !slide.fault && FIGURES.figureIn(scope);
  if (!found) return tell(NO_FIGURE);
  const { kind } = found;
  const question = questionOf(section);
  const own = Object.entries(found.evidence.question ?? {}).filter(([, part]) => part && part.length !== 0);
  const asks = ["ranking", "classes", "promise"].includes(kind) || found.evidence.question;
  const evidence = asks ? { ...found.evidence, question: { ...question, ...Object.fromEntries(own) } } : found.evidence;
  const longest = FIGURES.SMALLER[kind] || FIGURES.LONGEST_SIDE;
  const file = { ...slide.figure, kind, view: viewNow(section, slide.figure.view), evidence: await FIGURES.written(evidence, longest) };
  const address = URL.createObjectURL(new Blob([JSON.stringify(file, null, 1)], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: address, download: `figure-${current + 1}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  return tell(`figure-${current + 1}.json is saved; python -m core figure draws it for a paper.`);
}
