// One slider for each number of a code. The picture and the strip are decoded here while a slider
// moves; the server hears only of the code at which the sliders came to rest.

import { TRIGGER, component } from "../common/component.js";
import { decode } from "../common/network.js";
import { Echo, Rest, arrow, atNextFrame, hundredths, within } from "../common/input.js";
import { networkCame, sliders, withDecoder } from "../common/lab.js";
import { Clock, element, number, paint, parts, screen, write } from "../common/page.js";
import { explained } from "../common/words.js";
import { drag } from "./drag.js";

const REST_MS = 250; // sliders that have not moved for so long have arrived
const GLIDE_MS = 250; // from one code to the next
const HOVER_MS = 90; // a pointer on its way to the strip does not choose what it crosses
const COLUMNS = 2;
const MANY = 16; // more sliders than so many are set closer

const wantsNoMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const named = (index) => `z${[...String(index + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`;

class Sliders {
  constructor(root) {
    Object.assign(this, parts(root, "digit", "now", "counter", "hint", "groups", "what", "tiles"));
    this.clock = new Clock();
    this.echo = new Echo();
    this.resting = new Rest(REST_MS, () => this.rest());
    this.hovering = new Rest(HOVER_MS, () => this.choose(this.hovered));
    this.show = atNextFrame(() => this.draw());
    this.stopListening = networkCame.listen(() => this.data && this.show());
  }

  close() {
    this.stopListening();
    this.resting.cancel();
    this.hovering.cancel();
    this.glide = undefined;
    if (sliders[this.data?.name] === this) delete sliders[this.data.name];
  }

  get network() {
    return withDecoder(this.data?.network);
  }

  update(data, send) {
    this.data = data;
    this.send = send;
    sliders[data.name] = this;
    this.digit.setAttribute("aria-label", data.words.digit);
    explained(this.hint).say(this.hint, data.words.hint);
    this.build();
    const news = this.echo.news(data.code);
    if (!this.code || (news && !this.moving)) this.go([...data.code]);
    this.show();
  }

  // To a code that the server says: on the way one sees one digit become the other.
  go(code) {
    this.glide = undefined;
    const other = code.length !== this.code?.length; // there is no way to another network's code
    if (other || !this.network || wantsNoMotion()) this.code = code;
    else this.glide = { from: this.code, to: code, begin: performance.now() };
  }

  onTheWay() {
    const { from, to, begin } = this.glide;
    const share = Math.min(1, Math.max(0, (performance.now() - begin) / GLIDE_MS));
    this.code = to.map((value, i) => from[i] + share * (value - from[i]));
    if (share < 1) return;
    this.code = to;
    this.glide = undefined;
  }

  number(value, digits = 2) {
    return number(hundredths(value) || 0, this.data.language, digits); // never "−0.00"
  }

  // ------------------------------------------------------------ what is there

  build() {
    const { order, kl, idle, digit, reach, values, words, language } = this.data;
    const key = JSON.stringify([order, kl, idle, reach, values, words, language]);
    if (this.built !== key) {
      this.built = key;
      this.rows = [];
      const most = Math.max(...kl);
      const groups = [];
      const rows = Math.ceil(order.length / COLUMNS);
      this.groups.classList.toggle("many", order.length > MANY);
      for (let at = 0; at < order.length; at += rows) {
        const group = element("div", "group");
        const head = element("div", "row head");
        head.append(
          element("span", "name"),
          element("span", "nats", words.kl),
          element("span", "track"),
          element("span", "value", words.value),
        );
        group.append(head, ...order.slice(at, at + rows).map((index) => this.row(index, most)));
        groups.push(group);
      }
      this.groups.replaceChildren(...groups);
      this.tiles.replaceChildren(
        ...values.map((value) => {
          const at = element("span", "at", this.number(value, 0));
          const tile = element("button", "tile", screen("picture"), at);
          tile.addEventListener("click", () => {
            this.set(this.active, value);
            this.rest();
          });
          return tile;
        }),
      );
      this.active = order.includes(this.active) ? this.active : order[0];
    }
    // How far the posterior of the visitor's digit reaches: ±2σ.
    const share = (value) => Math.min(1, Math.max(0, (value + reach) / (2 * reach)));
    for (const { index, band } of this.rows) {
      const [low, high] = [-2, 2].map((s) => share(digit.mean[index] + s * digit.deviation[index]));
      band.style.left = `${100 * low}%`;
      band.style.width = `${100 * (high - low)}%`;
      band.style.background = digit.colour;
    }
  }

  row(index, most) {
    const { kl, idle, reach, words } = this.data;
    const name = named(index);
    const bar = element("span", "bar");
    bar.style.width = `${(100 * kl[index]) / most}%`;
    const nats = element("span", "nats", element("span", "room", bar));
    nats.append(idle[index] ? words.idle : this.number(kl[index]));
    const input = element("input", "slide");
    Object.assign(input, { type: "range", min: -reach, max: reach, step: 0.01, name });
    input.setAttribute("aria-label", words.slider.replace("{n}", index + 1));
    const band = element("span", "band");
    const value = element("span", "value");
    const row = element("label", `row${idle[index] ? " idle" : ""}`);
    const rail = element("span", "rail", element("span", "zero"), band);
    const track = element("span", "track", rail, input);
    row.append(element("span", "name", name), nats, track, value);
    row.dataset.index = index;
    input.addEventListener("input", () => this.set(index, Number(input.value)));
    input.addEventListener("change", () => this.rest());
    input.addEventListener("focus", () => this.choose(index));
    let before; // the code when a hand came
    const move = (event) => {
      before ??= [...this.code];
      const { left, width } = rail.getBoundingClientRect();
      this.set(index, reach * ((2 * (event.clientX - left)) / width - 1));
    };
    drag(track, move, (taken) => {
      if (taken) input.focus({ preventScroll: true });
      else this.takeBack(before);
      before = undefined;
      this.rest();
    });
    input.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      this.set(index, this.code[index] + step[0] + step[1]);
    });
    row.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "touch") return; // a finger may be about to scroll
      this.hovered = index;
      this.hovering.soon();
    });
    row.addEventListener("pointerleave", () => this.hovering.cancel());
    this.rows.push({ index, row, input, band, value });
    return row;
  }

  // ------------------------------------------------------------ what moves

  choose(index) {
    if (this.moving && index !== this.moved) return; // a dragged slider keeps the strip
    this.active = index;
    this.show();
  }

  set(index, value) {
    const { reach } = this.data;
    if (this.glide) this.code = this.glide.to;
    this.glide = undefined;
    this.code[index] = hundredths(within(value, reach));
    this.active = this.moved = index;
    this.moving = true;
    this.resting.soon();
    this.show();
  }

  // The finger was on its way down the page.
  takeBack(code) {
    this.moving = !this.moving; // if the server has heard of it already, it hears of this too
    this.code = code;
    this.show();
  }

  rest() {
    this.resting.cancel();
    if (!this.moving) return;
    this.moving = false;
    this.echo.send([...this.code]);
    this.send("code", [...this.code]);
  }

  // ------------------------------------------------------------ pictures

  draw() {
    const { words } = this.data;
    if (this.glide) this.onTheWay();
    for (const { index, row, input, value } of this.rows) {
      const said = this.number(this.code[index]);
      input.value = this.code[index];
      input.setAttribute("aria-valuetext", said);
      write(value, said);
      row.classList.toggle("active", index === this.active);
    }
    write(this.now, `${named(this.active)} = ${this.number(this.code[this.active])}`);
    write(this.what, words.strip.replaceAll("{name}", named(this.active)));
    for (const tile of this.tiles.children) {
      const text = words.tile.replace("{n}", this.active + 1);
      tile.setAttribute("aria-label", text.replace("{value}", tile.lastChild.textContent));
    }
    if (!this.network) return;
    this.clock.measure(() => this.paint(this.digit, this.code));
    write(this.counter, words.clock.replace("{n}", this.number(this.clock.mean, 1)));
    this.drawStrip();
    if (this.glide) this.show();
  }

  paint(canvas, code) {
    paint(canvas, decode(this.network.decoder, code));
  }

  // The strip is decoded anew only when one of the other numbers has changed.
  drawStrip() {
    const { values } = this.data;
    const now = this.code[this.active];
    const nearest = values.reduce((a, b) => (Math.abs(b - now) < Math.abs(a - now) ? b : a));
    [...this.tiles.children].forEach((tile, i) => {
      tile.classList.toggle("near", values[i] === nearest);
    });
    const key = JSON.stringify([
      this.network.digest,
      this.active,
      this.code.map((value, index) => (index === this.active ? 0 : value)),
    ]);
    if (this.stripped === key) return;
    this.stripped = key;
    [...this.tiles.children].forEach((tile, i) => {
      const code = this.code.map((value, index) => (index === this.active ? values[i] : value));
      this.paint(tile.firstChild, code);
    });
  }
}

export default component((root) => new Sliders(root), ".dims", TRIGGER);
