// Pictures of a grid of points, beside the plane; a click moves the point there.

import { SIDE, cleared, element, paint, parts } from "../common/page.js";
import { ring } from "./marks.js";

export class Grid {
  constructor(plane) {
    this.plane = plane;
    Object.assign(this, parts(plane.root, "grid", "tiles", "marks"));
    this.hint = this.grid.querySelector(".hint");
    this.tiles.addEventListener("click", (event) => {
      const { ticks } = plane.data;
      const box = this.tiles.getBoundingClientRect();
      const tile = (share) => Math.min(ticks.length - 1, Math.floor(share * ticks.length));
      const row = tile((event.clientY - box.top) / box.height);
      const column = tile((event.clientX - box.left) / box.width);
      plane.cursor.move([ticks[column], ticks[ticks.length - 1 - row]]);
      plane.cursor.rest();
    });
  }

  update({ ticks, words }) {
    this.grid.hidden = !ticks;
    this.hint.textContent = words.gridHint ?? "";
    this.tiles.setAttribute("aria-label", words.grid ?? "");
  }

  // Row by row, a few milliseconds in each frame: nothing else has to wait.
  draw() {
    const { plane } = this;
    const { ticks, world, tail } = plane.data;
    if (!ticks || !plane.world) return;
    const key = JSON.stringify([world, plane.world.digest, ticks, tail]);
    if (this.drawn === key) return;
    this.drawn = key;
    const size = ticks.length;
    const fresh = element("canvas");
    fresh.width = fresh.height = SIDE * size;
    let at = 0;
    const some = () => {
      if (this.drawn !== key || !plane.world) return; // another grid is wanted by now
      const begin = performance.now();
      for (; at < size * size && performance.now() - begin < 8; at++) {
        const [row, column] = [Math.floor(at / size), at % size];
        const pixels = plane.decode([ticks[column], ticks[size - 1 - row]]);
        paint(fresh, pixels, [SIDE, SIDE], [SIDE * column, SIDE * row]);
      }
      if (at < size * size) return requestAnimationFrame(some);
      this.tiles.width = this.tiles.height = fresh.width;
      this.tiles.getContext("2d").drawImage(fresh, 0, 0);
      this.tiles.dataset.done = size;
    };
    some();
  }

  // The point, and the visitor's digit, among the tiles.
  drawMarks(z) {
    const { ticks, digit } = this.plane.data;
    if (!ticks || !this.marks.clientWidth) return;
    const { context, width: side, ratio } = cleared(this.marks);
    const mark = ([x, y], colour) => {
      const place = [share(x, ticks) * side, (1 - share(y, ticks)) * side];
      ring({ context, ratio }, place, [8 * ratio, 8 * ratio], colour);
    };
    if (digit && this.plane.shows("mine")) mark(digit.mean, digit.colour);
    mark(z, "#fff");
  }
}

// Where a coordinate lies along the tiles, from 0 to 1; each tick is the middle of its tile.
export function share(value, ticks) {
  const last = ticks.length - 1;
  let i = 0;
  while (i < last - 1 && ticks[i + 1] < value) i++;
  const step = last ? (value - ticks[i]) / (ticks[i + 1] - ticks[i]) : 0;
  return (Math.min(last, Math.max(0, i + step)) + 0.5) / (last + 1);
}
