// A number that a person typed: with a decimal point or comma, with a hyphen or the true minus sign.
const told = (number) => (Math.abs(number) < 0.005 ? 0 : number).toFixed(2).replace("-", "−");

/* What is to be used, and a sentence when that is not what was typed. Without a number `kept` stays. */
function typedNumber(text, { low, high, kept }) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  if (plain === "") return { value: kept, word: `Nothing was typed; ${told(kept)} is kept.` };
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  if (Number.isNaN(number)) return { value: kept, word: `“${text.trim()}” is not a number; ${told(kept)} is kept.` };
  if (number < low) return { value: low, word: `${text.trim()} is below ${told(low)}; ${told(low)} is used.` };
  if (number > high) return { value: high, word: `${text.trim()} is above ${told(high)}; ${told(high)} is used.` };
  return { value: number, word: "" };
}

function say(place, sentence) {
  if (place.textContent !== sentence) place.textContent = sentence;
  if (place.hidden === Boolean(sentence)) place.hidden = !sentence;
}
