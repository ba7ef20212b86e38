// The picture of a drawing, as `ae_core.strokes.picture` has it.

import { EDGE, Sheet, SIDE } from "./sheet.js";

const SQUARE = 384; // steps of the grid along a side of the drawing
const MARGIN = (512 - SQUARE) / 2;
const SCALE = EDGE / SQUARE;
const RADIUS = (0.085 * EDGE) / 2; // of the pen

// Strokes and the sheet that they are on: a hand goes on where it was.
class Drawing {
  #sheet = new Sheet();
  #strokes = []; // copies, each [x, y, x, y, …]: the hand may add to its own

  // Whether all that is drawn belongs to these strokes.
  begins(strokes) {
    return (
      this.#strokes.length <= strokes.length &&
      this.#strokes.every((drawn, at) => begins(drawn, strokes[at]))
    );
  }

  clear() {
    this.#sheet.clear();
    this.#strokes = [];
  }

  copy(other) {
    this.#sheet.copy(other.#sheet);
    this.#strokes = other.#strokes.map((stroke) => [...stroke]);
  }

  // Draws what is missing of these strokes.
  add(strokes) {
    strokes.forEach((stroke, at) => {
      const drawn = (this.#strokes[at] ??= []);
      for (let next = drawn.length / 2; next < stroke.length; next++) {
        drawn.push(stroke[next][0], stroke[next][1]);
        this.#draw(drawn.slice(-4).map((step) => (step - MARGIN) * SCALE));
      }
    });
  }

  // The last point of a stroke, and the way to it.
  #draw(ends) {
    const [x, y] = ends.slice(-2);
    this.#sheet.disc(x, y, RADIUS);
    if (ends.length === 4) this.#sheet.piece(...ends, RADIUS);
  }

  picture(to) {
    return this.#sheet.reduce(to);
  }
}

function begins(drawn, stroke) {
  if (drawn.length > 2 * stroke.length) return false;
  for (let at = 0; at < drawn.length; at += 2) {
    const [x, y] = stroke[at / 2];
    if (x !== drawn[at] || y !== drawn[at + 1]) return false;
  }
  return true;
}

const finished = new Drawing(); // without the last stroke, which may still change
const whole = new Drawing();
const shown = new Float32Array(SIDE * SIDE);

// The drawing, 280 × 280 greys from 0 to 1, always in the same array. Strokes are lists of [x, y]
// on the grid; those that are drawn already cost nothing.
export function picture(strokes) {
  const others = strokes.slice(0, -1);
  if (!finished.begins(others)) finished.clear();
  finished.add(others);
  if (!whole.begins(strokes)) whole.copy(finished);
  whole.add(strokes);
  return whole.picture(shown);
}
