// The slides of a talk. They lie in this browser alone, where they outlive a reload; nothing of them is sent by itself.
const KEY = "blendscope-talk";
const desk = element.querySelector("dialog.talk");
const MOST = Number(desk.dataset.most);
const TABS = JSON.parse(desk.dataset.tabs);
const FULL = "This browser keeps no more for this page: the talk stands here until the page is closed, so download it.";
const NOTHING = { title: "", slides: [], offered: "" };

let talk = { ...NOTHING };
let before = null; // the talk before slides were taken out of it

/* The talk as its file holds it: a picture of several slides stands there once. */
function fileOf({ title, slides }) {
  const first = new Map();
  const rows = slides.map(({ view, title: name, notes, picture }, at) => {
    const row = { view, title: name, notes };
    if (picture) row.picture = first.get(picture) ?? picture;
    if (picture && !first.has(picture)) first.set(picture, at + 1);
    return row;
  });
  return { format: Number(desk.dataset.format), kind: desk.dataset.kind, title, slides: rows };
}

function ofFile({ title, slides }, says = [], held = []) {
  const pictures = slides.map(({ picture }) => (typeof picture === "number" ? slides[picture - 1].picture : picture) || "");
  return {
    title: String(title),
    slides: slides.map(({ view, title: name = "", notes = "" }, at) => (
      {
        view: String(view), title: String(name), notes: String(notes), picture: pictures[at],
        says: String(says[at] ?? ""), held: String(held[at] ?? ""),
      }
    )),
  };
}

/* Returns why the browser did not keep it, or "". */
function keep() {
  const { title, slides, offered } = talk;
  const text = fileOf({ title, slides: slides.map((slide) => (slide.held ? { ...slide, picture: "" } : slide)) });
  const [says, held] = [slides.map((slide) => slide.says), slides.map((slide) => slide.held ?? "")];
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...text, says, held, offered }));
    return "";
  } catch {
    return FULL; // it has no more room, or lets this page keep nothing, as in a frame
  }
}

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept ? { ...NOTHING, ...ofFile(kept, kept.says, kept.held), offered: String(kept.offered ?? "") } : null;
  } catch {
    return null; // nothing that could be shown
  }
}

/* What a slide asks, in a few words. */
function asksOf({ view, says }) {
  if (says) return says;
  const params = new URLSearchParams(view);
  const words = params.getAll("words").filter(Boolean).map((text) => `“${text}”`);
  const named = params.has("strokes") ? "a drawing" : params.get("file") || params.get("item");
  return [params.has("example") ? `Example ${params.get("example")}` : named, ...words].filter(Boolean).join(", ");
}

const tabOfView = ({ view }) => TABS[new URLSearchParams(view).get("tab")] ?? "";
const counted = (count) => (count === 1 ? "1 slide" : `${count} slides`);
