// One slider for each number of a code. The picture and the strip are decoded here while a slider
// moves; the server hears only of the code at which the sliders came to rest.

const REST_MS = 250; // sliders that have not moved for so long have arrived
const STEP = 0.05; // of an arrow key; five times that with Shift
const HOVER_MS = 90; // a pointer on its way to the strip does not choose what it crosses
const ROWS = 8; // in a column

const lab = () => window.autoencoderLab; // its decoder is made by world.js

const element = (tag, name, ...children) => {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...children);
  return made;
};
const named = (index) => `z${[...String(index + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`;

class Sliders {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    this.root = root;
    this.digit = find("digit");
    this.counter = find("counter");
    this.hint = find("hint");
    this.groups = find("groups");
    this.what = find("what");
    this.tiles = find("tiles");
    this.sent = []; // what the server has not answered yet
    this.spent = []; // milliseconds of the last decodes
    this.onWorld = () => this.show();
    window.addEventListener("autoencoder-lab-world", this.onWorld);
  }

  close() {
    window.removeEventListener("autoencoder-lab-world", this.onWorld);
    clearTimeout(this.timer);
    clearTimeout(this.hovering);
  }

  get world() {
    return lab()?.worlds[this.data?.world];
  }

  update(data, send) {
    const first = !this.data;
    this.data = data;
    this.send = send;
    const shared = (window.autoencoderLab ??= { worlds: {}, planes: {} });
    (shared.sliders ??= {})[data.name] = this; // for tests
    this.digit.setAttribute("aria-label", data.words.digit);
    this.hint.textContent = data.words.hint;
    this.build();
    // Only what the server decided by itself moves the sliders: not an answer to an older move.
    const told = JSON.stringify(data.code);
    const answered = this.sent.indexOf(told);
    if (answered >= 0) this.sent.splice(0, answered + 1);
    if (first || (told !== this.told && answered < 0 && !this.moving)) {
      this.code = [...data.code];
      this.sent = [];
    }
    this.told = told;
    this.show();
  }

  number(value, digits = 2) {
    const settings = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value.toLocaleString(this.data.language, settings).replace("-", "−");
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
          const canvas = element("canvas", "picture");
          canvas.width = canvas.height = 28;
          const tile = element("button", "tile", canvas, element("span", "at", this.number(value, 0)));
          tile.type = "button";
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
      const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!way) return;
      event.preventDefault();
      this.set(index, this.code[index] + way * STEP * (event.shiftKey ? 5 : 1));
    });
    row.addEventListener("pointerenter", () => {
      clearTimeout(this.hovering);
      this.hovering = setTimeout(() => this.choose(index), HOVER_MS);
    });
    row.addEventListener("pointerleave", () => clearTimeout(this.hovering));
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
    this.code[index] = Math.round(100 * Math.min(reach, Math.max(-reach, value))) / 100;
    this.active = this.moved = index;
    this.moving = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), REST_MS);
    this.show();
  }

  rest() {
    clearTimeout(this.timer);
    if (!this.moving) return;
    this.moving = false;
    this.sent.push(JSON.stringify(this.code));
    this.send("code", [...this.code]);
  }

  // ------------------------------------------------------------ pictures

  paint(canvas, code) {
    const context = canvas.getContext("2d");
    const picture = context.createImageData(28, 28);
    lab().paint(lab().decode(this.world, code), picture.data, 0, 0, 28);
    context.putImageData(picture, 0, 0);
  }

  show() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      for (const { index, row, input, value } of this.rows) {
        input.value = this.code[index];
        value.textContent = this.number(this.code[index]);
        row.classList.toggle("active", index === this.active);
      }
      this.what.textContent = this.data.words.strip.replaceAll("{name}", named(this.active));
      if (!this.world) return;
      const begin = performance.now();
      this.paint(this.digit, this.code);
      this.spent = [...this.spent, performance.now() - begin].slice(-60);
      const mean = this.spent.reduce((a, b) => a + b, 0) / this.spent.length;
      this.counter.textContent = `${mean.toFixed(2)} ms`;
      this.showStrip();
    });
  }

  // The strip is decoded anew only when one of the other numbers has changed.
  showStrip() {
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
