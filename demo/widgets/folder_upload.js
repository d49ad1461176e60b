// The pictures of a folder go to the server each by itself, so that no request is large, with the names of their folders.
const whole = element.querySelector(".folder-upload");
const input = whole.querySelector("input");
const status = whole.querySelector("[role=status]");
const button = whole.querySelector("button");
const MOST = Number(whole.dataset.most);
const TOGETHER = 3;
const PICTURE = /\.(jpe?g|png|webp|gif|bmp|tiff?)$/i;
const nameOf = (file) => file.webkitRelativePath || file.name;
const hidden = (file) => nameOf(file).split("/").some((part) => /^[.@]/.test(part));

/* At most MOST of them, evenly over the folders. */
function taken(files) {
  const step = files.length / MOST;
  return step <= 1 ? files : Array.from({ length: MOST }, (_, i) => files[Math.floor(i * step)]);
}

async function send(files, all) {
  const sent = [];
  const waiting = [...files.entries()];
  let done = 0;
  async function next() {
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
      const [place, file] = entry;
      const answer = await upload(file).catch(() => null); // one that is too large is left out
      if (answer?.path) sent.push([place, answer.path, nameOf(file)]);
      done += 1;
      status.textContent = `${done} of ${files.length} pictures sent …`;
    }
  }
  await Promise.all(Array.from({ length: TOGETHER }, next));
  sent.sort((one, two) => one[0] - two[0]);
  status.textContent = `${sent.length} pictures are being read …`;
  trigger("chosen", { files: sent.map(([, path, name]) => [path, name]), all });
}

button.addEventListener("click", () => input.click());
input.addEventListener("change", async () => {
  const order = (one, two) => nameOf(one).localeCompare(nameOf(two), undefined, { numeric: true });
  const files = [...input.files].filter((file) => PICTURE.test(file.name) && !hidden(file)).sort(order);
  input.value = "";
  if (!files.length) {
    status.textContent = "There is no picture in this folder.";
    return;
  }
  button.disabled = true;
  await send(taken(files), files.length).finally(() => (button.disabled = false));
});
watch("value", () => (status.textContent = props.value || ""));
