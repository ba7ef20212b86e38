// The latent plane: decodes under the pointer, at display rate, without the server. The server
// hears only of the point where the pointer came to rest.

const REST_MS = 250; // a pointer that has not moved for so long has arrived
const STEP = 0.05; // of an arrow key; five times that with Shift
const TILES = 15; // of the tapestry, along each side
const NORM_EPSILON = 2 ** -10;

// ---------------------------------------------------------------- the decoder

function erf(x) {
  // Abramowitz and Stegun 7.1.26: off by 1.5e-7 at most.
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y =
    1 -
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) *
      t *
      Math.exp(-x * x);
  return x < 0 ? -y : y;
}

function dense(x, { kernel, bias, inputs, outputs }) {
  const y = Float32Array.from(bias);
  for (let i = 0, row = 0; i < inputs; i++, row += outputs) {
    const value = x[i];
    for (let o = 0; o < outputs; o++) y[o] += value * kernel[row + o];
  }
  return y;
}

function normalised(x) {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  const scale = 1 / Math.sqrt(variance + NORM_EPSILON);
  return x.map((value) => (value - mean) * scale);
}

function decode(layers, code) {
  let x = Float32Array.from(code);
  for (const layer of layers) {
    const y = dense(layer.residual ? normalised(x) : x, layer);
    for (let o = 0; o < y.length; o++) {
      y[o] =
        layer.activation === "sigmoid"
          ? 1 / (1 + Math.exp(-y[o]))
          : 0.5 * y[o] * (1 + erf(y[o] * Math.SQRT1_2));
      if (layer.residual) y[o] += x[o];
    }
    x = y;
  }
  return x;
}

function paint(pixels, target, left, top, width) {
  for (let row = 0, i = 0; row < 28; row++) {
    for (let column = 0; column < 28; column++, i++) {
      const at = 4 * ((top + row) * width + left + column);
      const value = Math.round(255 * pixels[i]);
      target[at] = target[at + 1] = target[at + 2] = value;
      target[at + 3] = 255;
    }
  }
}

// ---------------------------------------------------------------- the plane

class Plane {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(`.${name}`);
    this.stage = find("stage");
    this.ground = find("ground");
    this.top = find("top");
    this.digit = find("digit");
    this.place = find("place");
    this.layers = find("layers");
    this.counter = find("counter");
    this.z = [0, 0]; // what is shown
    this.rested = [0, 0]; // what the server knows
    this.spent = []; // milliseconds of the last decodes
    this.frames = []; // times of the last frames
    this.listen();
    this.onWorld = () => this.redraw();
    window.addEventListener("autoencoder-lab-world", this.onWorld);
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(this.stage);
  }

  close() {
    window.removeEventListener("autoencoder-lab-world", this.onWorld);
    this.resized.disconnect();
    clearTimeout(this.timer);
  }

  get world() {
    return window.autoencoderLab?.worlds[this.data?.world];
  }

  decode(z) {
    return decode(this.world.layers, z);
  }

  update(data, send) {
    const first = !this.data;
    const before = JSON.stringify([this.data?.extent, this.data?.layers, this.data?.world]);
    this.data = data;
    this.send = send;
    (window.autoencoderLab ??= { worlds: {}, planes: {} }).planes[data.name] = this;
    this.top.setAttribute("aria-label", data.words.plane);
    this.digit.setAttribute("aria-label", data.words.digit);
    this.offerLayers();
    const told = data.point.some((value, i) => Math.abs(value - this.rested[i]) > 0.004);
    if (first || (told && !this.moving)) {
      this.rested = [...data.point];
      this.z = [...data.point];
    }
    if (first || before !== JSON.stringify([data.extent, data.layers, data.world])) this.redraw();
    else this.show();
  }

  offerLayers() {
    const wanted = Object.entries(this.data.words.layers);
    if (this.layers.dataset.words !== JSON.stringify(wanted)) {
      this.layers.dataset.words = JSON.stringify(wanted);
      this.layers.replaceChildren(
        ...wanted.map(([name, text]) => {
          const label = document.createElement("label");
          const box = document.createElement("input");
          box.type = "checkbox";
          box.name = name;
          box.addEventListener("change", () => {
            const boxes = [...this.layers.querySelectorAll("input")];
            const on = boxes.filter((b) => b.checked).map((b) => b.name);
            this.data = { ...this.data, layers: on };
            this.redraw();
            this.send("layers", on.join(" "));
          });
          label.append(box, text);
          return label;
        }),
      );
    }
    for (const box of this.layers.querySelectorAll("input")) {
      box.checked = this.data.layers.includes(box.name);
    }
  }

  // ------------------------------------------------------------ input

  listen() {
    const top = this.top;
    const at = (event) => {
      const box = top.getBoundingClientRect();
      const reach = this.data.extent;
      this.move([
        (2 * (event.clientX - box.left) / box.width - 1) * reach,
        (1 - 2 * (event.clientY - box.top) / box.height) * reach,
      ]);
    };
    top.addEventListener("pointerdown", (event) => {
      top.setPointerCapture(event.pointerId);
      top.focus({ preventScroll: true });
      at(event);
    });
    top.addEventListener("pointermove", (event) => {
      // A fast pointer reports several places a frame; the last one is enough.
      at(event);
    });
    top.addEventListener("pointerup", (event) => {
      at(event);
      this.rest();
    });
    top.addEventListener("pointerleave", () => {
      if (!this.moving) return;
      clearTimeout(this.timer);
      this.moving = false;
      this.z = [...this.rested]; // it only passed over: back to where it last rested
      this.show();
    });
    top.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      const step = way[event.key];
      if (!step) return;
      event.preventDefault();
      const size = STEP * (event.shiftKey ? 5 : 1);
      this.move([this.z[0] + size * step[0], this.z[1] + size * step[1]]);
    });
    this.counter.addEventListener("click", () => this.counter.classList.toggle("open"));
  }

  move(z) {
    const reach = this.data.reach;
    this.z = z.map((value) => Math.min(reach, Math.max(-reach, value)));
    this.moving = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), REST_MS);
    this.show();
  }

  rest() {
    clearTimeout(this.timer);
    if (!this.moving) return;
    this.moving = false;
    this.rested = this.z.map((value) => Math.round(100 * value) / 100);
    this.send("point", this.rested);
  }

  // ------------------------------------------------------------ pictures

  show() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame((now) => {
      this.waiting = 0;
      this.drawTop();
      if (!this.world) return;
      const begin = performance.now();
      const context = this.digit.getContext("2d");
      const picture = context.createImageData(28, 28);
      paint(this.decode(this.z), picture.data, 0, 0, 28);
      context.putImageData(picture, 0, 0);
      this.count(now, performance.now() - begin);
    });
    const number = (value) =>
      value.toLocaleString(this.data.language, {
        minimumFractionDigits: 2,
        maximumFractionDigits: 2,
      });
    this.place.textContent = `z₁ ${number(this.z[0])}   z₂ ${number(this.z[1])}`;
  }

  count(now, spent) {
    this.spent = [...this.spent, spent].slice(-60);
    this.frames = [...this.frames, now].filter((time) => now - time < 1000);
    const mean = this.spent.reduce((a, b) => a + b, 0) / this.spent.length;
    this.counter.textContent = `${this.frames.length} fps · ${mean.toFixed(2)} ms`;
  }

  colour(name, fallback) {
    return getComputedStyle(this.stage).getPropertyValue(name).trim() || fallback;
  }

  prepare(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const side = Math.round(this.stage.clientWidth * ratio);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, side, side);
    const scale = side / (2 * this.data.extent);
    const to = ([x, y]) => [(x + this.data.extent) * scale, (this.data.extent - y) * scale];
    return { context, side, scale, to, ratio };
  }

  redraw() {
    if (!this.data || !this.stage.clientWidth) return;
    this.drawGround();
    this.show();
  }

  drawGround() {
    const { context, side, scale, to, ratio } = this.prepare(this.ground);
    const on = (name) => this.data.layers.includes(name);
    context.fillStyle = this.colour("--st-background-color", "#fff");
    context.fillRect(0, 0, side, side);
    if (!this.world) return;
    if (on("tapestry")) {
      context.imageSmoothingEnabled = true;
      context.drawImage(this.tapestry(), 0, 0, side, side);
    }
    if (on("map")) this.drawMap(context, to, ratio, on("tapestry"));
    if (on("circles")) {
      context.strokeStyle = on("tapestry") ? "#fff" : this.colour("--st-text-color", "#222");
      context.globalAlpha = 0.45;
      context.lineWidth = ratio;
      for (const sigma of [1, 2, 3]) {
        context.setLineDash([2 * ratio, 3 * ratio]);
        context.beginPath();
        context.arc(side / 2, side / 2, sigma * scale, 0, 2 * Math.PI);
        context.stroke();
      }
      context.setLineDash([]);
      context.beginPath();
      context.moveTo(0, side / 2);
      context.lineTo(side, side / 2);
      context.moveTo(side / 2, 0);
      context.lineTo(side / 2, side);
      context.globalAlpha = 0.25;
      context.stroke();
      context.globalAlpha = 1;
    }
  }

  drawMap(context, to, ratio, faint) {
    const { points, labels } = this.world;
    const size = 1.6 * ratio;
    context.globalAlpha = faint ? 0.55 : 0.8;
    for (let label = 0; label < 10; label++) {
      context.fillStyle = this.data.colours[label];
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] !== label) continue;
        const [x, y] = to([points[2 * i], points[2 * i + 1]]);
        context.fillRect(x - size / 2, y - size / 2, size, size);
      }
    }
    context.globalAlpha = 1;
    context.font = `700 ${17 * ratio}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 4 * ratio;
    context.lineJoin = "round";
    context.strokeStyle = this.colour("--st-background-color", "#fff");
    this.data.middles.forEach((middle, label) => {
      const [x, y] = to(middle);
      context.strokeText(label, x, y);
      context.fillStyle = this.data.colours[label];
      context.fillText(label, x, y);
    });
  }

  tapestry() {
    const key = `${this.data.world} ${this.data.extent}`;
    if (this.woven?.key === key) return this.woven.canvas;
    const canvas = document.createElement("canvas");
    const side = (canvas.width = canvas.height = 28 * TILES);
    const context = canvas.getContext("2d");
    const picture = context.createImageData(side, side);
    for (let row = 0; row < TILES; row++) {
      for (let column = 0; column < TILES; column++) {
        const place = (i) => ((2 * i + 1) / TILES - 1) * this.data.extent;
        paint(this.decode([place(column), -place(row)]), picture.data, 28 * column, 28 * row, side);
      }
    }
    context.putImageData(picture, 0, 0);
    this.woven = { key, canvas };
    return canvas;
  }

  drawTop() {
    const { context, scale, to, ratio } = this.prepare(this.top);
    const ring = (centre, radii, colour) => {
      const [x, y] = to(centre);
      for (const [width, ink] of [
        [4.5, "#000"],
        [2.2, colour],
      ]) {
        context.lineWidth = width * ratio;
        context.strokeStyle = ink;
        context.beginPath();
        context.ellipse(x, y, radii[0], radii[1], 0, 0, 2 * Math.PI);
        context.stroke();
      }
    };
    const { digit } = this.data;
    if (digit && this.data.layers.includes("mine")) {
      for (const sigmas of [2, 1]) {
        const radii = digit.deviation.map((value) => sigmas * value * scale);
        // Rings smaller than a few pixels would run into each other.
        if (sigmas === 1 && Math.min(...radii) < 5 * ratio) continue;
        ring(digit.mean, radii.map((radius) => Math.max(radius, 4 * ratio)), digit.colour);
      }
    }
    ring(this.z, [8 * ratio, 8 * ratio], "#fff");
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".lab");
  root.plane ??= new Plane(root);
  root.plane.update(data, setStateValue);
  return () => {
    root.plane?.close();
    root.plane = undefined;
  };
}
