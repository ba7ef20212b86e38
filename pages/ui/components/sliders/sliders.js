// One slider for each number of a code. The picture and the strip are decoded here while a slider
// moves; the server hears only of the code at which the sliders came to rest.

import { decode } from "../common/decoder.js";
import { Echo, Rest, arrow, atNextFrame, hundredths, within } from "../common/input.js";
import { sliders, worldCame, worlds } from "../common/lab.js";
import { Clock, element, number, paint, parts, screen } from "../common/page.js";

const REST_MS = 250; // sliders that have not moved for so long have arrived
const HOVER_MS = 90; // a pointer on its way to the strip does not choose what it crosses
const ROWS = 8; // in a column

const named = (index) => `z${[...String(index + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`;

class Sliders {
  constructor(root) {
    Object.assign(this, parts(root, "digit", "counter", "hint", "groups", "what", "tiles"));
    this.clock = new Clock();
    this.echo = new Echo();
    this.resting = new Rest(REST_MS, () => this.rest());
    this.hovering = new Rest(HOVER_MS, () => this.choose(this.hovered));
    this.show = atNextFrame(() => this.draw());
    this.stopListening = worldCame.listen(() => this.data && this.show());
  }

  close() {
    this.stopListening();
    this.resting.cancel();
    this.hovering.cancel();
    if (sliders[this.data?.name] === this) delete sliders[this.data.name];
  }

  get world() {
    return worlds[this.data?.world];
  }

  update(data, send) {
    this.data = data;
    this.send = send;
    sliders[data.name] = this;
    this.digit.setAttribute("aria-label", data.words.digit);
    this.hint.textContent = data.words.hint;
    this.build();
    const news = this.echo.news(data.code);
    if (!this.code || (news && !this.moving)) this.code = [...data.code];
    this.show();
  }

  number(value, digits = 2) {
    return number(value, this.data.language, digits);
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
      for (let at = 0; at < order.length; at += ROWS) {
        const group = element("div", "group");
        const head = element("div", "row head");
        head.append(
          element("span", "name"),
          element("span", "nats", words.kl),
          element("span", "track"),
          element("span", "value", words.value),
        );
        group.append(head, ...order.slice(at, at + ROWS).map((index) => this.row(index, most)));
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
      band.style.left = `calc(7px + ${low} * (100% - 14px))`;
      band.style.width = `max(3px, ${high - low} * (100% - 14px))`;
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
    input.setAttribute("aria-label", words.slider.replace("{name}", name));
    const band = element("span", "band");
    const value = element("span", "value");
    const row = element("label", `row${idle[index] ? " idle" : ""}`);
    row.append(
      element("span", "name", name),
      nats,
      element("span", "track", element("span", "zero"), band, input),
      value,
    );
    row.dataset.index = index;
    input.addEventListener("input", () => this.set(index, Number(input.value)));
    input.addEventListener("change", () => this.rest());
    input.addEventListener("focus", () => this.choose(index));
    input.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      this.set(index, this.code[index] + step[0] + step[1]);
    });
    row.addEventListener("pointerenter", () => {
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
    this.code[index] = hundredths(within(value, reach));
    this.active = this.moved = index;
    this.moving = true;
    this.resting.soon();
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
    for (const { index, row, input, value } of this.rows) {
      input.value = this.code[index];
      value.textContent = this.number(this.code[index]);
      row.classList.toggle("active", index === this.active);
    }
    this.what.textContent = this.data.words.strip.replaceAll("{name}", named(this.active));
    if (!this.world) return;
    this.clock.measure(() => this.paint(this.digit, this.code));
    this.counter.textContent = `${this.number(this.clock.mean)} ms`;
    this.drawStrip();
  }

  paint(canvas, code) {
    paint(canvas, decode(this.world.layers, code));
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
      this.world.digest,
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

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".dims");
  root.sliders ??= new Sliders(root);
  root.sliders.update(data, setTriggerValue);
  return () => {
    root.sliders?.close();
    root.sliders = undefined;
  };
}
