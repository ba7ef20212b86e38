// The plane with a point: the picture at the point, and what else follows it.

import { Clock, number, paint, parts } from "../common/page.js";
import { Cursor } from "./cursor.js";
import { corner } from "./corner.js";
import { Follower } from "./follower.js";
import { grids } from "./grids.js";
import { badge, cursor, dot, hole, ring } from "./marks.js";
import { Stage } from "./stage.js";
import { Ten } from "./ten.js";

const NUMBERED = { radius: 7.5, rim: 1, size: 10, fill: "#000", ink: "#fff" };
const SMALL = { ...NUMBERED, radius: 5.5, size: 8 }; // where the plane is

export class PointPlane extends Stage {
  constructor(root) {
    super(root);
    Object.assign(this, parts(root, "digit", "at", "counter"));
    this.cursor = new Cursor(this);
    this.ten = new Ten(this);
    this.follower = new Follower(this);
    this.clock = new Clock();
    this.frames = []; // times of the last frames
  }

  close() {
    this.cursor.close();
    this.follower.close();
    super.close();
  }

  update(data, send, pick) {
    this.data = data;
    this.follower.update(data);
    this.cursor.told(data.point);
    this.digit.setAttribute("aria-label", data.words.digit);
    this.ten.update(data, pick);
    super.update(data, send);
  }

  get z() {
    return this.cursor.z;
  }

  draw(now) {
    const { language } = this.data;
    const [x, y] = this.z.map((value) => number(value, language));
    this.at.textContent = `z₁ ${x}   z₂ ${y}`;
    this.drawTop();
    grids[this.data.name]?.mark();
    if (!this.network) return;
    this.clock.measure(() => paint(this.digit, this.decode(this.z)));
    this.ten.draw();
    this.count(now);
  }

  // How long a picture takes; how many there are in a second says something only while it moves.
  count(now) {
    const { language } = this.data;
    this.frames = [...this.frames, now].filter((time) => now - time < 1000);
    const spent = `${number(this.clock.mean, language)} ms`;
    const rate = this.cursor.moving ? `${this.frames.length} fps · ` : "";
    this.counter.textContent = rate + spent;
  }

  drawTop() {
    const view = this.cleared(this.top);
    const { to, unit, scale, side } = view;
    const { digit, drawn, holes } = this.data;
    const [x, y] = to(this.z);
    this.digit.dataset.corner = corner(x / side, y / side, this.digit.dataset.corner);
    for (const { at, radius, text } of holes) hole(view, to(at), radius * scale, text);
    if (digit && this.shows("mine")) {
      for (const sigmas of [2, 1]) {
        const radii = digit.deviation.map((value) => sigmas * value * scale);
        // Rings smaller than a few pixels would run into each other.
        if (sigmas === 1 && Math.min(...radii) < 5 * unit) continue;
        const seen = radii.map((radius) => Math.max(radius, 4 * unit));
        ring(view, to(digit.mean), seen, digit.colour);
      }
      dot(view, to(digit.mean), digit.colour);
    }
    if (this.shows("drawn")) {
      const look = side / unit < 260 ? SMALL : NUMBERED;
      drawn.forEach((point, index) => badge(view, to(point), index + 1, look));
    }
    cursor(view, [x, y]);
  }
}
