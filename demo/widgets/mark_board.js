// What a visitor marked of the question that stands, with recall; with other weights its sentence may read the same.
document.addEventListener("answer-drawn", (event) => {
  if (event.detail === frame.dataset.name) changed();
});
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (button) trigger("take", { index: Number(button.dataset.take) });
});
