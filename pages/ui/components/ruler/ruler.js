// A ruler with a picture at each of its steps; those that the browser draws follow the hand.

import { TRIGGER, component } from "../common/component.js";
import { readable } from "../common/colours.js";
import { boardCame, fill, live } from "../common/lab.js";
import { read } from "../common/message.js";
import { colour, element, lead, number, parts, rem, write } from "../common/page.js";
import { show } from "../common/picture.js";
import { apart, place } from "./places.js";

const SVG = "http://www.w3.org/2000/svg";
const APART = 2.5; // rem, of the steps on one side
const EDGE = 1.25; // rem above and below the scale
const OWN = "#d4148a";

function draw(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

class Ruler {
  made = []; // of each step: its element and what is in it

  constructor(root) {
    this.root = root;
    Object.assign(this, parts(root, "legend", "words", "place", "scale", "steps"));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.place);
  }

  close() {
    this.sizes.disconnect();
  }

  update(data, send) {
    const pick = (name) => send("picked", name);
    const { head, body } = read(data);
    this.told = head;
    this.root.setAttribute("aria-label", head.label);
    write(this.words, head.key);
    this.place.style.height = `${head.height / 16}rem`;
    let at = 0;
    head.steps.forEach((step, i) => {
      const pixels = body.subarray(at, at + (step.bytes ?? 0));
      at += step.bytes ?? 0;
      this.fill(i, step, pixels, pick);
    });
    while (this.made.length > head.steps.length) this.made.pop().element.remove();
    this.draw();
    boardCame.tell(); // what the browser draws is drawn again
  }

  fill(i, step, pixels, pick) {
    const tag = step.name ? "a" : "div";
    let made = this.made[i];
    if (made?.element.localName !== tag) {
      const [name, value] = [element("span", "name"), element("span", "value")];
      const canvas = element("canvas", "pixels");
      const about = element("span", "about", name, value);
      const fresh = { element: element(tag, "step", canvas, about), canvas, name, value };
      if (made) made.element.replaceWith(fresh.element);
      else this.steps.append(fresh.element);
      made = this.made[i] = fresh;
    }
    made.element.className = `step${step.left ? " left" : ""}${step.chosen ? " chosen" : ""}`;
    made.canvas.hidden = !step.shape;
    made.canvas.setAttribute("role", "img");
    made.canvas.setAttribute("aria-label", step.alt);
    if (step.shape) show(made.canvas, step, pixels);
    write(made.name, step.label);
    write(made.value, step.value);
    if (step.name) {
      made.element.dataset.name = step.name;
      lead(made.element, step.link, () => pick(step.name));
      if (step.chosen) made.element.setAttribute("aria-current", "true");
      else made.element.removeAttribute("aria-current");
    }
    if (!step.live) return;
    live[step.live] = (now) => {
      if (now.picture) show(made.canvas, now.picture, now.picture.pixels);
      if (now.errors) this.follow(i, now.errors, now.copy ?? 0);
    };
  }

  // The visitor's own digit as it is now, on the ruler.
  follow(i, errors, copy) {
    const { metric, steps, language } = this.told;
    const error = errors[metric];
    if (error === undefined) return;
    steps[i].own = error - (metric === "bce" ? copy : 0);
    this.moveOwn(i);
    if (!steps[i].chosen) return;
    fill("own error", { value: number(error, language, 4) });
    fill("own distance", { value: number(steps[i].own, language, 4) });
  }

  // ------------------------------------------------------------ the scale

  draw() {
    const { told, place: box } = this;
    const width = box.clientWidth;
    if (!told || !width) return;
    const unit = rem();
    const height = (told.height / 16) * unit;
    const narrow = width < 30 * unit;
    const ink = colour(box, "text-color", "#111521");
    const ground = colour(box, "background-color", "#ffffff");
    const owns = readable(OWN, ground);
    this.root.style.setProperty("--own", owns);
    const [top, bottom] = [EDGE * unit, height - EDGE * unit];
    this.at = (distance) => place(distance, told, top, bottom);
    const middle = width / 2;
    const half = (narrow ? 2 : 2.25) * unit; // where the lines to the steps begin
    const reach = half + (narrow ? 0.625 : 1.5) * unit; // and where they end
    const svg = draw("svg", {});
    const style = { stroke: ink, "stroke-opacity": 0.5 };
    svg.append(
      draw("rect", {
        x: middle - half, y: top - 0.5 * unit, width: 2 * half, height: bottom - top + unit,
        rx: 0.375 * unit, fill: ink, "fill-opacity": 0.06,
      }),
    );
    const breakAt = this.at(0.5 * told.low);
    for (const way of [-1, 1]) {
      const edge = middle + way * half;
      svg.append(draw("line", { x1: edge, x2: edge, y1: top, y2: breakAt - 4, ...style }));
      svg.append(draw("line", { x1: edge, x2: edge, y1: breakAt + 4, y2: bottom, ...style }));
      for (const y of [breakAt - 4, breakAt + 4]) {
        svg.append(draw("line", { x1: edge - 5, x2: edge + 5, y1: y + 3, y2: y - 3, ...style }));
      }
    }
    for (const [distance, label] of told.ticks) {
      const y = this.at(distance);
      for (const way of [-1, 1]) {
        const edge = middle + way * half;
        svg.append(draw("line", { x1: edge, x2: edge - way * 0.4 * unit, y1: y, y2: y, ...style }));
      }
      const text = { x: middle, y: y + 0.25 * unit, "text-anchor": "middle" };
      svg.append(draw("text", text, label));
    }
    this.owns = [];
    for (const left of [false, true]) {
      const here = told.steps.map((step, i) => i).filter((i) => told.steps[i].left === left);
      const wanted = here.map((i) => this.at(told.steps[i].at));
      const places = apart(wanted, APART * unit, EDGE * unit, height - EDGE * unit);
      const way = left ? -1 : 1;
      here.forEach((i, each) => {
        const { element: made, canvas } = this.made[i];
        const y = places[each];
        made.style.top = `${y - unit}px`; // half of a picture's height
        const chosen = told.steps[i].chosen;
        const [from, to] = [middle + way * half, middle + way * reach];
        const bent = `${from},${wanted[each]} ${(from + to) / 2},${wanted[each]} ${to},${y}`;
        const line = { points: bent, fill: "none", stroke: ink };
        const weight = { "stroke-opacity": chosen ? 1 : 0.45, "stroke-width": chosen ? 2 : 1 };
        svg.append(draw("polyline", { ...line, ...weight }));
        svg.append(draw("circle", { cx: from, cy: wanted[each], r: chosen ? 4 : 3, fill: ink }));
        canvas.hidden = !told.steps[i].shape;
        const own = draw("circle", {
          cx: middle + way * (half - 0.1875 * unit), fill: owns, stroke: ground, "stroke-width": 1,
        });
        this.owns[i] = own;
        svg.append(own);
        this.moveOwn(i);
      });
    }
    this.scale.replaceChildren(svg);
  }

  moveOwn(i) {
    const mark = this.owns?.[i];
    const { own, chosen } = this.told.steps[i];
    if (!mark) return;
    const there = Number.isFinite(own);
    mark.setAttribute("visibility", there ? "" : "hidden");
    if (!there) return;
    mark.setAttribute("cy", this.at(own));
    mark.setAttribute("r", chosen ? 6 : 4);
  }
}

export default component((root) => new Ruler(root), ".ruler", TRIGGER);
