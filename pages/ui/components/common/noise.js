// Noise as `ae_core.noise` adds it: a field, drawn once by the server, at any level.

import { SIDE } from "./page.js";

// Of a picture, its field and a level, the damaged picture, before it is clipped.
const KINDS = {
  gaussian: byPixel((pixel, chance, level) => pixel + level * chance),
  masking: byPixel(masked),
  salt_and_pepper: byPixel((pixel, chance, level) =>
    Math.abs(chance) < level ? Number(chance > 0) : pixel,
  ),
  blur: blurred,
  patch: patched,
  erased: byPixel(masked),
};

const BLUR = 4; // pixels, as in Python

function masked(pixel, chance, level) {
  return chance < level ? 0 : pixel;
}

// By a Gaussian, down and across; beyond the picture all is black.
function blurred(image, _field, level) {
  const deviation = Math.max(BLUR * level, 1e-6);
  const bell = (_, step) => Math.exp(-0.5 * (step / deviation) ** 2);
  const fall = Float64Array.from({ length: SIDE }, bell);
  const whole = fall.reduce((sum, weight) => sum + 2 * weight, -1);
  const rows = spread(image, fall, whole, SIDE, 1);
  return spread(rows, fall, whole, 1, SIDE);
}

// Spreads each pixel over its line: `next` leads to the next pixel, `line` to the next line.
function spread(image, fall, whole, next, line) {
  const made = new Float64Array(image.length);
  for (let start = 0; start < SIDE * line; start += line) {
    for (let to = 0; to < SIDE; to++) {
      let sum = 0;
      for (let from = 0; from < SIDE; from++) {
        sum += fall[Math.abs(to - from)] * image[start + from * next];
      }
      made[start + to * next] = sum / whole;
    }
  }
  return made;
}

// Without a square, whose place grows with it.
function patched(image, [down, across], level) {
  const width = SIDE * level;
  const inside = (at, share) => {
    const start = share * (SIDE - width);
    return at + 0.5 >= start && at + 0.5 < start + width;
  };
  return image.map((pixel, at) =>
    inside(Math.floor(at / SIDE), down) && inside(at % SIDE, across) ? 0 : pixel,
  );
}

function byPixel(damage) {
  return (image, field, level) => image.map((pixel, at) => damage(pixel, field[at], level));
}

// Whether a kind can be added here; if not, the server does it.
export function knows(kind) {
  return Object.hasOwn(KINDS, kind);
}

// A damaged copy of a picture, numbers from 0 to 1.
export function add(kind, level, field, image) {
  const damaged = KINDS[kind](Float32Array.from(image), field, Math.fround(level));
  const noisy = Float32Array.from(damaged);
  for (let at = 0; at < noisy.length; at++) noisy[at] = Math.min(1, Math.max(0, noisy[at]));
  return noisy;
}
