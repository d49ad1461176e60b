// The speaker's window: the notes, the clock, and what comes next. It follows, and its keys step, too.
let notes = null; // the window
let began = 0;

const NOTES = `<main class="deck-speaker"><p class="tabular"><b id="when"></b> <span id="since"></span> <span id="where"></span></p>
<h1 id="now"></h1><div id="said" tabindex="0" role="region" aria-label="Notes"></div><h2>Next: <span id="after"></span></h2><div id="preview" inert></div></main>`;

function openNotes() {
  notes = window.open("", "blendscope-notes", "popup,width=1100,height=760");
  if (!notes) return tell("The browser kept the window with the notes from opening; allow pop-ups for this page.");
  const page = notes.document;
  page.title = `Notes: ${DECK.title}`;
  page.documentElement.lang = "en";
  page.head.querySelectorAll("style").forEach((style) => style.remove());
  page.head.append(page.importNode(document.querySelector("style"), true));
  page.body.className = "deck";
  page.body.innerHTML = NOTES;
  page.onkeydown = pressed;
  began = began || Date.now();
  tellNotes();
}

function tellNotes() {
  if (!notes || notes.closed) return;
  const page = notes.document;
  const put = (id, text) => (page.getElementById(id).textContent = text);
  const [slide, next] = [DECK.slides[current], DECK.slides[current + 1]];
  page.body.classList.toggle("dark", document.body.classList.contains("dark"));
  put("where", `Slide ${current + 1} of ${DECK.slides.length}`);
  put("now", headingOf(slide));
  page.getElementById("said").replaceChildren(...(slide.notes || "No notes for this slide.").split("\n").map((line) => {
    const paragraph = page.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  }));
  put("after", next ? headingOf(next) : "the end");
  page.getElementById("preview").replaceChildren(...(next ? [page.importNode(stillOf(next), true)] : []));
  tick();
}

function tick() {
  if (!notes || notes.closed) return;
  const gone = Math.floor((Date.now() - began) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  notes.document.getElementById("when").textContent = new Date().toTimeString().slice(0, 5);
  notes.document.getElementById("since").textContent = `${two(Math.floor(gone / 60))}:${two(gone % 60)} since the notes were opened`;
}
setInterval(tick, 1000);
document.addEventListener("slide-shown", tellNotes);
addEventListener("pagehide", () => notes?.close());
