// What a pen draws while it draws: strokes on the grid of `ae_core.strokes`, which the server has
// not answered yet.

import { Frames } from "./frames.js";
import { Told } from "./told.js";

const GRID = 512;
const SQUARE = 384; // steps of the grid along a side of the canvas
const MARGIN = (GRID - SQUARE) / 2;

export class Pen {
  strokes = []; // each with `index`, its place in the drawing
  answered = 0; // how many strokes of the drawing the server knows
  forgetful = false;
  frames = new Frames(); // while it moves

  moved = new Told();

  // Places in shares of the canvas.
  down(places) {
    const index = this.answered + this.strokes.length;
    this.growing = Object.assign([], { index });
    this.strokes.push(this.growing);
    this.move(places);
  }

  move(places) {
    if (!this.growing) return;
    this.frames.watch();
    for (const [x, y] of places) this.growing.push([onGrid(x), onGrid(y)]);
    this.moved.tell();
  }

  up() {
    this.growing = null;
  }

  // A button changes the drawing: what was drawn before it is answered with it.
  pressed() {
    this.forgetful = true;
  }

  // The server has seen a drawing of so many strokes.
  told(count) {
    this.strokes = this.forgetful ? [] : this.strokes.filter(({ index }) => index >= count);
    this.answered = count;
    this.forgetful = false;
    if (this.growing && !this.strokes.includes(this.growing)) this.growing = null;
  }
}

const onGrid = (share) => Math.min(GRID - 1, Math.max(0, MARGIN + SQUARE * share));

// Of the page: there is one canvas.
export const pen = new Pen();
