// Several films of equal length, side by side: one place on the way for all of them, moved by
// hand or by time, at display rate. The server hears only of the place where they rest.

import { STATE, component } from "../common/component.js";
import { Echo, Rest } from "../common/input.js";
import { filmCame, filmPlace, films } from "../common/lab.js";
import { read } from "../common/message.js";
import {
  SIDE,
  cleared,
  colour,
  element,
  explain,
  number,
  paint,
  parts,
  rem,
  screen,
} from "../common/page.js";
import { Scrubber } from "../sliders/scrubber.js";

const REST_MS = 300; // a scrubber that has not moved for so long has arrived
const HOLD_MS = 500; // at both ends, to have a look at them
const GAP = 0.875; // between pictures, in rem, as their sides
const [LEAST, MOST] = [3, 12.25];

class Film {
  constructor(root) {
    this.root = root;
    Object.assign(this, parts(root, "screens", "share", "note"));
    this.at = 0; // 0 to 1
    this.echo = new Echo();
    this.moved = new Rest(REST_MS, () => this.rest());
    const moved = (value) => {
      this.stop();
      this.go(value / 100);
      this.moved.soon();
    };
    this.scrubber = new Scrubber(root, moved, () => (this.playing ? this.pause() : this.start()));
    this.resized = new ResizeObserver(() => this.fit());
    this.resized.observe(root);
    this.resized.observe(document.documentElement); // its height counts, too
  }

  close() {
    this.stop();
    this.moved.cancel();
    if (films.film === this) delete films.film;
    if (filmCame.value === this) filmCame.tell(undefined);
    this.resized.disconnect();
  }

  update(data, send) {
    const { head, body } = read(data);
    const built = JSON.stringify([head.titles, head.shown, head.words, head.language]);
    this.head = head;
    this.frames = body;
    this.send = send;
    films.film = this;
    if (this.built !== built) {
      this.built = built;
      this.build();
    }
    if (this.echo.news(head.at) && !this.moved.pending) this.at = head.at / 100;
    this.fit();
    this.go(this.at);
    filmCame.tell(this);
  }

  // ------------------------------------------------------------ what is there

  build() {
    const { titles, words } = this.head;
    this.pictures = titles.map((title) => {
      const canvas = screen("picture");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${words.picture} ${title}`);
      return { canvas, curve: element("canvas", "curve"), value: element("div", "value") };
    });
    this.screens.replaceChildren(
      ...this.pictures.map(({ canvas, curve, value }, index) =>
        element("div", "screen", element("div", "title", titles[index]), canvas,
          element("div", "measure", curve, value)),
      ),
    );
    this.scrubber.name(words.scrub);
    this.icon();
    this.explain();
  }

  explain() {
    const { words } = this.head;
    const [ask, answer] = [element("button", "ask"), element("div", "answer")];
    explain(ask, answer, words.help, words.ask);
    this.note.replaceChildren(element("span", "", words.note), " ", ask, answer);
    this.note.hidden = !words.note;
  }

  // As large as the width allows, in rows that leave the plane its place on a small screen; whole
  // pixels where there is room.
  fit() {
    if (!this.head) return;
    const unit = rem();
    const room = this.root.clientWidth / unit;
    const high = window.innerHeight / unit;
    const count = this.head.titles.length;
    if (!room) return;
    const phone = room < 37.5;
    const columns = (rows) => Math.ceil(count / rows); // no row with a single one
    const side = (rows) => {
      const across = (room - GAP * (columns(rows) - 1)) / columns(rows);
      const share = phone || rows === 1 ? 0.37 : 0.28;
      return Math.min(across, (share * high) / rows - (phone ? 3 : 3.5), MOST);
    };
    const sides = this.head.titles.map((_, index) => side(index + 1));
    const most = Math.max(...sides, LEAST);
    const halves = Math.floor((most * unit) / (SIDE / 2)) * (SIDE / 2);
    const rows = Math.max(1, sides.indexOf(most) + 1);
    this.root.style.setProperty("--columns", columns(rows));
    this.root.style.setProperty("--side", `${(halves || most * unit) / unit}rem`);
    this.root.classList.toggle("small", most < 6.5);
    this.draw();
  }

  icon() {
    this.scrubber.icon(this.playing, this.head.words);
  }

  // ------------------------------------------------------------ moving

  start() {
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
    this.moved.cancel();
    const at = Math.round(100 * this.at);
    this.go(at / 100);
    this.echo.send(at);
    this.send("at", at);
  }

  leap(at) {
    this.stop();
    this.go(at);
    this.rest();
  }

  go(at) {
    this.at = Math.min(1, Math.max(0, at));
    filmPlace.tell(this.at);
    const share = number(this.at, this.head.language);
    this.scrubber.show(Math.round(100 * this.at), share);
    this.share.textContent = `t = ${share}`;
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
      const [a, b] = [this.frame(row, low), this.frame(row, low + 1)];
      paint(canvas, a.map((value, i) => Math.round((1 - share) * value + share * b[i])));
      const curve = curves[row];
      value.classList.toggle("none", !curve);
      value.textContent = curve
        ? number((1 - share) * curve[low] + share * curve[low + 1], language, 1)
        : this.head.words.none;
    });
    this.drawCurves();
  }

  frame(row, step) {
    const start = (row * this.head.steps + step) * SIDE * SIDE;
    return this.frames.subarray(start, start + SIDE * SIDE);
  }

  drawCurves() {
    const { curves, steps } = this.head;
    const unit = rem();
    const most = Math.max(1.5, ...curves.flatMap((curve) => curve ?? []));
    this.pictures.forEach(({ curve: canvas }, row) => {
      if (!canvas.clientWidth) return;
      const { context, width, height, ratio: dots } = cleared(canvas);
      const ratio = (dots * unit) / 16; // device pixels for a sixteenth of a rem
      const curve = curves[row];
      if (!curve) return;
      const rim = 4 * ratio;
      const x = (share) => rim + share * (width - 2 * rim);
      const y = (value) => height - rim - (value / most) * (height - 2 * rim);
      context.strokeStyle = colour(this.root, "text-color", "#222");
      context.globalAlpha = 0.35;
      context.lineWidth = ratio;
      context.setLineDash([2 * ratio, 3 * ratio]);
      context.beginPath();
      context.moveTo(x(0), y(1));
      context.lineTo(x(1), y(1));
      context.stroke();
      context.setLineDash([]);
      context.globalAlpha = 1;
      context.strokeStyle = context.fillStyle = colour(this.root, "primary-color", "#4655c6");
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

export default component((root) => new Film(root), ".film", STATE);
