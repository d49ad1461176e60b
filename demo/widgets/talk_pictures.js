// The pictures of a talk lie in the browser's database, which has room for hundreds; what names them is kept as text.
const STORE = "pictures";
const OLD = 24 * 3600 * 1000; // milliseconds after which a picture that no slide names was forgotten
const GONE = "This browser has lost pictures of this talk; what was downloaded still has them.";
const names = new Map(); // picture -> its name in the database
let room = null; // the database, promised; null inside where this page may keep nothing
let gathered = Promise.resolve(); // until the pictures of the slides have come

function database() {
  room ??= new Promise((resolve) => {
    try {
      const asked = indexedDB.open(KEY, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = asked.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return room;
}

/* Does one thing in the database; undefined where that cannot be done. */
async function inStore(mode, does) {
  const base = await database();
  if (!base) return undefined;
  return new Promise((resolve) => {
    try {
      const step = base.transaction(STORE, mode);
      const asked = does(step.objectStore(STORE));
      step.oncomplete = () => resolve(asked.result);
      step.onerror = step.onabort = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  });
}

/* Writes the picture of a slide that has a name there already. */
async function store({ held, picture }) {
  if (held && picture) await inStore("readwrite", (pictures) => pictures.put(picture, held));
}

/* Puts the picture of a slide away; where there is no room for it, it stays with the text. */
async function house(slide) {
  const { picture } = slide;
  if (!picture || slide.held) return;
  const name = names.get(picture) ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const put = names.has(picture) || (await inStore("readwrite", (store) => store.put(picture, name)));
  if (!put) return;
  names.set(picture, name);
  slide.held = name;
}

/* Gives the slides their pictures again, and drops those that none of them has had for a day. */
async function gather({ slides }) {
  for (const slide of slides.filter(({ held, picture }) => held && !picture)) {
    slide.picture = (await inStore("readonly", (store) => store.get(slide.held))) ?? "";
    if (slide.picture) names.set(slide.picture, slide.held);
  }
  for (const slide of slides) await house(slide); // of a page that kept them with the text
  const needed = new Set(slides.map(({ held }) => held));
  for (const name of (await inStore("readonly", (store) => store.getAllKeys())) ?? []) {
    const old = Date.now() - Number(name.split("-")[0]) > OLD;
    if (old && !needed.has(name)) await inStore("readwrite", (store) => store.delete(name));
  }
  return slides.every(({ held, picture }) => !held || picture);
}
