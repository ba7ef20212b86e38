// Where the validation images lie on the plane of a code: from one look at the training to the next,
// each glides to its new place.

import { readable } from "../common/colours.js";
import { component } from "../common/component.js";
import { look, looks } from "../common/lab.js";
import { cleared, colour } from "../common/page.js";
import { drawPoints } from "../latent_plane/ground.js";
import { unit } from "../latent_plane/marks.js";
import { eased, mix } from "./parted.js";

const GLIDE_MS = 600;
const SIZE = 2.5; // of a point, as pixels on a laptop
const wantsNoMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class Unfolding {
  constructor(canvas) {
    this.canvas = canvas;
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(canvas);
    this.ends = [looks.listen(() => this.take()), look.listen(() => this.glide())];
  }

  close() {
    cancelAnimationFrame(this.waiting);
    this.resized.disconnect();
    for (const end of this.ends) end();
  }

  update({ alt, colours }) {
    this.canvas.setAttribute("aria-label", alt);
    this.colours = colours;
    this.take();
  }

  // New looks are there at once; the same ones, in another theme perhaps, are drawn again.
  take() {
    const shown = looks.value;
    if (!shown?.head.points) return;
    if (this.shown !== shown) {
      this.shown = shown;
      cancelAnimationFrame(this.waiting);
      this.points = Float32Array.from(this.target);
    }
    this.draw();
  }

  get target() {
    const { map } = this.shown;
    return map[Math.min(map.length - 1, look.value)];
  }

  glide() {
    if (!this.shown) return;
    const [from, begin] = [Float32Array.from(this.points), performance.now()];
    const whole = wantsNoMotion() ? 0 : GLIDE_MS;
    const frame = (now) => {
      const share = whole ? Math.min(1, Math.max(0, now - begin) / whole) : 1;
      mix(from, this.target, eased(share), this.points);
      this.draw();
      if (share < 1) this.waiting = requestAnimationFrame(frame);
    };
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(frame);
  }

  draw() {
    if (!this.shown || !this.canvas.clientWidth) return;
    const { context, width: side, ratio } = cleared(this.canvas);
    const to = ([x, y]) => [(side * (1 + x)) / 2, (side * (1 - y)) / 2];
    this.drawAxes(context, side, ratio);
    const ground = colour(this.canvas, "background-color", "#fff");
    const colours = this.colours.map((each) => readable(each, ground));
    const { points, shown } = this;
    const view = { context, side, to, unit: unit(ratio) };
    drawPoints(view, { points, labels: shown.labels }, colours, 0.9, SIZE);
  }

  drawAxes(context, side, ratio) {
    context.strokeStyle = colour(this.canvas, "text-color", "#222");
    context.globalAlpha = 0.2;
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(0, side / 2);
    context.lineTo(side, side / 2);
    context.moveTo(side / 2, 0);
    context.lineTo(side / 2, side);
    context.stroke();
    context.globalAlpha = 1;
  }
}

export default component((canvas) => new Unfolding(canvas), ".points");
