// What single numbers of a code draw, as `ae_core.experiments.units` says.

import { decode } from "../common/network.js";
import { errorMap } from "../common/pixels.js";

const NOTHING = new Float32Array(784);

// The difference that a unit makes while all others are at their mean: 784 numbers from -1 to 1.
export function pattern(decoder, { mean, off, usual }, unit) {
  const code = Float32Array.from(mean);
  code[unit] = off[unit];
  const low = decode(decoder, code);
  code[unit] = off[unit] + usual[unit];
  return decode(decoder, code).map((value, pixel) => value - low[pixel]);
}

// Its strongest pixel.
export const peak = (drawn) => drawn.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

// A pattern in the colours of an error map, its strongest pixel the brightest, unless it is faint.
export function coloured(drawn, faintest) {
  const scale = Math.max(faintest, peak(drawn));
  return errorMap(NOTHING, drawn.map((value) => value / scale));
}
