/* A number with some decimals as Python writes it: one that lies just between two, such as 0.125, becomes the even one,
where toFixed takes the larger. No other number lies there, for a double has only halves, quarters and so on. */
function fixed(number, decimals) {
  const halves = Math.abs(number) * 2 ** (decimals + 1);
  const units = Math.floor(Math.abs(number) * 10 ** decimals);
  if (halves % 2 !== 1 || units % 2) return number.toFixed(decimals);
  return (Math.sign(number) * (units / 10 ** decimals)).toFixed(decimals);
}
