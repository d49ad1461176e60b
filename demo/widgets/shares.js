// How weights are written, as core/shares.py does it.
const PLACES = 2;

/* Two decimals each, which add up to 1 where the weights do, by the largest remainders. */
function toldTogether(weights) {
  const text = (number) => (/[1-9]/.test(number) ? number.replace("-", "−") : number.replace("-", ""));
  const scaled = weights.map((weight) => 10 ** PLACES * weight);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!scaled.every(Number.isFinite) || Math.abs(sum - 1) > 1e-6) return weights.map((weight) => text(fixed(weight, PLACES)));
  const units = scaled.map(Math.floor);
  const missing = 10 ** PLACES - units.reduce((total, unit) => total + unit, 0);
  const order = units.map((_, i) => i).sort((one, other) => units[one] - scaled[one] - (units[other] - scaled[other]));
  for (const i of order.slice(0, missing)) units[i] += 1;
  return units.map((unit) => text((unit / 10 ** PLACES).toFixed(PLACES)));
}

/* 0.025 for the 0.024999999999999994 that a subtraction from 1 leaves; every other number as it is. */
function decimal(number) {
  const short = Number(number.toPrecision(12));
  return Math.abs(short - number) < 4e-16 ? short : number;
}
