// The grid: its pictures, and where the plane's point is among them.

import { decode } from "../common/network.js";
import { networkCame, planes, withDecoder } from "../common/lab.js";
import { SIDE, cleared, element, paint, parts } from "../common/page.js";
import { explained } from "../common/words.js";
import { grids } from "./grids.js";
import { atNextFrame } from "../common/input.js";
import { cursor, ring, unit } from "./marks.js";

export class Grid {
  constructor(root) {
    this.root = root;
    Object.assign(this, parts(root, "frame", "tiles", "marks", "hint"));
    this.tiles.addEventListener("click", (event) => this.click(event));
    this.mark = atNextFrame(() => this.drawMarks());
    this.stopListening = networkCame.listen(() => this.draw());
    this.resized = new ResizeObserver(() => this.mark());
    this.resized.observe(this.frame);
  }

  close() {
    this.stopListening();
    this.resized.disconnect();
    this.drawn = null;
    if (grids[this.data?.of] === this) delete grids[this.data.of];
  }

  update(data) {
    this.data = data;
    grids[data.of] = this;
    this.root.style.setProperty("--most", `${data.most}rem`);
    explained(this.hint).say(this.hint, data.words.hint);
    this.tiles.setAttribute("aria-label", data.words.grid);
    this.draw();
    this.mark();
  }

  click(event) {
    const { ticks, of } = this.data;
    const box = this.tiles.getBoundingClientRect();
    const tile = (share) => Math.min(ticks.length - 1, Math.floor(share * ticks.length));
    const row = tile((event.clientY - box.top) / box.height);
    const column = tile((event.clientX - box.left) / box.width);
    planes[of]?.cursor.move([ticks[column], ticks[ticks.length - 1 - row]]);
    planes[of]?.cursor.rest();
  }

  // Row by row, a few milliseconds in each frame: nothing else has to wait.
  draw() {
    const { ticks } = this.data;
    const network = withDecoder(this.data.network);
    if (!network) return;
    const key = JSON.stringify([this.data.network, network.digest, ticks]);
    if (this.drawn === key) return;
    this.drawn = key;
    const size = ticks.length;
    const fresh = element("canvas");
    fresh.width = fresh.height = SIDE * size;
    let at = 0;
    const some = () => {
      if (this.drawn !== key) return; // another grid is wanted by now
      const begin = performance.now();
      for (; at < size * size && performance.now() - begin < 8; at++) {
        const [row, column] = [Math.floor(at / size), at % size];
        const pixels = decode(network.decoder, [ticks[column], ticks[size - 1 - row]]);
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
  drawMarks() {
    const plane = planes[this.data.of];
    if (!plane?.cursor || !this.marks.clientWidth) return;
    const { ticks } = this.data;
    const { context, width: side, ratio } = cleared(this.marks);
    const view = { context, unit: unit(ratio) };
    const place = ([x, y]) => [share(x, ticks) * side, (1 - share(y, ticks)) * side];
    const { digit } = plane.data;
    if (digit && plane.shows("mine")) {
      ring(view, place(digit.mean), [6 * view.unit, 8.5 * view.unit], digit.colour);
    }
    cursor(view, place(plane.z));
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
