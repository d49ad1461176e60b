// The talk as a whole: slides are added to it, it is opened, downloaded, and made ready to be given.
const LARGEST = Number(desk.dataset.largest);
const TOO_LARGE = `This talk is larger than ${LARGEST / 1e6} MB, which the page does not take; “python -m demo handout” does.`;
const progress = desk.querySelector(".talk-progress");
const starter = desk.querySelector("[data-do=start]");
const AGAIN = "The server does not answer; what stands here is kept, and Start tries again.";
const LOOK = 2000; // milliseconds between looks whether the server is still there
let going = null; // the talk that is being made ready: its number, and who waits for it
let warned = false; // that the browser keeps no more
let made = { text: "", page: "" }; // the one that was made ready last, which may have other slides

/* What the tab in front says, in its own sentence. */
function sentence() {
  const front = [...document.querySelectorAll("[role=tabpanel]")].find((panel) => panel.offsetWidth);
  return front?.querySelector(".verdict")?.innerText.trim().slice(0, 300) ?? "";
}

function open() {
  if (!desk.open) {
    desk.showModal();
    starter.focus();
    hint();
  }
  return isOffered() ? fetchOffered() : null;
}

async function fetchOffered() {
  const { talk: file, failed } = await ask("fetch", {});
  if (failed) return say(failed);
  await take(file, "from the file that the page was started with", offered.digest);
}

/* Shows what this browser keeps; its pictures come after. */
function recall() {
  talk = remembered() ?? { ...NOTHING };
  shown();
  gathered = gather(talk).then((whole) => whole || say(GONE));
}

/* Another talk takes the place of this one, which can be put back. */
async function take(file, whence, digest = talk.offered) {
  const [old, next] = [talk, { ...ofFile(file), offered: digest }];
  for (const slide of next.slides) await house(slide);
  talk = next;
  before = old.slides.length ? { ...old, offered: digest } : null;
  changed(`${counted(talk.slides.length)} ${whence}.`, before !== null);
}

async function add({ query, said }) {
  if (isOffered()) await fetchOffered();
  if (talk.slides.length >= MOST) {
    open();
    return say(`A talk has at most ${MOST} slides; take some out, or download this one and begin another.`);
  }
  let remark = "";
  const slide = { view: query, title: "", notes: "", picture: "", says: sentence() };
  if (new URLSearchParams(query).has("upload")) {
    const kept = await ask("keep", { query });
    if (kept.failed) {
      open();
      return say(kept.failed);
    }
    Object.assign(slide, kept.slide);
    await house(slide);
    remark = kept.says;
  }
  talk = { ...talk, slides: [...talk.slides, slide] };
  changed(`Slide ${talk.slides.length} was added. ${remark}`);
  if (says.textContent === FULL && !warned) await open();
  warned = says.textContent === FULL;
  said(`Slide ${talk.slides.length} added`);
}

/* What was taken out comes back with its pictures, which another window may have dropped from the database meanwhile. */
async function putBack() {
  talk = before ?? talk; // at once: what is typed from here on belongs to it
  const { slides } = talk;
  changed("Its pictures are stored again …");
  for (const slide of slides) await store(slide);
  if (talk.slides === slides) say(keep() || "It is back."); // else something else is said by now
}

async function read(file) {
  if (file.size > LARGEST) return say(TOO_LARGE);
  const { talk: body, failed } = await ask("read", { text: await file.text() });
  if (failed) return say(failed);
  await take(body, `in “${body.title || file.name}”`);
}

function save(text, kind, ending) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: kind })) });
  link.download = `${talk.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "talk"}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/* Whether anybody is there to answer; gradio's own connection says so only after a while. */
async function isReached() {
  try {
    await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

/* Whoever waits for a server that has gone hears of it at once; gradio would wait for it without a word. */
let looking = false;

async function look() {
  const mine = going;
  if (!mine || looking) return;
  looking = true;
  const reached = await isReached();
  looking = false;
  if (reached || going !== mine) return;
  going.resolve({ lost: true });
  going = null;
}

function unreached() {
  say(AGAIN);
  last.hidden = !made.page;
}

/* Lets the server answer every slide, and returns the page that holds the answers; null where there is none. */
async function prepared() {
  if (!talk.slides.length) return say("There is no slide yet; add a view first."), null;
  await gathered;
  const text = JSON.stringify(fileOf(talk));
  if (text === made.text) return made.page;
  if (text.length > LARGEST) return say(TOO_LARGE), null;
  stop();
  if (!(await isReached())) return unreached(), null;
  number += 1;
  trigger("begin", { text, number });
  const answer = await new Promise((resolve) => {
    going = { number, resolve };
    ready(0, talk.slides.length);
  });
  progress.hidden = true;
  if (!answer) return null;
  if (answer.lost) return unreached(), null;
  if (answer.failed) return say(answer.failed), null;
  made = { text, page: answer.page };
  const faults = faultsOf(answer.page);
  say(faults.join(" ") || `${counted(talk.slides.length)} ready.`);
  // A speaker hears of these before the hall does; who presses again wants the talk as it is.
  return faults.length ? null : answer.page;
}

/* Which slides of a finished talk have no answer, a sentence each. */
function faultsOf(page) {
  const data = new DOMParser().parseFromString(page, "text/html").getElementById("deck-data");
  const { slides } = JSON.parse(data?.textContent || '{"slides": []}');
  return slides.flatMap(({ fault }, at) => (fault ? [`Slide ${at + 1} has no answer: ${fault}`] : []));
}

function ready(done, of) {
  progress.hidden = false;
  progress.querySelector("progress").value = of ? done / of : 0;
  progress.querySelector("[role=status]").textContent = `ready ${done} of ${of}`;
}

function stop() {
  if (!going) return;
  trigger("cease", {});
  going.resolve(null);
  going = null;
}

function answered() {
  const value = props.value || {};
  if (going && value.number === going.number) {
    if ("done" in value) return ready(value.done, value.of);
    going.resolve(value);
    going = null;
  }
  waiting.get(value.number)?.(value);
  waiting.delete(value.number);
}

desk.addEventListener("click", async (event) => {
  const does = event.target.closest("[data-do]")?.dataset.do;
  const { left, right, top, bottom } = desk.getBoundingClientRect();
  const beside = event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
  if ((event.target === desk && beside) || does === "close") desk.close();
  if (does === "add") document.querySelector(".mast-add").click();
  if (does === "code") document.querySelector(".mast-code").click();
  if (does === "undo") await putBack();
  if (does === "download") await gathered;
  if (does === "download") save(`${JSON.stringify(fileOf(talk), null, 1)}\n`, "application/json", "json");
  if (does === "last") give(made.page);
  if (does === "cancel") stop(), say("It was not made ready.");
  if (does !== "start" && does !== "handout") return;
  const page = await prepared();
  if (page && does === "handout") save(page, "text/html", "html");
  else if (page) give(page);
});
desk.addEventListener("close", stop);
desk.querySelector("input[type=file]").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (file) await read(file);
  target.value = "";
});
heading.addEventListener("input", () => edited(talk, { title: heading.value }));
document.addEventListener("talk-add", ({ detail }) => add(detail));
document.addEventListener("talk-open", open);
addEventListener("storage", ({ key }) => {
  if (key !== KEY) return;
  [before, undo.hidden] = [null, true];
  recall(); // another window of this browser changed it
});
addEventListener("answers-lost", look);
setInterval(look, LOOK);
watch("value", answered);
