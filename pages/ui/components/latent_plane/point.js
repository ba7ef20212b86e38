// The latent plane: decodes under the pointer, at display rate, without the server. The server
// hears only of the point where the pointer came to rest.

export const REST_MS = 250; // a pointer that has not moved for so long has arrived
export const STEP = 0.05; // of an arrow key; five times that with Shift
const TILES = 15; // of the tapestry, along each side

export const lab = () => window.autoencoderLab; // made by world.js

// Black and a colour, so that it is seen on any ground.
export function ring(context, [x, y], radii, colour, ratio) {
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
}

// ---------------------------------------------------------------- the plane

export class Plane {
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
    this.ten = find("ten");
    this.grid = find("grid");
    this.tiles = find("tiles");
    this.marks = find("marks");
    [this.hint, this.gridHint] = root.querySelectorAll(".hint");
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
    if (lab()?.planes[this.data?.name] === this) delete lab().planes[this.data.name];
  }

  get world() {
    return lab()?.worlds[this.data?.world];
  }

  decode(z) {
    return lab().decode(this.world, [...z, ...(this.data.tail ?? [])]);
  }

  update(data, send, pick) {
    const first = !this.data;
    const ground = ({ extent, layers, world, ticks, tail } = {}) =>
      JSON.stringify([extent, layers, world, ticks, tail]);
    const before = ground(this.data);
    this.data = data;
    this.send = send;
    this.pick = pick;
    (window.autoencoderLab ??= { worlds: {}, planes: {} }).planes[data.name] = this; // for tests, and lead()
    this.root.classList.toggle("compact", Boolean(data.compact));
    this.top.setAttribute("aria-label", data.words.plane);
    this.digit.setAttribute("aria-label", data.words.digit);
    this.tiles.setAttribute("aria-label", data.words.grid ?? "");
    this.hint.textContent = data.words.hint;
    this.gridHint.textContent = data.words.gridHint ?? "";
    this.grid.hidden = !data.ticks;
    this.offerLayers();
    this.offerTen();
    const told = data.point.some((value, i) => Math.abs(value - this.rested[i]) > 0.004);
    if (first || (told && !this.moving && !this.leader?.moving)) {
      this.rested = [...data.point];
      this.z = [...data.point];
    }
    if (first || before !== ground(data)) this.redraw();
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

  // Where the class follows the point: all ten of them at this point, live; a click chooses one.
  offerTen() {
    const { words, colours } = this.data;
    this.ten.hidden = !words.ten;
    this.ten.parentElement.classList.toggle("wide", !this.ten.hidden);
    if (!words.ten || this.ten.dataset.words === JSON.stringify(words.ten)) return;
    this.ten.dataset.words = JSON.stringify(words.ten);
    this.ten.replaceChildren(
      ...words.ten.map((text, label) => {
        const button = document.createElement("button");
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 28;
        button.type = "button";
        button.title = text;
        button.style.setProperty("--class", colours[label]);
        button.setAttribute("aria-label", text);
        button.addEventListener("click", () => {
          this.data = { ...this.data, tail: words.ten.map((_, i) => Number(i === label)) };
          this.redraw();
          this.pick("label", label);
        });
        button.append(canvas);
        return button;
      }),
    );
  }

  // In turn, a few milliseconds in each frame, so that a slow browser still follows the pointer.
  drawTen(fresh = true) {
    if (this.ten.hidden) return;
    const buttons = this.ten.children;
    if (fresh) this.stale = buttons.length;
    const begin = performance.now();
    while (this.stale && performance.now() - begin < 8) {
      const label = (this.turn = ((this.turn ?? -1) + 1) % buttons.length);
      const context = buttons[label].firstChild.getContext("2d");
      const picture = context.createImageData(28, 28);
      const code = [...this.z, ...Array.from(buttons, (_, i) => Number(i === label))];
      lab().paint(lab().decode(this.world, code), picture.data, 0, 0, 28);
      context.putImageData(picture, 0, 0);
      buttons[label].setAttribute("aria-pressed", this.data.tail[label] === 1);
      this.stale--;
    }
    if (!this.stale || this.later) return;
    this.later = requestAnimationFrame(() => {
      this.later = 0;
      this.drawTen(false);
    });
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
      this.lead();
    });
    top.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      const step = way[event.key];
      if (!step) return;
      event.preventDefault();
      const far = Math.max(1, this.data.extent / 4); // a plane of another scale than the prior's
      const size = STEP * far * (event.shiftKey ? 5 : 1);
      this.move([this.z[0] + size * step[0], this.z[1] + size * step[1]]);
    });
    this.tiles.addEventListener("click", (event) => {
      const { ticks } = this.data;
      const box = this.tiles.getBoundingClientRect();
      const tile = (share) => Math.min(ticks.length - 1, Math.floor(share * ticks.length));
      const row = tile((event.clientY - box.top) / box.height);
      const column = tile((event.clientX - box.left) / box.width);
      this.move([ticks[column], ticks[ticks.length - 1 - row]]);
      this.rest();
    });
  }

  move(z) {
    const reach = this.data.reach;
    this.z = z.map((value) => Math.min(reach, Math.max(-reach, value)));
    this.moving = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), REST_MS);
    this.show();
    this.lead();
  }

  // Linked planes share one cursor: the same place on each, whatever their scales.
  lead() {
    const { linked, extent } = this.data;
    for (const other of linked ? Object.values(lab().planes) : []) {
      if (other === this || other.data?.linked !== linked) continue;
      const there = (z) => z.map((value) => (value / extent) * other.data.extent);
      other.leader = this;
      other.z = there(this.z);
      if (!this.moving) other.rested = there(this.rested); // the server is told for both
      other.show();
    }
  }

  rest() {
    clearTimeout(this.timer);
    if (!this.moving) return;
    this.moving = false;
    this.rested = this.z.map((value) => Math.round(100 * value) / 100);
    this.lead();
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
      lab().paint(this.decode(this.z), picture.data, 0, 0, 28);
      context.putImageData(picture, 0, 0);
      this.drawTen();
      this.count(now, performance.now() - begin);
    });
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    const number = (value) => value.toLocaleString(this.data.language, digits).replace("-", "−");
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

  clear(canvas) {
    const ratio = window.devicePixelRatio || 1;
    const side = Math.round(canvas.parentElement.clientWidth * ratio);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, side, side);
    return { context, side, ratio };
  }

  prepare(canvas) {
    const { context, side, ratio } = this.clear(canvas);
    const scale = side / (2 * this.data.extent);
    const to = ([x, y]) => [(x + this.data.extent) * scale, (this.data.extent - y) * scale];
    return { context, side, scale, to, ratio };
  }

  redraw() {
    if (!this.data || !this.stage.clientWidth) return;
    this.drawGround();
    this.drawTiles();
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
    context.font = `700 ${(this.data.names ? 12 : 17) * ratio}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 4 * ratio;
    context.lineJoin = "round";
    context.strokeStyle = this.colour("--st-background-color", "#fff");
    this.data.middles.forEach((middle, label) => {
      const [x, y] = to(middle);
      const name = this.data.names?.[label] ?? label;
      context.strokeText(name, x, y);
      context.fillStyle = this.data.colours[label];
      context.fillText(name, x, y);
    });
  }

  tapestry() {
    const key = `${this.data.world} ${this.data.extent} ${this.data.tail}`;
    if (this.woven?.key === key) return this.woven.canvas;
    const canvas = document.createElement("canvas");
    const side = (canvas.width = canvas.height = 28 * TILES);
    const context = canvas.getContext("2d");
    const picture = context.createImageData(side, side);
    for (let row = 0; row < TILES; row++) {
      for (let column = 0; column < TILES; column++) {
        const place = (i) => ((2 * i + 1) / TILES - 1) * this.data.extent;
        lab().paint(this.decode([place(column), -place(row)]), picture.data, 28 * column, 28 * row, side);
      }
    }
    context.putImageData(picture, 0, 0);
    this.woven = { key, canvas };
    return canvas;
  }

  // ------------------------------------------------------------ the grid

  // Row by row, a few milliseconds in each frame: nothing else has to wait.
  drawTiles() {
    const { ticks, world } = this.data;
    if (!ticks || !this.world) return;
    const key = JSON.stringify([world, this.world.digest, ticks, this.data.tail]);
    if (this.tiled === key) return;
    this.tiled = key;
    const size = ticks.length;
    const fresh = document.createElement("canvas");
    fresh.width = fresh.height = 28 * size;
    const context = fresh.getContext("2d");
    let at = 0;
    const some = () => {
      if (this.tiled !== key || !this.world) return; // another grid is wanted by now
      const begin = performance.now();
      while (at < size * size && performance.now() - begin < 8) {
        const [row, column] = [Math.floor(at / size), at % size];
        const picture = context.createImageData(28, 28);
        lab().paint(this.decode([ticks[column], ticks[size - 1 - row]]), picture.data, 0, 0, 28);
        context.putImageData(picture, 28 * column, 28 * row);
        at++;
      }
      if (at < size * size) return requestAnimationFrame(some);
      this.tiles.width = this.tiles.height = fresh.width;
      this.tiles.getContext("2d").drawImage(fresh, 0, 0);
      this.tiles.dataset.done = size;
    };
    some();
  }

  drawMarks() {
    const { ticks, digit, layers } = this.data;
    if (!ticks) return;
    const { context, side, ratio } = this.clear(this.marks);
    const place = (value) => {
      const last = ticks.length - 1;
      let i = 0;
      while (i < last - 1 && ticks[i + 1] < value) i++;
      const step = last ? (value - ticks[i]) / (ticks[i + 1] - ticks[i]) : 0;
      const share = (Math.min(last, Math.max(0, i + step)) + 0.5) / (last + 1);
      return share * side;
    };
    const mark = ([x, y], colour) =>
      ring(context, [place(x), side - place(y)], [8 * ratio, 8 * ratio], colour, ratio);
    if (digit && layers.includes("mine")) mark(digit.mean, digit.colour);
    mark(this.z, "#fff");
  }

  drawDrawn(context, to, ratio) {
    context.font = `700 ${10 * ratio}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    this.data.drawn.forEach((point, index) => {
      const [x, y] = to(point);
      context.fillStyle = "#000";
      context.strokeStyle = "#fff";
      context.lineWidth = ratio;
      context.beginPath();
      context.arc(x, y, 7.5 * ratio, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
      context.fillStyle = "#fff";
      context.fillText(index + 1, x, y + 0.5 * ratio);
    });
  }

  drawTop() {
    const { context, scale, to, ratio } = this.prepare(this.top);
    const { digit } = this.data;
    if (digit && this.data.layers.includes("mine")) {
      for (const sigmas of [2, 1]) {
        const radii = digit.deviation.map((value) => sigmas * value * scale);
        // Rings smaller than a few pixels would run into each other.
        if (sigmas === 1 && Math.min(...radii) < 5 * ratio) continue;
        const seen = radii.map((radius) => Math.max(radius, 4 * ratio));
        ring(context, to(digit.mean), seen, digit.colour, ratio);
      }
    }
    if (this.data.layers.includes("drawn")) this.drawDrawn(context, to, ratio);
    ring(context, to(this.z), [8 * ratio, 8 * ratio], "#fff", ratio);
    this.drawMarks();
  }
}
