// The ticks under a slider, and the way back: a click moves the slider there as a hand would.
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-to]");
  if (!pressed) return;
  const scale = pressed.closest("[data-slider]");
  const slider = document.getElementById(scale.dataset.slider)?.querySelector("input[type=range]");
  if (!slider || slider.disabled) return;
  slider.value = pressed.dataset.to;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  slider.focus();
});
