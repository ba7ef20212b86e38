// Several films of equal length, side by side: one place on the way for all of them, moved by
// hand or by time, at display rate. The server hears only of the place where they rest.

const REST_MS = 300; // a scrubber that has not moved for so long has arrived
const HOLD_MS = 500; // at both ends, to have a look at them
const SIDE = 28;
const GAP = 14;
const ICONS = { play: "M8 5v14l11-7z", pause: "M6 5h4v14H6zM14 5h4v14h-4z" };

function part(tag, name, ...children) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

class Film {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(`.${name}`);
    this.screens = find("screens");
    this.button = find("play");
    this.scrub = find("scrub");
    this.share = find("share");
    this.strips = find("strips");
    this.note = find("note");
    this.at = 0; // 0 to 1
    this.seen = []; // the cells of a strip that there is room for
    this.button.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.scrub.addEventListener("input", () => {
      this.stop();
      this.go(Number(this.scrub.value) / 100);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.rest(), REST_MS);
    });
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(root);
  }

  close() {
    this.stop();
    clearTimeout(this.timer);
    this.resized.disconnect();
  }

  update(data, send) {
    const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
    const end = bytes.indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    const told = head.at / 100;
    const first = !this.head;
    const built = JSON.stringify([head.titles, head.shown, head.words, head.language]);
    this.head = head;
    this.frames = bytes.subarray(end + 1);
    this.send = send;
    (window.autoencoderLab ??= { worlds: {}, planes: {} }).films = this; // for tests
    if (this.built !== built) {
      this.built = built;
      this.build();
    }
    this.drawStrips();
    // What the server says of the place is news only if it differs from what it said before.
    if (first || told !== this.told) this.at = told;
    this.told = told;
    this.fit();
    this.go(this.at);
  }

  // ------------------------------------------------------------ what is there

  build() {
    const { titles, words, shown, steps } = this.head;
    this.pictures = titles.map((title) => {
      const canvas = part("canvas", "picture");
      canvas.width = canvas.height = SIDE;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${words.picture} ${title}`);
      return { canvas, curve: part("canvas", "curve"), value: part("div", "value") };
    });
    this.screens.replaceChildren(
      ...this.pictures.map(({ canvas, curve, value }, index) =>
        part("div", "screen", part("div", "title", titles[index]), canvas,
          part("div", "measure", curve, value)),
      ),
    );
    this.cells = titles.map(() =>
      shown.map((frame) => {
        const canvas = part("canvas", "cell");
        canvas.width = canvas.height = SIDE;
        canvas.addEventListener("click", () => {
          this.stop();
          this.go(frame / (steps - 1));
          this.rest();
        });
        return canvas;
      }),
    );
    this.strips.replaceChildren(
      ...titles.map((title, index) =>
        part("div", "strip", part("div", "title", title), part("div", "cells", ...this.cells[index])),
      ),
    );
    this.strips.setAttribute("role", "img");
    this.strips.setAttribute("aria-label", words.strips);
    this.scrub.setAttribute("aria-label", words.scrub);
    this.icon();
    this.explain();
  }

  explain() {
    const { words } = this.head;
    const ask = part("button", "ask", "?");
    const answer = part("div", "answer", words.help);
    answer.hidden = true;
    ask.type = "button";
    ask.title = words.help;
    ask.setAttribute("aria-label", words.help);
    ask.addEventListener("click", () => (answer.hidden = !answer.hidden));
    ask.addEventListener("blur", () => (answer.hidden = true));
    this.note.replaceChildren(part("span", "", words.note), " ", ask, answer);
    this.note.hidden = !words.note;
  }

  // As many beside each other as stay large enough to be seen; whole pixels where there is room.
  fit() {
    if (!this.head) return;
    const room = this.root.clientWidth;
    const count = this.head.titles.length;
    if (!room) return;
    const least = room < 600 ? 96 : 112;
    let columns = Math.min(count, Math.floor((room + GAP) / (least + GAP)));
    columns = Math.ceil(count / Math.ceil(count / columns)); // no row with a single one
    const fitting = (room - GAP * (columns - 1)) / columns;
    const side = Math.min(196, fitting >= 56 ? Math.floor(fitting / 14) * 14 : fitting);
    for (const { canvas, value } of this.pictures) {
      canvas.parentElement.style.width = `${side}px`;
      canvas.style.height = `${side}px`;
      value.style.fontSize = side < 112 ? "0.875rem" : "";
    }
    // On a phone the style sheet leaves some of the strips' cells out.
    this.seen = this.head.shown.map((_, index) => index);
    this.seen = this.seen.filter((index) => this.cells[0][index].offsetParent);
    this.draw();
  }

  icon() {
    const name = this.playing ? "pause" : "play";
    this.button.querySelector("path").setAttribute("d", ICONS[name]);
    this.button.setAttribute("aria-label", this.head.words[name]);
    this.button.title = this.head.words[name];
  }

  // ------------------------------------------------------------ moving

  play() {
    this.way = this.at >= 1 ? -1 : 1;
    this.playing = true;
    let before;
    let held = 0;
    const frame = (now) => {
      if (!this.playing) return;
      const spent = Math.min(100, now - (before ?? now)); // a hidden tab does not jump on return
      before = now;
      const ended = this.way > 0 ? this.at >= 1 : this.at <= 0;
      if (!ended) this.go(this.at + (this.way * spent) / (1000 * this.head.seconds));
      else if ((held += spent) > HOLD_MS) [this.way, held] = [-this.way, 0];
      this.waiting = requestAnimationFrame(frame);
    };
    this.waiting = requestAnimationFrame(frame);
    this.icon();
  }

  stop() {
    this.playing = false;
    cancelAnimationFrame(this.waiting);
    if (this.head) this.icon();
  }

  pause() {
    this.stop();
    this.rest();
  }

  rest() {
    clearTimeout(this.timer);
    const at = Math.round(100 * this.at);
    this.go(at / 100);
    this.send("at", at);
  }

  go(at) {
    this.at = Math.min(1, Math.max(0, at));
    (window.autoencoderLab ??= { worlds: {}, planes: {} }).film = this.at;
    window.dispatchEvent(new CustomEvent("autoencoder-lab-film"));
    const number = this.at.toLocaleString(this.head.language, {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    });
    this.scrub.value = Math.round(100 * this.at);
    this.scrub.setAttribute("aria-valuetext", number);
    this.share.textContent = `t = ${number}`;
    this.draw();
  }

  // ------------------------------------------------------------ pictures

  // Between two frames their mixture, so that the film moves at the screen's rate. Of 31 frames,
  // neighbours are so alike that it is off by 0.002 a pixel at most, on average.
  draw() {
    const { steps, curves, language } = this.head;
    const place = this.at * (steps - 1);
    const low = Math.min(steps - 2, Math.floor(place));
    const share = place - low;
    this.pictures.forEach(({ canvas, value }, row) => {
      const a = (row * steps + low) * SIDE * SIDE;
      const b = a + SIDE * SIDE;
      this.paint(canvas, (i) => (1 - share) * this.frames[a + i] + share * this.frames[b + i]);
      const curve = curves[row];
      value.classList.toggle("none", !curve);
      value.textContent = curve
        ? ((1 - share) * curve[low] + share * curve[low + 1]).toLocaleString(language, {
            minimumFractionDigits: 1,
            maximumFractionDigits: 1,
          })
        : this.head.words.none;
    });
    this.drawCurves();
    const far = (index) => Math.abs(this.head.shown[index] - place);
    const near = this.seen.reduce((best, index) => (far(index) < far(best) ? index : best), 0);
    for (const cells of this.cells) {
      cells.forEach((cell, index) => cell.classList.toggle("near", index === near));
    }
  }

  drawStrips() {
    const { steps, shown } = this.head;
    this.cells.forEach((cells, row) =>
      cells.forEach((cell, index) => {
        const start = (row * steps + shown[index]) * SIDE * SIDE;
        this.paint(cell, (i) => this.frames[start + i]);
      }),
    );
  }

  paint(canvas, pixel) {
    const context = canvas.getContext("2d");
    const image = (canvas.image ??= context.createImageData(SIDE, SIDE));
    for (let i = 0, at = 0; i < SIDE * SIDE; i++, at += 4) {
      image.data[at] = image.data[at + 1] = image.data[at + 2] = pixel(i);
      image.data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  drawCurves() {
    const { curves, steps } = this.head;
    const most = Math.max(1.5, ...curves.flatMap((curve) => curve ?? []));
    const ratio = window.devicePixelRatio || 1;
    const style = getComputedStyle(this.root);
    const colour = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
    this.pictures.forEach(({ curve: canvas }, row) => {
      const width = Math.round(canvas.clientWidth * ratio);
      const height = Math.round(canvas.clientHeight * ratio);
      if (!width) return;
      if (canvas.width !== width || canvas.height !== height) {
        [canvas.width, canvas.height] = [width, height];
      }
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, width, height);
      const curve = curves[row];
      if (!curve) return;
      const rim = 4 * ratio;
      const x = (share) => rim + share * (width - 2 * rim);
      const y = (value) => height - rim - (value / most) * (height - 2 * rim);
      context.strokeStyle = colour("--st-text-color", "#222");
      context.globalAlpha = 0.35;
      context.lineWidth = ratio;
      context.setLineDash([2 * ratio, 3 * ratio]);
      context.beginPath();
      context.moveTo(x(0), y(1));
      context.lineTo(x(1), y(1));
      context.stroke();
      context.setLineDash([]);
      context.globalAlpha = 1;
      context.strokeStyle = context.fillStyle = colour("--st-primary-color", "#4655c6");
      context.lineWidth = 1.75 * ratio;
      context.beginPath();
      curve.forEach((value, index) => context.lineTo(x(index / (steps - 1)), y(value)));
      context.stroke();
      const place = this.at * (steps - 1);
      const low = Math.min(steps - 2, Math.floor(place));
      const value = curve[low] + (place - low) * (curve[low + 1] - curve[low]);
      context.beginPath();
      context.arc(x(this.at), y(value), 3.5 * ratio, 0, 2 * Math.PI);
      context.fill();
    });
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".film");
  root.film ??= new Film(root);
  root.film.update(data, setStateValue);
  return () => {
    root.film?.close();
    root.film = undefined;
  };
}
