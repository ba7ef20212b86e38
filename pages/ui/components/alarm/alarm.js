// The threshold on the errors: what lies above it, while it or the digit moves.

import { component } from "../common/component.js";
import { boardCame, errors, fill } from "../common/lab.js";
import { atMostEvery, atNextFrame } from "../common/input.js";
import { read } from "../common/message.js";
import { number } from "../common/page.js";
import { Dial } from "../reconstructions/dial.js";

const WORDS_MS = 100; // as in reconstructions.js

class Alarm {
  constructor() {
    this.marks = atNextFrame(() => this.move());
    this.words = atMostEvery(WORDS_MS, () => this.judge());
    const show = () => this.show();
    this.dial = new Dial(show);
    this.ends = [errors.listen(show), boardCame.listen(show)];
  }

  close() {
    for (const end of this.ends) end();
    this.dial.close();
  }

  update(data) {
    const { words: texts, ...told } = read(data).head;
    Object.assign(this, told, { texts });
    this.dial.follow(this.slider);
    this.move();
    this.words.now();
  }

  show() {
    if (!this.thresholds) return;
    this.marks();
    this.words.soon();
  }

  get step() {
    const share = this.dial.value ?? this.share;
    return Math.round((share * (this.above[this.home].length - 1)) / 100);
  }

  get now() {
    return { ...this.errors, ...errors.value };
  }

  move() {
    const limit = this.thresholds[this.selected][this.step];
    const label = this.texts.threshold.replace("{error}", this.figure(limit));
    fill("threshold", { at: limit, label });
    const error = this.now[this.selected];
    if (error !== undefined) fill("place", { x: error });
  }

  judge() {
    const { thresholds, above, counts, selected, texts, now, step } = this;
    const caught = Object.keys(thresholds).filter((name) => now[name] > thresholds[name][step]);
    const verdict = (name) => (caught.includes(name) ? texts.alarm : texts.quiet);
    for (const [kind, numbers] of Object.entries(above)) {
      const share = (100 * numbers[step]) / counts[kind];
      const value =
        kind === this.home ? this.write(numbers[step], 0) : `${this.write(share, 0)} %`;
      fill(`above ${kind}`, { value });
    }
    for (const name of Object.keys(thresholds)) {
      if (now[name] === undefined) continue;
      fill(`error ${name}`, { title: this.figure(now[name]), caption: verdict(name) });
    }
    if (now[selected] === undefined) return;
    fill("caught", { value: texts.caught.replace("{n}", caught.length) });
    fill("picture error", { value: this.figure(now[selected]) });
    fill("verdict", { value: verdict(selected) });
  }

  figure(error) {
    return this.write(error, this.digits);
  }

  write(value, digits) {
    return number(value, this.language, digits);
  }
}

export default component(() => new Alarm());
