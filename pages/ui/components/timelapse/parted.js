// The looks at a training, as they travel and as they are shown.

const SIDE = 28;
const PICTURES = 10; // of each look
const STEPS = 16384; // of a coordinate from 0 to the edge of the map

// What `pack` in `__init__.py` packed: `map[look]` has x, y, x, y … in shares of the map's reach.
export function parted(head, body) {
  const count = head.epochs.length;
  const end = count * PICTURES * SIDE * SIDE;
  const size = 2 * head.points;
  const places = new Int16Array(body.slice(end, end + 2 * count * size).buffer);
  const map = head.epochs.map((_, look) =>
    Float32Array.from(places.subarray(look * size, (look + 1) * size), (place) => place / STEPS),
  );
  return { head, pictures: body.subarray(0, end), map, labels: body.subarray(end + 2 * count * size) };
}

export function picture({ pictures }, look, place) {
  const start = (look * PICTURES + place) * SIDE * SIDE;
  return { shape: [SIDE, SIDE], pixels: pictures.subarray(start, start + SIDE * SIDE) };
}

// The look nearest to an epoch, the later of two.
export function nearest(epochs, epoch) {
  const far = (look) => Math.abs(epochs[look] - epoch);
  return epochs.reduce((best, _, look) => (far(look) <= far(best) ? look : best), 0);
}

// Between two maps: x, y, x, y …, into `mixed`.
export function mix(from, to, share, mixed) {
  for (let at = 0; at < to.length; at++) mixed[at] = from[at] + share * (to[at] - from[at]);
  return mixed;
}

// From 0 to 1 in time: begins and ends slowly.
export const eased = (share) => share * share * (3 - 2 * share);
