// Many boxes around the drawn one: the cell under the pointer, or with the focus, shows its box on the picture.
function show(cell) {
  const [x0, y0, x1, y1] = JSON.parse(cell.dataset.box);
  const outline = element.querySelector(".boxes-now");
  for (const [name, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) {
    outline.setAttribute(name, value);
  }
  element.querySelector(".boxes-read").textContent = cell.getAttribute("aria-label");
}

for (const kind of ["pointerover", "focusin"]) {
  element.addEventListener(kind, (event) => {
    const cell = event.target.closest(".boxes-cell");
    if (cell) show(cell);
  });
}

element.addEventListener("click", (event) => {
  const cell = event.target.closest(".boxes-cell");
  if (!cell) return;
  const tool = document.querySelector(`#${frame.dataset.tool} .box-tool`);
  tool?.dispatchEvent(new CustomEvent("box-set", { detail: JSON.parse(cell.dataset.box) }));
});

// One stop of the Tab key for the whole map; the arrow keys walk in it.
element.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".boxes-cell");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!cell || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const rows = [...element.querySelectorAll(".boxes-table tbody tr")].map((row) => [...row.querySelectorAll(".boxes-cell")]);
  const row = rows.findIndex((cells) => cells.includes(cell));
  const next = rows[row + step[0]]?.[rows[row].indexOf(cell) + step[1]];
  if (!next) return;
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
