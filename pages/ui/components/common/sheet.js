// A large sheet with one bit a pixel, on which strokes are drawn to the pixel as Pillow does.

export const SIDE = 280; // pixels of a picture
const FINE = 4; // a sheet is so much larger, for smooth edges
export const EDGE = FINE * SIDE;
const WORDS = EDGE / 32; // of a row
// Of four bits and of sixteen: how many are set, and how grey that is, in steps of a byte.
const DOTS = Uint8Array.of(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
const GREYS = Float32Array.from({ length: 17 }, (_, dots) => ((255 * dots + 8) >> 4) / 255);

export class Sheet {
  #bits = new Int32Array(EDGE * WORDS);

  clear() {
    this.#bits.fill(0);
  }

  copy(other) {
    this.#bits.set(other.#bits);
  }

  disc(x, y, radius) {
    const [left, top] = [Math.trunc(x - radius), Math.trunc(y - radius)];
    const [width, height] = [Math.trunc(x + radius) - left, Math.trunc(y + radius) - top];
    const widest = rim(width, height);
    for (let row = 0; row <= height; row++) {
      const half = widest[Math.abs(2 * row - height)];
      this.#span(top + row, left + (width - half) / 2, left + (width + half) / 2);
    }
  }

  // A straight piece of a stroke without its round ends: four corners, on whole pixels.
  piece(fromX, fromY, toX, toY, radius) {
    const length = Math.max(Math.hypot(toX - fromX, toY - fromY), 1e-9);
    const [u, v] = [(radius * (fromY - toY)) / length, (radius * (toX - fromX)) / length];
    const xs = [fromX + u, toX + u, toX - u, fromX - u].map(Math.trunc);
    const ys = [fromY + v, toY + v, toY - v, fromY - v].map(Math.trunc);
    const [first, last] = [Math.min(...ys), Math.max(...ys)];
    const [top, bottom] = [Math.max(0, first), Math.min(EDGE - 1, last)];
    if (top > bottom) return;
    lefts.fill(Infinity, top, bottom + 1);
    rights.fill(-Infinity, top, bottom + 1);
    for (let at = 0, next = 1; at < 4; at++, next = (at + 1) % 4) {
      reach(xs[at], ys[at], xs[next], ys[next]);
    }
    if (top < bottom) {
      if (top === first && lefts[top] === rights[top]) join(top, top + 1);
      if (bottom === last && lefts[bottom] === rights[bottom]) join(bottom, bottom - 1);
    }
    for (let y = top; y <= bottom; y++) {
      const right = Math.sign(rights[y]) * Math.ceil(Math.abs(rights[y]) - 0.5);
      this.#span(y, Math.floor(lefts[y] + 0.5), right);
    }
  }

  #span(y, from, to) {
    if (y < 0 || y >= EDGE || from >= EDGE || to < 0 || from > to) return;
    const left = Math.max(from, 0);
    const right = Math.min(to, EDGE - 1);
    const first = y * WORDS + (left >> 5);
    const last = y * WORDS + (right >> 5);
    const [start, end] = [-1 << (left & 31), -1 >>> (31 - (right & 31))];
    if (first === last) this.#bits[first] |= start & end;
    else {
      this.#bits[first] |= start;
      this.#bits.fill(-1, first + 1, last);
      this.#bits[last] |= end;
    }
  }

  // Fills a picture: each pixel is as grey as its 4 × 4 bits are set.
  reduce(picture) {
    picture.fill(0);
    for (let y = 0; y < SIDE; y++) {
      for (let word = 0; word < WORDS; word++) {
        const at = y * FINE * WORDS + word;
        const a = this.#bits[at];
        const b = this.#bits[at + WORDS];
        const c = this.#bits[at + 2 * WORDS];
        const d = this.#bits[at + 3 * WORDS];
        if (a | b | c | d) eight(picture, y * SIDE + word * 8, a, b, c, d);
      }
    }
    return picture;
  }
}

// Eight pixels from four rows of 32 bits.
function eight(picture, at, a, b, c, d) {
  for (let pixel = 0, bit = 0; pixel < 8; pixel++, bit += FINE) {
    const dots = DOTS[(a >>> bit) & 15] + DOTS[(b >>> bit) & 15] + DOTS[(c >>> bit) & 15];
    picture[at + pixel] = GREYS[dots + DOTS[(d >>> bit) & 15]];
  }
}

const lefts = new Float64Array(EDGE); // of a piece, row by row
const rights = new Float64Array(EDGE);

// Widens the rows of a piece as far as one of its sides, in single precision as Pillow does.
function reach(x0, y0, x1, y1) {
  const slope = y0 === y1 ? 0 : Math.fround((x1 - x0) / (y1 - y0));
  const bottom = Math.min(EDGE - 1, Math.max(y0, y1));
  for (let y = Math.max(0, Math.min(y0, y1)); y <= bottom; y++) {
    const x = Math.fround(Math.fround((y - y0) * slope) + x0);
    lefts[y] = Math.min(lefts[y], x, y0 === y1 ? x1 : x);
    rights[y] = Math.max(rights[y], x, y0 === y1 ? x1 : x);
  }
}

// Draws a corner that leans far over up to the row beside it.
function join(corner, beside) {
  rights[corner] = Math.max(rights[corner], Math.round(lefts[beside]) - 1);
  lefts[corner] = Math.min(lefts[corner], Math.round(rights[beside]) + 1);
}

const rims = new Map();

// The width of a disc by twice a row's distance from its middle; there are a few sizes only.
function rim(width, height) {
  const key = `${width} ${height}`;
  if (!rims.has(key)) rims.set(key, walked(width, height));
  return rims.get(key);
}

// Goes from the right to the top, each step to the neighbour nearest to the ellipse.
function walked(width, height) {
  const off = ([x, y]) => Math.abs((width * y) ** 2 + (height * x) ** 2 - (width * height) ** 2);
  const widest = new Int16Array(height + 1);
  let [x, y] = [width, height % 2];
  while (y <= height) {
    widest[y] = Math.max(widest[y], x);
    let next = [x, y + 2];
    for (const other of x > 1 ? [y + 2, y] : []) {
      if (off([x - 2, other]) < off(next)) next = [x - 2, other];
    }
    [x, y] = next;
  }
  return widest;
}

