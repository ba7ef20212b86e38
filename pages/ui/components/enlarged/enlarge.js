// As `ae_core.enlarge`: a digit's small picture, and what formulas make of it.

import { FILTERS, resized } from "../common/resample.js";

const SIDE = 28;

// The mean of each square of pixels.
export function shrink(digit, side) {
  const factor = SIDE / side;
  const small = new Float32Array(side * side);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const place = Math.floor(row / factor) * side + Math.floor(column / factor);
      small[place] += digit[row * SIDE + column] / factor ** 2;
    }
  }
  return small;
}

export function enlarge(small, side, how) {
  const room = (size) => new Float32Array(size);
  if (how !== "nearest") {
    const picture = { pixels: small, width: side, height: side };
    return resized(picture, SIDE, SIDE, room, FILTERS[how]).pixels;
  }
  const at = (place) => Math.floor((place * side) / SIDE);
  return room(SIDE * SIDE).map((_, i) => small[at(Math.floor(i / SIDE)) * side + at(i % SIDE)]);
}
