// A pin in the window's own storage: it outlives the page and the start of the app, and ends with the window.
const PIN_FORMAT = 1;
const LOST_PIN = "The pin that this window kept cannot be read, so it was taken away. Pin an answer again.";
const DIMMED_PIN = "What stands is not the answer to what was asked or typed last, so it is not pinned; pin it once that is answered.";
const isEarlier = () => Boolean(element.closest("[role=tabpanel]")?.querySelector([DIMMED, TYPING, COMING].join(", ")));
const isText = (value) => typeof value === "string" && value.length <= 2000;
const areTexts = (values) => Array.isArray(values) && values.length <= 20 && values.every(isText);

function keepPin(name, pin) {
  try {
    if (pin) sessionStorage.setItem(name, JSON.stringify({ format: PIN_FORMAT, ...pin }));
    else sessionStorage.removeItem(name);
  } catch { /* without such a store a pin lasts as long as the page */ }
}

/* What was kept; null without it, undefined where it is no pin. */
function keptPin(name, isPin) {
  let text = null;
  try {
    text = sessionStorage.getItem(name);
  } catch { /* the same */ }
  if (text === null) return null;
  try {
    const { format, ...pin } = JSON.parse(text);
    if (format === PIN_FORMAT && isPin(pin)) return pin;
  } catch { /* no JSON, or not of an object */ }
  keepPin(name, null);
  return undefined;
}
