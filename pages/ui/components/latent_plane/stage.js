// What every plane has: its ground, its layers, a canvas on top, and a place in the page.

import { atNextFrame, within } from "../common/input.js";
import { networkCame, planes, withDecoder } from "../common/lab.js";
import { decode } from "../common/network.js";
import { cleared, colour, element, parts } from "../common/page.js";
import { explained } from "../common/words.js";
import { grids } from "./grids.js";
import { Ground } from "./ground.js";
import { unit } from "./marks.js";

const SIGNS = ["circles", "mine", "drawn"]; // layers that stand in small before their names

export class Stage {
  constructor(root) {
    this.root = root;
    Object.assign(this, parts(root, "stage", "top", "layers", "hint"));
    this.ground = new Ground(root.querySelector(".ground"));
    this.show = atNextFrame((now) => this.data && this.stage.clientWidth && this.draw(now));
    this.stopListening = networkCame.listen(() => this.redraw());
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(this.stage);
  }

  close() {
    this.stopListening();
    this.resized.disconnect();
    if (planes[this.data?.name] === this) delete planes[this.data.name];
  }

  update(data, send) {
    this.data = data;
    this.send = send;
    planes[data.name] = this;
    this.root.style.setProperty("--most", `${data.most}rem`);
    if (data.digit) this.root.style.setProperty("--yours", data.digit.colour);
    this.top.setAttribute("aria-label", data.words.plane);
    explained(this.hint).say(this.hint, data.words.hint);
    this.layers.setAttribute("aria-label", data.words.shown);
    this.offerLayers();
    const { extent, layers, network, tail, colours, middles, names, home } = data;
    const theme = [colour(this.stage, "background-color"), colour(this.stage, "text-color")];
    const ground = [extent, layers, network, tail, colours, middles, names, home, theme];
    const drawn = JSON.stringify(ground);
    if (drawn === this.drawn) this.show();
    else this.redraw();
    this.drawn = drawn;
  }

  get network() {
    return withDecoder(this.data?.network);
  }

  // The picture at a point; what follows the point in a code, such as a class, stays.
  decode(z, tail = this.data.tail ?? []) {
    return decode(this.network.decoder, [...z, ...tail]);
  }

  within(z) {
    return z.map((value) => within(value, this.data.reach));
  }

  // Where on the plane an event took place.
  under(event) {
    const box = this.top.getBoundingClientRect();
    const { extent } = this.data;
    return this.within([
      (2 * (event.clientX - box.left) / box.width - 1) * extent,
      (1 - 2 * (event.clientY - box.top) / box.height) * extent,
    ]);
  }

  shows(layer) {
    return this.data.layers.includes(layer);
  }

  offerLayers() {
    const wanted = Object.entries(this.data.words.layers);
    const words = JSON.stringify(wanted);
    if (this.layers.dataset.words !== words) {
      this.layers.dataset.words = words;
      this.layers.replaceChildren(...wanted.map(([name, text]) => this.layer(name, text)));
    }
    for (const box of this.layers.querySelectorAll("input")) box.checked = this.shows(box.name);
  }

  layer(name, text) {
    const box = Object.assign(element("input"), { type: "checkbox", name });
    box.addEventListener("change", () => {
      const boxes = [...this.layers.querySelectorAll("input")];
      const layers = boxes.filter((other) => other.checked).map((other) => other.name);
      this.data = { ...this.data, layers };
      this.redraw();
      this.send("layers", layers.join(" "));
    });
    const signs = SIGNS.includes(name) ? [element("span", `sign ${name}`)] : [];
    return element("label", "", box, ...signs, text);
  }

  // ------------------------------------------------------------ pictures

  redraw() {
    if (!this.data || !this.stage.clientWidth) return;
    this.ground.draw(this);
    this.show();
    grids[this.data.name]?.mark();
  }

  // An empty canvas, and how points get to their places on it.
  cleared(canvas) {
    const { context, width: side, ratio } = cleared(canvas);
    const { extent } = this.data;
    const scale = side / (2 * extent);
    const to = ([x, y]) => [(x + extent) * scale, (extent - y) * scale];
    return { context, side, unit: unit(ratio), scale, to };
  }
}
