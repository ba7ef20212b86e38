// The plane with a path instead of a point. A dot moves on it with the film and carries along the
// digit that its place decodes to; hands move the ends, or draw a path.

import { Echo, Rest, arrow, hundredths } from "../common/input.js";
import { filmPlace } from "../common/lab.js";
import { paint, screen } from "../common/page.js";
import { badge, ring } from "./marks.js";
import { Stage } from "./stage.js";

const REST_MS = 250; // keys that have not been pressed for so long are done
const ROUNDING = 0.006; // of the answer
const THUMB = 52; // side of the digit at the dot, in pixels of the page
const SHORTEST = 0.15; // of a path drawn by hand; anything shorter was a click
const NEAREST = 0.02; // of the points of a path drawn by hand
const END = { radius: 10, rim: 2, size: 12, fill: "#fff", ink: "#000" };
const DOT = "rgb(255 72 176)";

export class PathPlane extends Stage {
  constructor(root) {
    super(root);
    root.classList.add("walk");
    this.held = null; // 0 or 1: the end that is being moved
    this.chosen = 1; // the end that the arrow keys move
    this.thumb = screen("");
    this.echo = new Echo();
    this.resting = new Rest(REST_MS, () => {
      if (!this.data.walk.draw) this.sendEnd(this.chosen);
      else if (this.length >= SHORTEST) this.sendPath();
    });
    this.stopFollowing = filmPlace.listen(() => this.show());
    this.listen(this.top);
  }

  close() {
    this.stopFollowing();
    this.resting.cancel();
    this.root.classList.remove("walk");
    super.close();
  }

  update(data, send) {
    const busy = this.drawing || this.writing || this.held !== null || this.resting.pending;
    if (this.echo.news(data.walk, ROUNDING) && !busy) this.path = data.walk.path;
    super.update(data, send);
  }

  listen(top) {
    top.addEventListener("pointerdown", (event) => {
      top.setPointerCapture(event.pointerId);
      top.focus({ preventScroll: true });
      const z = this.under(event);
      if (this.data.walk.draw) {
        [this.old, this.path, this.drawing] = [this.path, [z], true];
      } else {
        const far = this.ends.map((end) => distance(end, z));
        this.held = this.chosen = far[0] < far[1] ? 0 : 1;
        this.moveEnd(this.held, z);
      }
      this.show();
    });
    top.addEventListener("pointermove", (event) => {
      const z = this.under(event);
      if (this.held !== null) this.moveEnd(this.held, z);
      else if (!this.drawing) return;
      else if (distance(this.path.at(-1), z) > NEAREST) this.path = [...this.path, z];
      this.show();
    });
    const up = () => {
      if (this.drawing) this.sendPath();
      else if (this.held !== null) this.sendEnd(this.held);
      this.held = null;
    };
    top.addEventListener("pointerup", up);
    top.addEventListener("pointercancel", up);
    top.addEventListener("keydown", (event) => {
      this.chosen = { a: 0, b: 1 }[event.key.toLowerCase()] ?? this.chosen;
      const step = arrow(event);
      const home = event.key === "Home";
      if (!step && !home) return;
      event.preventDefault();
      const next = (z) => (home ? [0, 0] : this.within(z.map((value, axis) => value + step[axis])));
      if (this.data.walk.draw) this.drawOn(next(this.path.at(-1)), home);
      else this.moveEnd(this.chosen, next(this.ends[this.chosen]));
      this.show();
      this.resting.soon();
    });
  }

  get length() {
    return lengths(this.path).at(-1);
  }

  get ends() {
    return [this.path[0], this.path.at(-1)];
  }

  moveEnd(end, z) {
    this.path = end ? [this.path[0], z] : [z, this.path.at(-1)];
  }

  // By keys: the path goes on from B, or begins again.
  drawOn(z, again) {
    this.path = again ? [z] : [...this.path, z];
    this.writing = true;
  }

  sendEnd(end) {
    this.expectAnswer();
    this.send("walk", { end, at: this.ends[end].map(hundredths) });
  }

  sendPath() {
    this.drawing = this.writing = false;
    if (this.length < SHORTEST) this.path = this.old;
    else {
      this.expectAnswer();
      this.send("walk", { path: this.path.map((z) => z.map(hundredths)) });
    }
    this.show();
  }

  expectAnswer() {
    this.echo.send({ ...this.data.walk, path: this.path });
  }

  // Where the film is; a hand on an end or on the path shows what is under the hand.
  get spot() {
    if (this.drawing || this.writing) return this.path.at(-1);
    if (this.held !== null) return this.ends[this.held];
    return along(this.path, filmPlace.value);
  }

  // ------------------------------------------------------------ pictures

  draw() {
    const view = this.cleared(this.top);
    const { side, to, unit } = view;
    const rim = 10 * unit; // what lies beyond the plane is shown at its edge
    const seen = (z) => to(z).map((value) => Math.min(side - rim, Math.max(rim, value)));
    const places = this.path.map(seen);
    drawLine(view, places);
    [places[0], places.at(-1)].forEach((place, end) =>
      badge(view, place, "AB"[end], END),
    );
    const spot = this.spot;
    ring(view, seen(spot), [6 * unit, 6 * unit], DOT);
    if (this.network) this.drawThumb(view, spot, seen(spot));
  }

  drawThumb({ context, side, unit }, spot, [x, y]) {
    paint(this.thumb, this.decode(spot));
    const size = THUMB * unit;
    const away = 16 * unit;
    const left = x + away + size > side ? x - away - size : x + away;
    const top = y - away - size < 0 ? y + away : y - away - size;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.thumb, left, top, size, size);
    context.lineWidth = 2 * unit;
    context.strokeStyle = DOT;
    context.strokeRect(left, top, size, size);
  }
}

function drawLine({ context, unit }, places) {
  context.lineJoin = context.lineCap = "round";
  for (const [width, ink] of [[6, "#000"], [3, "#fff"]]) {
    context.lineWidth = width * unit;
    context.strokeStyle = ink;
    context.beginPath();
    for (const place of places) context.lineTo(...place);
    context.stroke();
  }
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

function lengths(path) {
  let sum = 0;
  return path.map((z, i) => (sum += i ? distance(z, path[i - 1]) : 0));
}

// The point at a share of the path, measured along it; as `walks.along` does on the server.
export function along(path, share) {
  const way = lengths(path);
  const wanted = share * way.at(-1);
  let i = 0;
  while (i < path.length - 2 && way[i + 1] < wanted) i++;
  if (path.length < 2 || way[i + 1] === way[i]) return path[i];
  const part = Math.min(1, (wanted - way[i]) / (way[i + 1] - way[i]));
  return path[i].map((value, axis) => value + part * (path[i + 1][axis] - value));
}
