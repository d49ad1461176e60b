// Stands in for gradio: gives the page's scripts what they were written for. What would ask the server asks nobody.
const DECK = JSON.parse(document.getElementById("deck-data").textContent);

/* A value with its pictures in place of the tokens. */
function withPictures(value) {
  if (typeof value === "string") return value.replace(/\ue000(\d+)\ue001/g, (_, number) => DECK.pictures[number]);
  if (Array.isArray(value)) return value.map(withPictures);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withPictures(part)]));
  }
  return value;
}

/* A component as gradio mounts it: a block with its id, and in it the element that the script gets. */
function hosted({ id, template, script }, does) {
  const block = document.createElement("div");
  const element = document.createElement("div");
  block.id = id;
  block.className = "deck-block";
  block.append(element);
  const watchers = [];
  const held = { value: null };
  let drawn = null;

  function render() {
    const html = template.replaceAll("${value}", () => held.value ?? "");
    if (html === drawn) return;
    element.innerHTML = html;
    drawn = html;
  }

  const props = new Proxy(held, {
    set(target, key, next) {
      const other = target[key] !== next;
      target[key] = next;
      if (other && key === "value") queueMicrotask(render);
      return true;
    },
  });
  render();
  return {
    block,
    /* Draws a value, as another one than before: a script may have changed what stands there. */
    draw(value) {
      held.value = value;
      if (template.includes("${value}")) drawn = null;
      render();
    },
    /* Lets the script begin, without a value: as on the page, answers come when it already runs. */
    begin() {
      const watch = (names, callback) => [names].flat().includes("value") && watchers.push(callback);
      if (script >= 0) HOSTED[script](element, does, props, {}, null, watch);
    },
    /* Tells it that there is another value. */
    tell() {
      for (const watcher of watchers) watcher();
    },
  };
}
