// A list of tiles is one stop of the Tab key: arrows go from one to the next, Home and End to the ends.
{
  const tiles = () => [...element.querySelectorAll(".tile")];
  let at = 0;
  let inside = false; // whether the focus was here when the list was last drawn

  const settle = () => {
    const all = tiles();
    at = Math.min(at, Math.max(0, all.length - 1));
    all.forEach((tile, i) => {
      const stop = i === at ? 0 : -1;
      if (tile.tabIndex !== stop || !tile.hasAttribute("tabindex")) tile.tabIndex = stop;
    });
    return all;
  };
  const beside = (all, down) => {
    // The nearest tile of the next row, above or below.
    const { left, top } = all[at].getBoundingClientRect();
    const rows = all.map((tile) => tile.getBoundingClientRect());
    const next = rows.map((edge) => edge.top).filter((edge) => (down ? edge > top + 4 : edge < top - 4));
    if (!next.length) return at;
    const row = down ? Math.min(...next) : Math.max(...next);
    const far = (i) => (Math.abs(rows[i].top - row) > 4 ? Infinity : Math.abs(rows[i].left - left));
    return rows.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
  };

  element.addEventListener("focusin", (event) => {
    const place = tiles().indexOf(event.target.closest(".tile"));
    if (place < 0) return;
    [at, inside] = [place, true];
    settle();
  });
  element.addEventListener("focusout", (event) => {
    if (event.target.isConnected) inside = element.contains(event.relatedTarget);
  });
  element.addEventListener("keydown", (event) => {
    const all = tiles();
    if (!event.target.matches(".tile") || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = {
      ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1,
      ArrowDown: beside(all, true), ArrowUp: beside(all, false),
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, next))].focus();
  });
  element.addEventListener("tiles-drawn", (event) => event.detail && settle()); // those that stand have their stop
  watch("value", () => {
    const all = settle();
    if (inside && all.length && document.activeElement === document.body) all[at].focus({ preventScroll: true });
  });
  settle();
}
