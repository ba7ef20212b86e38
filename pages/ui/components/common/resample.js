// Scaling a picture as Pillow does, over a wider neighbourhood on the way down.

import { kept } from "./buffers.js";

const between = kept(Float32Array);

const sinc = (x) => (x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1);

// How much a pixel counts at a distance, and how far it reaches, in pixels of the smaller picture.
export const FILTERS = {
  bilinear: { reach: 1, at: (x) => 1 - Math.abs(x) },
  // Keys 1981, "Cubic convolution interpolation for digital image processing", with a = -1/2.
  bicubic: {
    reach: 2,
    at(x) {
      const d = Math.abs(x);
      if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
      return ((-0.5 * d + 2.5) * d - 4) * d + 2;
    },
  },
  lanczos: { reach: 3, at: (x) => sinc(x) * sinc(x / 3) },
};

// For each pixel of a line: which pixels of the old line to take, and how much of each.
class Weights {
  #weights = kept(Float64Array);
  #first = kept(Int32Array);

  set(old, size, filter) {
    const step = old / size;
    const wide = Math.max(1, step);
    this.filter = filter;
    this.most = 2 * Math.ceil(filter.reach * wide) + 1;
    this.weights = this.#weights(size * this.most);
    this.first = this.#first(2 * size); // and, after it, how many
    for (let to = 0; to < size; to++) this.#pixel(to, (to + 0.5) * step, wide, old);
    return this;
  }

  #pixel(to, centre, wide, old) {
    const { reach, at: weight } = this.filter;
    const first = Math.max(0, Math.trunc(centre - reach * wide + 0.5));
    const count = Math.min(old, Math.trunc(centre + reach * wide + 0.5)) - first;
    const at = to * this.most;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const away = (first + i + 0.5 - centre) / wide;
      sum += this.weights[at + i] = Math.abs(away) < reach ? weight(away) : 0;
    }
    for (let i = 0; i < count; i++) this.weights[at + i] /= sum;
    this.first[2 * to] = first;
    this.first[2 * to + 1] = count;
  }
}

const across = new Weights();
const down = new Weights();
const sums = kept(Float64Array);

// The picture in another size, in an array that `room` gives; values from 0 to 1.
export function resized(picture, width, height, room, filter = FILTERS.bicubic) {
  const middle = { pixels: between(picture.height * width), width, height: picture.height };
  scaleAcross(picture, middle, across.set(picture.width, width, filter));
  const result = { pixels: room(width * height), width, height };
  scaleDown(middle, result, down.set(picture.height, height, filter));
  return result;
}

function scaleAcross(from, to, { weights, first, most }) {
  for (let y = 0, at = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++, at++) {
      const start = y * from.width + first[2 * x];
      let sum = 0;
      for (let i = 0, w = x * most; i < first[2 * x + 1]; i++) {
        sum += from.pixels[start + i] * weights[w + i];
      }
      to.pixels[at] = sum;
    }
  }
}

function scaleDown(from, to, { weights, first, most }) {
  const { width } = to;
  const line = sums(width);
  for (let y = 0; y < to.height; y++) {
    line.fill(0);
    for (let i = 0, row = first[2 * y] * width; i < first[2 * y + 1]; i++, row += width) {
      const weight = weights[y * most + i];
      for (let x = 0; x < width; x++) line[x] += from.pixels[row + x] * weight;
    }
    for (let x = 0; x < width; x++) to.pixels[y * width + x] = Math.min(1, Math.max(0, line[x]));
  }
}
