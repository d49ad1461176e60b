// The pictures of a figure, as letters: small copies, for a figure file holds all that it is drawn of.
const LONGEST_SIDE = 420; // pixels of a picture that goes along, and of those that are drawn small
const SMALLER = { slopes: 110, "gallery-map": 150, atlas: 260, ranking: 340 };

/* A small copy of a picture on white, as the letters of its file. */
async function lettersOf(image, longest) {
  let source = image;
  if (typeof image === "string") {
    source = new Image();
    source.src = image;
  }
  if (source instanceof HTMLImageElement) await source.decode().catch(() => {});
  const [wide, tall] = source instanceof HTMLCanvasElement ? [source.width, source.height] : [source.naturalWidth, source.naturalHeight];
  if (!wide || !tall) return null;
  const scale = Math.min(1, longest / Math.max(wide, tall));
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [Math.max(1, Math.round(wide * scale)), Math.max(1, Math.round(tall * scale))];
  const context = copy.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(source, 0, 0, copy.width, copy.height);
  return copy.toDataURL("image/jpeg", 0.92).split(",")[1];
}

/* The same with letters in the place of pictures; what is null is left out. */
async function written(value, longest) {
  if (Array.isArray(value)) return Promise.all(value.map((each) => written(each, longest)));
  if (!value || typeof value !== "object") return value;
  if ("image" in value) return value.image ? lettersOf(value.image, longest) : null;
  const pairs = await Promise.all(Object.entries(value).map(async ([key, each]) => [key, await written(each, longest)]));
  return Object.fromEntries(pairs.filter(([, each]) => each !== null && each !== undefined));
}
