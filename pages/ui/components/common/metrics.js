// How far a reconstruction is from its original, as `ae_core.metrics` measures it: one number for
// two pictures, 28 × 28 greys from 0 to 1.

const SIDE = 28;
const EPSILON = 1e-7; // keeps the logarithm finite
const WINDOW = 7;
const [C1, C2] = [0.01 ** 2, 0.03 ** 2];

export function mse(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] - b[at]) ** 2;
  return sum / a.length;
}

// Nats a pixel.
export function bce(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    const kept = Math.min(1 - EPSILON, Math.max(EPSILON, b[at]));
    sum -= a[at] * Math.log(kept) + (1 - a[at]) * Math.log1p(-kept);
  }
  return sum / a.length;
}

// Decibels; infinite for equal pictures.
export function psnr(a, b) {
  return -10 * Math.log10(mse(a, b));
}

// What stands in a column of a row of windows: sums of a, b, a², b² and ab.
const columns = Array.from({ length: 5 }, () => new Float64Array(SIDE));

// 1 for equal pictures, 0 for unrelated ones.
export function ssim(a, b) {
  const places = SIDE - WINDOW + 1;
  let sum = 0;
  for (let y = 0; y < places; y++) {
    addUp(a, b, y);
    for (let x = 0; x < places; x++) sum += similarity(x);
  }
  return sum / places ** 2;
}

function addUp(a, b, top) {
  const [sumA, sumB, sumAA, sumBB, sumAB] = columns;
  for (const sums of columns) sums.fill(0);
  for (let y = top, at = top * SIDE; y < top + WINDOW; y++) {
    for (let x = 0; x < SIDE; x++, at++) {
      sumA[x] += a[at];
      sumB[x] += b[at];
      sumAA[x] += a[at] * a[at];
      sumBB[x] += b[at] * b[at];
      sumAB[x] += a[at] * b[at];
    }
  }
}

function similarity(left) {
  const size = WINDOW ** 2;
  const meanA = total(columns[0], left) / size;
  const meanB = total(columns[1], left) / size;
  const varA = (total(columns[2], left) - size * meanA ** 2) / (size - 1);
  const varB = (total(columns[3], left) - size * meanB ** 2) / (size - 1);
  const both = (total(columns[4], left) - size * meanA * meanB) / (size - 1);
  const alike = (2 * meanA * meanB + C1) * (2 * both + C2);
  return alike / ((meanA ** 2 + meanB ** 2 + C1) * (varA + varB + C2));
}

function total(sums, left) {
  let sum = 0;
  for (let x = left; x < left + WINDOW; x++) sum += sums[x];
  return sum;
}

// The share, in percent, of test images with a smaller error: `quantiles` are the 0th to the 100th
// percentile of theirs.
export function percentile(error, quantiles) {
  const last = quantiles.length - 1;
  if (error < quantiles[0]) return 0;
  if (error >= quantiles[last]) return 100;
  const next = quantiles.findIndex((quantile) => quantile > error);
  const below = quantiles[next - 1];
  return (100 / last) * (next - 1 + (error - below) / (quantiles[next] - below));
}
