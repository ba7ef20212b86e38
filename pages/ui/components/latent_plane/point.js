// The plane with a point: the picture at the point, and what else follows it.

import { readable } from "../common/colours.js";
import { within } from "../common/input.js";
import { Clock, colour, number, paint, parts, write } from "../common/page.js";
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
    Object.assign(this, parts(root, "digit", "at", "near", "counter"));
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
    this.root.classList.toggle("below", data.below);
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
    this.sayNearest();
    this.drawTop();
    grids[this.data.name]?.mark();
    if (!this.network) return;
    this.clock.measure(() => paint(this.digit, this.decode(this.z)));
    this.ten.draw();
    this.count(now);
  }

  // The test image whose code is nearest to a point, by its number; -1: there is none.
  nearest([x, y]) {
    const { points = [] } = this.network ?? {};
    let [found, least] = [-1, Infinity];
    for (let i = 0; i < points.length; i += 2) {
      const far = (points[i] - x) ** 2 + (points[i + 1] - y) ** 2;
      if (far < least) [found, least] = [i / 2, far];
    }
    return found;
  }

  // Where a test image lies, which may be beyond what the plane shows.
  placeOf(image) {
    const { points = [] } = this.network ?? {};
    const place = [...points.slice(2 * image, 2 * image + 2)];
    return place.length ? place : null;
  }

  sayNearest() {
    const { words, colours } = this.data;
    const image = words.nearest && this.network ? this.nearest(this.z) : -1;
    this.near.hidden = image < 0;
    if (image < 0) return;
    const label = this.network.labels[image];
    write(this.near, words.nearest.replace("{n}", label));
    const ground = colour(this.stage, "background-color", "#fff");
    this.near.style.setProperty("--class", readable(colours[label], ground));
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
    const { digit, drawn, holes, extent } = this.data;
    const [x, y] = to(this.z.map((value) => within(value, extent))); // on the edge, if beyond it
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
