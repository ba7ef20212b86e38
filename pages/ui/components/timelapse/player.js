// One look at a training after the other: pictures, figures and the line in the chart follow the
// slider in the browser. The server hears only of the epoch where it rests.

import { STATE, component } from "../common/component.js";
import { Echo, Rest } from "../common/input.js";
import { boardCame, fill, look, looks } from "../common/lab.js";
import { element, parts, write } from "../common/page.js";
import { Scrubber, THUMB } from "../sliders/scrubber.js";
import { nearest, picture } from "./parted.js";

const REST_MS = 300; // a slider that has not moved for so long has arrived
const STEP_MS = 800; // for which each look is shown

class Player {
  constructor(root) {
    Object.assign(this, parts(root, "epochs", "said"));
    this.epochs.style.marginInline = `${THUMB / 2}px`; // each below its place of the slider
    this.at = 0; // the look that is shown
    this.echo = new Echo();
    this.moved = new Rest(REST_MS, () => this.rest());
    const moved = (value) => {
      this.stop();
      this.go(Math.round(value));
      this.moved.soon();
    };
    this.scrubber = new Scrubber(root, moved, () => (this.playing ? this.pause() : this.start()));
    this.ends = [looks.listen(() => this.take()), boardCame.listen(() => this.show())];
  }

  close() {
    this.stop();
    this.moved.cancel();
    for (const end of this.ends) end();
  }

  update(data, send) {
    this.data = data;
    this.send = send;
    this.scrubber.name(data.words.scrub);
    this.icon();
    if (this.echo.news(data.epoch) && !this.moved.pending) this.wanted = data.epoch;
    this.take();
  }

  // The looks, or what the server says of them, may be new.
  take() {
    const shown = looks.value;
    if (!shown || !this.data) return;
    const { epochs } = shown.head;
    if (this.shown !== shown) {
      this.shown = shown;
      this.stop();
      this.wanted = this.data.epoch;
      this.scrubber.scrub.max = epochs.length - 1;
      this.marks = epochs.map((epoch) => element("span", "", String(epoch)));
      this.epochs.replaceChildren(...this.marks);
    }
    if (this.wanted !== undefined) {
      this.stop();
      this.at = nearest(epochs, this.wanted);
      this.wanted = undefined;
    }
    this.go(this.at);
  }

  icon() {
    this.scrubber.icon(this.playing, this.data.words);
  }

  // ------------------------------------------------------------ moving

  start() {
    if (!this.shown) return;
    this.moved.cancel();
    this.playing = true;
    this.icon();
    if (this.at === this.last) this.go(0);
    const step = () => {
      this.go(this.at + 1);
      if (this.at === this.last) this.pause();
      else this.waiting = setTimeout(step, STEP_MS);
    };
    this.waiting = setTimeout(step, STEP_MS);
  }

  stop() {
    this.playing = false;
    clearTimeout(this.waiting);
    if (this.data) this.icon();
  }

  pause() {
    this.stop();
    this.rest();
  }

  rest() {
    this.moved.cancel();
    const epoch = this.shown.head.epochs[this.at];
    this.echo.send(epoch);
    this.send("epoch", epoch);
  }

  get last() {
    return this.shown.head.epochs.length - 1;
  }

  go(at) {
    if (!this.shown) return;
    this.at = Math.min(this.last, Math.max(0, at));
    const { said } = this.shown.head;
    this.scrubber.show(this.at, said[this.at]);
    write(this.said, said[this.at]);
    this.marks.forEach((mark, index) => mark.classList.toggle("now", index === this.at));
    this.show();
    if (look.value !== this.at) look.tell(this.at);
  }

  // What other components show of this look.
  show() {
    if (!this.shown) return;
    const { head } = this.shown;
    for (let place = 0; place < 10; place++) {
      fill(`look ${place}`, { picture: picture(this.shown, this.at, place) });
    }
    for (const [name, values] of Object.entries(head.figures)) {
      fill(`look ${name}`, { value: values[this.at] });
    }
    fill("look epoch", { at: head.epochs[this.at], label: head.rules[this.at] });
  }
}

export default component((root) => new Player(root), ".player", STATE);
