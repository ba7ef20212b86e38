// A chart in the place that there is. It is drawn anew when its data, its place or the theme change;
// what is `live` is moved by whoever knows its name.

import { component } from "../common/component.js";
import { boardCame, live } from "../common/lab.js";
import { read } from "../common/message.js";
import { colour, element, number, parts, rem, write } from "../common/page.js";
import { readable } from "../common/colours.js";
import { between, scale } from "./scale.js";

const SVG = "http://www.w3.org/2000/svg";
const DASHES = "5 4";
const LETTER = 0.4; // rem, the width of one, about

function draw(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

const move = (made, attributes) => {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
};

class Chart {
  constructor(root) {
    Object.assign(this, parts(root, "key", "place", "read"));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.place);
    this.place.onpointermove = this.place.onpointerdown = (event) => {
      this.readAt(event.clientX - this.place.getBoundingClientRect().left);
    };
    this.place.onpointerleave = () => this.readAt(null);
    this.place.onblur = () => this.readAt(null);
    this.place.onkeydown = (event) => this.press(event);
  }

  close() {
    this.sizes.disconnect();
  }

  update(data) {
    this.chart = read(data).head;
    this.place.style.height = `${this.chart.height / 16}rem`;
    this.place.setAttribute("aria-label", this.chart.alt);
    this.draw();
    boardCame.tell(); // whoever moves its marks has to do so again
  }

  // ------------------------------------------------------------ drawing

  draw() {
    const { chart, place } = this;
    const width = place.clientWidth;
    if (!chart || !width) return;
    const unit = rem();
    const height = (chart.height / 16) * unit;
    this.ground = colour(place, "background-color", "#ffffff");
    this.accent = colour(place, "primary-color", "#4655c6");
    this.ink = colour(place, "text-color", "#111521");
    const labels = this.labels(chart.y);
    const left = (1.6 + LETTER * Math.max(1, ...labels.map((label) => label.length))) * unit;
    this.box = { left, right: width - 0.75 * unit, top: 0.5 * unit, bottom: height - 2.4 * unit };
    this.across = scale(chart.x, this.box.left, this.box.right);
    this.up = scale(chart.y, this.box.bottom, this.box.top);
    this.svg = draw("svg", { "aria-hidden": "true" });
    this.drawSpans();
    this.drawAxes(labels, unit, height);
    const clip = `inside-${place.id || (place.id = `c${Math.random().toString(36).slice(2)}`)}`;
    this.inside = draw("g", { "clip-path": `url(#${clip})` });
    const { top, bottom, right } = this.box;
    const frame = draw("clipPath", { id: clip });
    frame.append(draw("rect", { x: left, y: top, width: right - left, height: bottom - top }));
    this.svg.append(frame, this.inside);
    chart.bars.forEach((bars) => this.drawBars(bars));
    this.curves = chart.lines.map((line) => this.drawLine(line));
    chart.rules.forEach((rule) => this.drawRule(rule, unit));
    chart.marks.forEach((mark) => this.drawMark(mark, unit));
    this.cursor = draw("line", { y1: top, y2: bottom, stroke: this.ink, "stroke-opacity": 0.5 });
    this.cursor.setAttribute("visibility", "hidden");
    this.svg.append(this.cursor);
    place.replaceChildren(this.svg);
    this.drawKey();
  }

  of(place) {
    if (place === null) return this.accent;
    if (place < 0) return this.ink;
    return readable(this.chart.palette[place % this.chart.palette.length], this.ground);
  }

  labels(axis) {
    const { language } = this.chart;
    return axis.ticks.map((tick, i) => axis.labels[i] ?? number(tick, language, axis.digits));
  }

  drawAxes(labels, unit, height) {
    const { left, right, top, bottom } = this.box;
    const { x, y } = this.chart;
    const axis = draw("g", { class: "axis" });
    y.ticks.forEach((tick, i) => {
      const at = this.up(tick);
      const line = { x1: left, x2: right, y1: at, y2: at };
      axis.append(draw("line", { ...line, stroke: this.ink, "stroke-opacity": 0.14 }));
      const place = { x: left - 6, y: at + 0.25 * unit, "text-anchor": "end" };
      axis.append(draw("text", place, labels[i]));
    });
    let free = -Infinity; // a label that would touch the one before it is left out
    this.labels(x).forEach((label, i) => {
      const at = this.across(x.ticks[i]);
      const half = (LETTER * unit * label.length) / 2;
      const place = { y: bottom + unit, "text-anchor": "middle" };
      const inside = Math.min(at, right + 0.75 * unit - half);
      if (inside - half < free) return;
      free = inside + half + 0.25 * unit;
      axis.append(draw("text", { x: inside, ...place }, label));
    });
    const base = { x1: left, x2: right, y1: bottom, y2: bottom };
    axis.append(draw("line", { ...base, stroke: this.ink, "stroke-opacity": 0.5 }));
    const below = { x: (left + right) / 2, y: height - 0.2 * unit, "text-anchor": "middle" };
    axis.append(draw("text", below, x.label));
    const middle = (top + bottom) / 2;
    const turned = { transform: `rotate(-90 ${0.7 * unit} ${middle})`, "text-anchor": "middle" };
    axis.append(draw("text", { x: 0.7 * unit, y: middle, ...turned }, y.label));
    this.svg.append(axis);
  }

  drawSpans() {
    const { top, bottom, left, right } = this.box;
    for (const { low, high } of this.chart.spans) {
      const [from, to] = [this.across(low), this.across(high)].map((at) =>
        Math.min(right, Math.max(left, at)),
      );
      const box = { x: from, y: top, width: Math.max(0, to - from), height: bottom - top };
      this.svg.append(draw("rect", { ...box, fill: this.ink, "fill-opacity": 0.07 }));
    }
  }

  // Bars stand on zero, or hang from it.
  drawBars({ edges, heights, colour: place }) {
    const { y } = this.chart;
    const end = this.box.bottom;
    const ground = !y.log && y.low < 0 ? this.up(0) : end;
    heights.forEach((height, i) => {
      const [from, to] = [this.across(edges[i]), this.across(edges[i + 1])];
      const tip = Math.min(end, this.up(height));
      const top = Math.min(ground, tip);
      const box = { x: from, y: top, width: Math.max(0.5, to - from - 1) };
      const style = { height: Math.max(ground, tip) - top, fill: this.of(place), "fill-opacity": 0.55 };
      this.inside.append(draw("rect", { ...box, ...style }));
    });
  }

  drawLine(line) {
    const stroke = this.of(line.colour);
    const style = { fill: "none", stroke, "stroke-linejoin": "round" };
    style["stroke-width"] = line.strong ? 4 : 2;
    if (line.dashed) style["stroke-dasharray"] = DASHES;
    const path = draw("polyline", style);
    const points = draw("g", { fill: stroke });
    const show = ({ x, y }) => {
      Object.assign(line, { x, y });
      const at = x.map((each, i) => [this.across(each), this.up(y[i])]);
      path.setAttribute("points", at.map((pair) => pair.map(fixed).join()).join(" "));
      if (!line.points) return;
      points.replaceChildren(...at.map(([cx, cy]) => draw("circle", { cx, cy, r: 3 })));
    };
    show(line);
    this.inside.append(path, points);
    if (line.live) live[line.live] = show;
    return line;
  }

  drawRule(rule, unit) {
    const stroke = this.of(rule.colour);
    const made = draw("line", { stroke, "stroke-width": 1.5, "stroke-dasharray": DASHES });
    const label = draw("text", { class: "named" });
    const show = ({ at, label: said = rule.label }) => {
      Object.assign(rule, { at, label: said });
      const { left, right, top, bottom } = this.box;
      if (rule.axis === "x") {
        const x = Math.min(right, Math.max(left, this.across(at)));
        const after = x > (left + right) / 2;
        move(made, { x1: x, x2: x, y1: top, y2: bottom });
        move(label, { x: x + (after ? -6 : 6), y: top + 0.75 * unit });
        label.setAttribute("text-anchor", after ? "end" : "start");
      } else {
        const y = Math.min(bottom, Math.max(top, this.up(at)));
        move(made, { x1: left, x2: right, y1: y, y2: y });
        move(label, { x: right - 4, y: y - 5, "text-anchor": "end" });
      }
      label.textContent = said;
    };
    show(rule);
    this.svg.append(made, label);
    if (rule.live) live[rule.live] = show;
  }

  drawMark(mark, unit) {
    const fill = this.of(mark.colour);
    const made = draw("circle", { r: 6, fill, stroke: this.ground, "stroke-width": 1.5 });
    const label = draw("text", { class: "named" });
    const show = ({ x = mark.x, y = mark.y, label: said = mark.label }) => {
      const there = Number.isFinite(x) && Number.isFinite(y);
      for (const part of [made, label]) part.setAttribute("visibility", there ? "" : "hidden");
      Object.assign(mark, { x, y, label: said });
      if (!there) return;
      const { left, right, top, bottom } = this.box;
      const cx = Math.min(right, Math.max(left, this.across(x)));
      const cy = Math.min(bottom, Math.max(top, this.up(y)));
      const after = cx > (left + right) / 2;
      move(made, { cx, cy });
      const above = cy > top + 1.25 * unit;
      move(label, { x: cx + (after ? -8 : 8), y: cy + (above ? -8 : 1.1 * unit) });
      label.setAttribute("text-anchor", after ? "end" : "start");
      label.textContent = said;
    };
    show(mark);
    this.svg.append(made, label);
    if (mark.live) live[mark.live] = show;
  }

  // ------------------------------------------------------------ reading

  drawKey() {
    const { lines, bars, spans } = this.chart;
    const entry = (label, ...signs) => {
      const sign = draw("svg", { viewBox: "0 0 24 12", "aria-hidden": "true" });
      sign.append(...signs);
      return element("div", "entry", sign, element("span", "label"), element("span", "value"));
    };
    const entries = [
      ...lines.map(({ label, colour: place, dashed }) => {
        const style = { x1: 0, x2: 24, y1: 6, y2: 6, stroke: this.of(place), "stroke-width": 2.5 };
        return [label, draw("line", dashed ? { ...style, "stroke-dasharray": DASHES } : style)];
      }),
      ...bars.map(({ label, colour: place }) => {
        const style = { fill: this.of(place), "fill-opacity": 0.55 };
        return [label, draw("rect", { x: 6, y: 1, width: 12, height: 10, ...style })];
      }),
      ...spans.map(({ label }) => {
        const style = { fill: this.ink, "fill-opacity": 0.14 };
        return [label, draw("rect", { x: 3, y: 0, width: 18, height: 12, ...style })];
      }),
    ];
    this.key.replaceChildren(
      ...entries.map(([label, sign]) => {
        const made = entry(label, sign);
        made.querySelector(".label").textContent = label;
        return made;
      }),
    );
    this.values = [...this.key.querySelectorAll(".value")].slice(0, lines.length);
    this.values.forEach((value) => value.toggleAttribute("hidden", true));
  }

  // Says what the curves are at a place of the drawing, in pixels from its left; nowhere: null.
  readAt(place) {
    if (!this.curves?.length) return;
    const { box, chart } = this;
    const inside = place !== null && place >= box.left - 8 && place <= box.right + 8;
    this.cursor.setAttribute("visibility", inside ? "visible" : "hidden");
    this.at = inside ? Math.min(box.right, Math.max(box.left, place)) : null;
    this.values.forEach((value) => value.toggleAttribute("hidden", !inside));
    if (!inside) return;
    move(this.cursor, { x1: this.at, x2: this.at });
    const x = this.across.back(this.at);
    const told = this.curves.map(({ label, x: xs, y, digits }, i) => {
      const value = between(xs, y, x, chart.x.log);
      const said = value === undefined ? "–" : number(value, chart.language, digits);
      write(this.values[i], said);
      return `${label} ${said}`;
    });
    const where = number(x, chart.language, chart.x.digits);
    this.said = [`${chart.x.label} ${where}`, ...told].join("; ");
  }

  press(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way || !this.curves?.length) return;
    event.preventDefault();
    const places = [...new Set(this.curves.flatMap(({ x }) => x))].sort((a, b) => a - b);
    const here = this.at === null || this.at === undefined ? -Infinity : this.across.back(this.at);
    const near = 1e-6 * (this.chart.x.high - this.chart.x.low);
    const next =
      way > 0
        ? places.find((x) => x > here + near)
        : places.findLast((x) => x < here - near);
    if (next === undefined) return;
    this.readAt(this.across(next));
    write(this.read, this.said);
  }
}

const fixed = (value) => value.toFixed(1);

export default component((root) => new Chart(root), ".chart");
