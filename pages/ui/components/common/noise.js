// Noise as `ae_core.noise` adds it: a field, drawn once by the server, at any level.

// Of a picture, its field and a level, the damaged picture, before it is clipped.
const KINDS = {
  gaussian: byPixel((pixel, chance, level) => pixel + level * chance),
  masking: byPixel((pixel, chance, level) => (chance < level ? 0 : pixel)),
  salt_and_pepper: byPixel((pixel, chance, level) =>
    Math.abs(chance) < level ? Number(chance > 0) : pixel,
  ),
};

function byPixel(damage) {
  return (image, field, level) => image.map((pixel, at) => damage(pixel, field[at], level));
}

// Whether a kind can be added here; if not, the server does it.
export function knows(kind) {
  return Object.hasOwn(KINDS, kind);
}

// A damaged copy of a picture, numbers from 0 to 1.
export function add(kind, level, field, image) {
  const noisy = KINDS[kind](Float32Array.from(image), field, Math.fround(level));
  for (let at = 0; at < noisy.length; at++) noisy[at] = Math.min(1, Math.max(0, noisy[at]));
  return noisy;
}
