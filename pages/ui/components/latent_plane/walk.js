// The plane of a walk: a way with two ends instead of a point. A dot moves on it with the film
// and carries along the digit that its place decodes to; hands move the ends, or draw a way.

const THUMB = 52; // side of the digit at the dot, in pixels of the page
const SHORTEST = 0.15; // of a way drawn by hand; anything shorter was a click

import { Plane, REST_MS, STEP, lab, ring } from "./point.js";

export class Walk extends Plane {
  constructor(root) {
    super(root);
    root.classList.add("walk");
    this.held = null; // 0 or 1: the end that is being moved
    this.chosen = 1; // the end that the arrow keys move
    this.onFilm = () => this.show();
    window.addEventListener("autoencoder-lab-film", this.onFilm);
  }

  close() {
    window.removeEventListener("autoencoder-lab-film", this.onFilm);
    this.root.classList.remove("walk");
    super.close();
  }

  update(data, send) {
    const told = JSON.stringify(data.walk);
    if (this.told !== told) this.path = data.walk.path;
    this.told = told;
    super.update(data, send);
  }

  listen() {
    const top = this.top;
    const at = (event) => {
      const box = top.getBoundingClientRect();
      const { extent } = this.data;
      return this.kept([
        (2 * (event.clientX - box.left) / box.width - 1) * extent,
        (1 - 2 * (event.clientY - box.top) / box.height) * extent,
      ]);
    };
    top.addEventListener("pointerdown", (event) => {
      top.setPointerCapture(event.pointerId);
      top.focus({ preventScroll: true });
      const z = at(event);
      if (this.data.walk.draw) {
        [this.old, this.path, this.drawing] = [this.path, [z], true];
      } else {
        const far = this.ends.map((end) => Math.hypot(end[0] - z[0], end[1] - z[1]));
        this.held = this.chosen = far[0] < far[1] ? 0 : 1;
        this.moveEnd(this.held, z);
      }
      this.show();
    });
    top.addEventListener("pointermove", (event) => {
      const z = at(event);
      if (this.drawing) {
        const last = this.path.at(-1);
        if (Math.hypot(z[0] - last[0], z[1] - last[1]) > 0.02) this.path = [...this.path, z];
      } else if (this.held !== null) this.moveEnd(this.held, z);
      else return;
      this.show();
    });
    const up = () => {
      if (this.drawing) {
        this.drawing = false;
        if (lengths(this.path).at(-1) < SHORTEST) this.path = this.old;
        else this.send("walk", { path: this.path.map(rounded) });
        this.show();
      } else if (this.held !== null) {
        this.sendEnd(this.held);
        this.held = null;
      }
    };
    top.addEventListener("pointerup", up);
    top.addEventListener("pointercancel", up);
    top.addEventListener("keydown", (event) => {
      if (this.data.walk.draw) return;
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      const letter = { a: 0, b: 1 }[event.key.toLowerCase()];
      const step = way[event.key];
      if (letter !== undefined) this.chosen = letter;
      if (!step) return;
      event.preventDefault();
      const size = STEP * (event.shiftKey ? 5 : 1);
      const [x, y] = this.ends[this.chosen];
      this.moveEnd(this.chosen, this.kept([x + size * step[0], y + size * step[1]]));
      this.show();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.sendEnd(this.chosen), REST_MS);
    });
  }

  get ends() {
    return [this.path[0], this.path.at(-1)];
  }

  kept(z) {
    const { reach } = this.data;
    return z.map((value) => Math.min(reach, Math.max(-reach, value)));
  }

  moveEnd(end, z) {
    this.path = end ? [this.path[0], z] : [z, this.path.at(-1)];
  }

  sendEnd(end) {
    this.send("walk", { end, at: rounded(this.ends[end]) });
  }

  // Where the film is; a hand on an end or on the way shows what is under the hand.
  get spot() {
    if (this.drawing) return this.path.at(-1);
    if (this.held !== null) return this.ends[this.held];
    return along(this.path, lab()?.film ?? 0);
  }

  show() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (this.data) this.drawTop();
    });
  }

  drawTop() {
    const { context, side, to, ratio } = this.prepare(this.top);
    const rim = 10 * ratio; // what lies beyond the plane is shown at its edge
    const seen = (z) => to(z).map((value) => Math.min(side - rim, Math.max(rim, value)));
    const places = this.path.map(seen);
    context.lineJoin = context.lineCap = "round";
    for (const [width, ink] of [[6, "#000"], [3, "#fff"]]) {
      context.lineWidth = width * ratio;
      context.strokeStyle = ink;
      context.beginPath();
      for (const place of places) context.lineTo(...place);
      context.stroke();
    }
    context.font = `700 ${12 * ratio}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    [places[0], places.at(-1)].forEach(([x, y], end) => {
      context.beginPath();
      context.arc(x, y, 10 * ratio, 0, 2 * Math.PI);
      context.fillStyle = "#fff";
      context.fill();
      context.lineWidth = 2 * ratio;
      context.strokeStyle = "#000";
      context.stroke();
      context.fillStyle = "#000";
      context.fillText("AB"[end], x, y + 0.5 * ratio);
    });
    const spot = this.spot;
    const [x, y] = seen(spot);
    ring(context, [x, y], [6 * ratio, 6 * ratio], WALKER, ratio);
    if (this.world) this.drawThumb(context, spot, [x, y], side, ratio);
  }

  drawThumb(context, spot, [x, y], side, ratio) {
    this.thumb ??= Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
    const small = this.thumb.getContext("2d");
    const picture = small.createImageData(28, 28);
    lab().paint(this.decode(spot), picture.data, 0, 0, 28);
    small.putImageData(picture, 0, 0);
    const size = THUMB * ratio;
    const away = 16 * ratio;
    const left = x + away + size > side ? x - away - size : x + away;
    const top = y - away - size < 0 ? y + away : y - away - size;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.thumb, left, top, size, size);
    context.lineWidth = 2 * ratio;
    context.strokeStyle = WALKER;
    context.strokeRect(left, top, size, size);
  }
}

const WALKER = "rgb(255 72 176)";

const rounded = (z) => z.map((value) => Math.round(100 * value) / 100);

function lengths(path) {
  let sum = 0;
  return path.map(([x, y], i) => (sum += i ? Math.hypot(x - path[i - 1][0], y - path[i - 1][1]) : 0));
}

// The point at a share of the way, measured along it; as `walks.along` does on the server.
function along(path, share) {
  const way = lengths(path);
  const wanted = share * way.at(-1);
  let i = 0;
  while (i < path.length - 2 && way[i + 1] < wanted) i++;
  if (path.length < 2 || way[i + 1] === way[i]) return path[i];
  const part = Math.min(1, (wanted - way[i]) / (way[i + 1] - way[i]));
  return path[i].map((value, axis) => value + part * (path[i + 1][axis] - value));
}
