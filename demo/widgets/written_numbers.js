// Numbers and words as demo/html.py and the widgets in Python write them.
const withSign = (number, decimals) => {
  const text = fixed(number, decimals);
  if (text[0] !== "-") return text;
  return /[1-9]/.test(text) ? text.replace("-", "−") : (0).toFixed(decimals);
};
const escaped = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const percent = (share) => `${fixed(share, 2)}%`;
