// The gallery as a map: pictures at their places, threads from each kind of evidence to the mix, all of it followed from
// the evidence that lies in the browser, so that a slider asks nobody.
const mapFrame = element.querySelector(".map-frame");
const { name } = mapFrame.dataset;
const part = (selector) => mapFrame.querySelector(selector);
const [field, canvas] = [part(".map-field"), part("canvas")];
const pen = canvas.getContext("2d");
const sight = new MapSight(canvas);
const THE_MIX = "the mix", FIRST = 12, PRESS = 5, REACH = 12;
const catalogue = () => document.getElementById(`${name}-catalogue`)?.names;

let asked = false; // whether the places were asked for
let seen = false; // as last observed: to ask the element has the page laid out
let charts = []; // {name, label, kept, places}
let chart = null;
let answer = null; // what stands, from whoever has the evidence; null where the browser has none
let lying = null; // {threads, here}: where the question lies
let chosen = -1; // the picture that is pointed at
let room = { key: "", shown: [] };
let pictureOf = () => null;
let drawing = 0;

const soon = () => (drawing ||= requestAnimationFrame(draw));

function received() {
  const value = props.value;
  part(".map-reason").textContent = value?.reason || "";
  charts = (value?.charts || []).map((each) => ({ ...each, places: decodedRows(each.places, 1)[0] }));
  mapFrame.classList.toggle("is-empty", !charts.length);
  part(".map-charts").innerHTML = charts.length < 2 ? "" : charts.map((each, at) => `<button type="button" class="tool" data-chart="${at}">${escaped(each.label)}</button>`).join("");
  showChart(charts[0] || null);
}

function showChart(next) {
  chart = next;
  room.key = "";
  for (const button of part(".map-charts").children) button.setAttribute("aria-pressed", String(charts[button.dataset.chart] === chart));
  part(".map-kept").textContent = chart ? keptBy(chart) : "";
  pictureOf = picturesOf((index) => catalogue()?.addressOf(index), soon);
  follow();
}

/* Where the question lies now. */
function follow() {
  if (!chart || !seen) return;
  const wanted = { name, answer: null };
  document.dispatchEvent(new CustomEvent("answer-wanted", { detail: wanted }));
  answer = wanted.answer?.isWindow ? null : wanted.answer; // of a window, whose candidates are not the map's pictures
  lying = null;
  if (answer && answer.scores.length * 2 === chart.places.length) {
    const { weights, rows, hidden } = answer;
    const here = placedBy(blended(weights, rows), hidden, chart.places);
    if (here) lying = { here, threads: threadsTo(weights, rows, hidden, chart.places), first: bestOf(answer.scores, FIRST, hidden) };
  }
  mapFrame.classList.toggle("is-unasked", !lying);
  say();
  listed();
  soon();
}

/* Whom the mix follows: of the pictures that it likes best, how many each kind of evidence likes best, too. */
function conclusion() {
  const { rows, kinds, hidden, weights } = answer;
  const best = bestOf(blended(weights, rows), LIKED, hidden);
  const ranked = hidden.reduce((count, out) => count + !out, 0);
  if (ranked === 1) return "Only one picture is ranked, so every kind of evidence leads to it.";
  if (ranked <= LIKED) return `Only ${ranked} pictures are ranked, so every kind of evidence likes the same ones as the mix, at most in another order.`;
  const shared = rows.map((row) => bestOf(row, LIKED, hidden).filter((index) => best.includes(index)).length);
  const order = rows.map((_, at) => at).sort((a, b) => shared[b] - shared[a]);
  const leaders = order.filter((at) => shared[at] === shared[order[0]]).map((at) => kinds[at][1]);
  const counts = order.map((at) => `${shared[at]} with ${kinds[at][1]}`).join(", ");
  const whom = leaders.length === rows.length ? "all alike" : leaders.join(" and ");
  return `${THE_MIX[0].toUpperCase() + THE_MIX.slice(1)} follows ${whom}: of its ${best.length} best pictures it shares ${counts}.`;
}

function say() {
  const names = catalogue();
  const whom = lying ? conclusion() : "";
  if (part(".map-said").textContent !== whom) part(".map-said").textContent = whom;
  let text = "";
  if (chosen >= 0 && names) {
    const rank = answer && !answer.hidden[chosen] ? `, rank ${rankOf(chosen, answer.scores, answer.hidden)} now` : "";
    text = `“${names.titles[chosen]}”${rank}`;
  } else if (lying) {
    const firsts = answer.rows.map((row, at) => `by ${answer.kinds[at][1]} “${names.titles[bestOf(row, 1, answer.hidden)[0]]}”`);
    text = `First ${firsts.join(", ")}; by ${THE_MIX} “${names.titles[lying.first[0]]}”.`;
  } else text = "No question lies on the map now: the pictures stand alone.";
  if (part(".map-read").textContent !== text) part(".map-read").textContent = text;
}

function draw() {
  drawing = 0;
  sight.measure();
  const { wide, tall } = sight;
  if (!chart || !wide) return;
  const sharp = Math.min(2, window.devicePixelRatio || 1);
  if (canvas.width !== Math.round(wide * sharp) || canvas.height !== Math.round(tall * sharp)) [canvas.width, canvas.height] = [Math.round(wide * sharp), Math.round(tall * sharp)];
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  const letters = getComputedStyle(part(".map-read"));
  pen.letters = parseFloat(letters.fontSize) * 0.94;
  pen.font = `600 ${pen.letters}px ${letters.fontFamily}`;
  pen.clearRect(0, 0, wide, tall);
  const inks = inksOf(mapFrame);
  const spots = sight.allToPage(chart.places);
  const seen = (x, y) => x > -SMALL && y > -SMALL && x < wide + SMALL && y < tall + SMALL;
  pen.fillStyle = inks.muted;
  for (let i = 0; i < spots.length; i += 2) {
    if (seen(spots[i], spots[i + 1])) pen.fillRect(spots[i] - DOT / 2, spots[i + 1] - DOT / 2, DOT, DOT);
  }
  for (const index of shownNow()) {
    const [x, y] = placeOn(index);
    if (seen(x, y)) drawPicture(pen, pictureOf(index), x, y, SMALL, 1, inks);
  }
  if (lying) drawQuestion(inks);
  if (chosen >= 0) drawPicture(pen, pictureOf(chosen), ...placeOn(chosen), LARGE_PICTURE + 8, 4, inks);
}

const placeOn = (index) => [...sight.allToPage(chart.places).subarray(2 * index, 2 * index + 2)];
const apart = (spots, index, other) => Math.abs(spots[2 * index] - spots[2 * other]) >= SMALL || Math.abs(spots[2 * index + 1] - spots[2 * other + 1]) >= SMALL;

/* The first answers that have room, the better ones before the others. */
function firstShown() {
  const spots = sight.allToPage(chart.places);
  return (lying?.first || []).reduce((shown, index) => (shown.every((other) => apart(spots, index, other)) ? [...shown, index] : shown), []);
}

/* The first answers with their ranks, those without room as points of ink, and the threads to the mix. */
function drawQuestion(inks) {
  const pictures = firstShown();
  pen.fillStyle = inks.ink;
  for (const index of lying.first) {
    const [x, y] = placeOn(index);
    if (!pictures.includes(index)) pen.fillRect(x - 4, y - 4, 8, 8);
  }
  for (const index of [...pictures].reverse()) {
    const rank = lying.first.indexOf(index) + 1;
    const side = rank === 1 ? LARGE_PICTURE : SMALL;
    const [x, y] = placeOn(index);
    drawPicture(pen, pictureOf(index), x, y, side, 2.5, inks);
    drawLabel(pen, String(rank), x - side / 2, y - side / 2 - 9, inks, true);
  }
  const marks = lying.threads.map((points, at) => ({ kind: answer.kinds[at][0], text: answer.kinds[at][1], at: sight.toPage(...points[0]) }));
  lying.threads.forEach((points, at) => drawThread(pen, points.map(([x, y]) => sight.toPage(x, y)), marks[at].kind, inks));
  for (const mark of marks) drawMark(pen, mark.kind, ...mark.at, inks);
  const here = sight.toPage(...lying.here);
  drawHere(pen, ...here, inks);
  const taken = [...marks.map((mark) => mark.at), here].map(([x, y]) => [x - 10, y - 10, x + 10, y + 10]);
  const page = [sight.wide, sight.tall];
  for (const { text, at } of [{ text: THE_MIX, at: here }, ...marks]) drawLabel(pen, text, ...besideMark(pen, text, at, taken, page), inks, text === THE_MIX);
}

/* The pictures that have room at this zoom beside the first answers; the zoom is counted in steps, so that few turns of
   the wheel change them. */
function shownNow() {
  const step = Math.floor(2 * Math.log2(sight.zoom) + 1e-9);
  const key = `${chart.name} ${step} ${sight.wide} ${sight.tall}`;
  const enlarged = 2 ** (step / 2) / sight.zoom;
  if (room.key !== key) room = { key, shown: roomFor(chart.places, [sight.scale, sight.flat].map((scale) => (SMALL + 3) / (scale * enlarged))) };
  const [first, spots] = [firstShown(), sight.allToPage(chart.places)];
  return room.shown.filter((index) => first.every((other) => apart(spots, index, other)));
}

/* The picture under a place of the page, -1 for none. */
function pictureAt(left, top) {
  const spots = sight.allToPage(chart.places);
  const under = (index) => Math.max(Math.abs(spots[2 * index] - left), Math.abs(spots[2 * index + 1] - top)) <= SMALL / 2;
  const picture = firstShown().find(under) ?? shownNow().find(under);
  if (picture !== undefined) return picture;
  let [best, least] = [-1, REACH ** 2];
  for (let i = 0; i < spots.length; i += 2) {
    const away = (spots[i] - left) ** 2 + (spots[i + 1] - top) ** 2;
    if (away < least) [best, least] = [i / 2, away];
  }
  return best;
}

function choose(index) {
  if (index === chosen) return;
  chosen = index;
  say();
  soon();
}

function look(index) {
  const names = catalogue();
  if (index < 0 || !names) return;
  trigger("enlarge", { index, words: answer && !answer.hidden[index] ? answer.wordsOf(index) : names.titles[index] });
}

/* What the map shows, for those who cannot see it; written when it is opened, and while it is open. */
function listed() {
  const list = part(".map-list");
  const names = catalogue();
  if (!list.open || !names) return;
  if (!lying) return void (list.querySelector("div").innerHTML = "");
  const { hidden, rows, kinds, weights } = answer;
  const button = (index) => `<button type="button" class="atlas-go" data-look="${index}"><bdi>${escaped(names.titles[index])}</bdi></button>`;
  const among = (found) => found.map(button).join(", ");
  const lies = [...rows.map((row, at) => [kinds[at][1], bestOf(row, 3, hidden)]), [THE_MIX, bestOf(blended(weights, rows), 3, hidden)]];
  const first = lying.first.map((index, at) => `<tr><td>${at + 1}</td><th scope="row">${button(index)}</th><td>${among(nearestOnMap(index, 3, hidden, chart.places))}</td></tr>`);
  list.querySelector("div").innerHTML =
    '<table class="atlas-table"><thead><tr><th scope="col">alone</th><th scope="col">lies nearest to what it likes best</th></tr></thead><tbody>' +
    `${lies.map(([kind, found]) => `<tr><th scope="row">${escaped(kind)}</th><td>${among(found)}</td></tr>`).join("")}</tbody></table>` +
    '<table class="atlas-table tabular"><thead><tr><th scope="col">rank</th><th scope="col">result</th><th scope="col">beside it on the map</th></tr></thead>' +
    `<tbody>${first.join("")}</tbody></table>`;
}

const SHOWN_ON_PAPER = 60; // pictures beside the first answers

/* The whole map as a figure, whatever part of it is in sight. */
givesFigure(() => {
  const names = catalogue();
  if (!chart || !names) return null;
  const placeOf = (index) => [chart.places[2 * index], -chart.places[2 * index + 1]];
  const first = lying?.first || [];
  const others = shownNow().filter((index) => !first.includes(index)).slice(0, SHOWN_ON_PAPER);
  const shownOf = (index, rank) => ({ title: names.titles[index], rank, place: placeOf(index), picture: { image: names.addressOf(index) } });
  return {
    kind: "gallery-map",
    evidence: {
      sentence: part(".map-said").textContent || part(".map-read").textContent, note: part(".map-kept").textContent,
      places: Array.from({ length: chart.places.length / 2 }, (_, index) => placeOf(index)),
      pictures: [...first.map((index, at) => shownOf(index, at + 1)), ...others.map((index) => shownOf(index, 0))],
      threads: (lying?.threads || []).map((points, at) => ({ kind: answer.kinds[at][0], label: answer.kinds[at][1], points: points.map(([x, y]) => [x, -y]) })),
      here: lying ? [lying.here[0], -lying.here[1]] : null,
    },
  };
});
