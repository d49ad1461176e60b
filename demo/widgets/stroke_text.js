// The strokes of a drawing as a short text and back, as core/images/stroke_text.py writes them.
const GRID = 2048;

function strokeText(strokes) {
  const bytes = [];
  const put = (number) => {
    let rest = number;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  const folded = (step) => (step >= 0 ? 2 * step : -2 * step - 1);
  for (const { points, width, erase } of strokes) {
    put(Math.max(1, Math.round(width * GRID)));
    put(2 * points.length + (erase ? 1 : 0));
    let [left, up] = [0, 0];
    for (const point of points) {
      const [x, y] = point.map((share) => Math.round(Math.min(2, Math.max(-1, share)) * GRID));
      put(folded(x - left));
      put(folded(y - up));
      [left, up] = [x, y];
    }
  }
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/* Throws where Python would refuse; what a link says is bounded before anything is made of it. */
function strokesOfText(text) {
  const bytes = [...atob(text.replaceAll("-", "+").replaceAll("_", "/"))].map((sign) => sign.charCodeAt(0));
  let at = 0;
  const take = () => {
    let [number, place] = [0, 1];
    for (; bytes[at] > 127; at += 1, place *= 128) number += (bytes[at] - 128) * place;
    if (at >= bytes.length || place > 2 ** 28) throw new Error("cut short");
    at += 1;
    return number + bytes[at - 1] * place;
  };
  const step = () => {
    const number = take();
    return number % 2 ? -(number + 1) / 2 : number / 2;
  };
  const strokes = [];
  while (at < bytes.length) {
    const width = take() / GRID;
    const kind = take();
    if (Math.floor(kind / 2) > (bytes.length - at) / 2) throw new Error("more points than there are");
    let [x, y] = [0, 0];
    const points = Array.from({ length: Math.floor(kind / 2) }, () => {
      [x, y] = [x + step(), y + step()];
      return [x / GRID, y / GRID];
    });
    strokes.push({ points, width, erase: kind % 2 === 1 });
  }
  return strokes;
}
