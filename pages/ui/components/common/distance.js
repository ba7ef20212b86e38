// How far each pixel with ink is from the nearest without, or the other way round.

import { kept } from "./buffers.js";

const vertical = kept(Float64Array);

// Exact Euclidean distances from each pixel for which `ink` is `what` to the nearest of the others,
// but `most` where that is farther; 0 for the others. Columns first; then each row looks to both
// sides, as far as something nearer can be.
export function distances(ink, width, height, what, most, room) {
  const squares = columns(ink, width, height, what, most);
  const result = room(width * height);
  for (let row = 0; row < width * height; row += width) {
    for (let x = 0; x < width; x++) {
      let best = squares[row + x];
      for (let d = 1; d * d < best && (d <= x || d < width - x); d++) {
        if (d <= x) best = Math.min(best, d * d + squares[row + x - d]);
        if (d < width - x) best = Math.min(best, d * d + squares[row + x + d]);
      }
      result[row + x] = Math.sqrt(best);
    }
  }
  return result;
}

// The squares of the distances along each column, at most `most` squared.
function columns(ink, width, height, what, most) {
  const size = width * height;
  const result = vertical(size);
  for (let at = 0; at < size; at++) {
    const far = at < width ? most : Math.min(result[at - width] + 1, most);
    result[at] = ink[at] === what ? far : 0;
  }
  for (let at = size - width - 1; at >= 0; at--) {
    if (result[at + width] < result[at]) result[at] = Math.min(result[at], result[at + width] + 1);
  }
  for (let at = 0; at < size; at++) result[at] *= result[at];
  return result;
}
