// What the networks make of the digit, in each frame in which the pen or the noise level moves. Once
// all of them have answered here, the server is told, and leaves the pictures to the browser.

import { Rest, atNextFrame } from "../common/input.js";
import { boardCame, digit, following, live, networkCame, networks } from "../common/lab.js";
import { read } from "../common/message.js";
import { bce, mse, percentile, psnr, ssim } from "../common/metrics.js";
import { add, knows } from "../common/noise.js";
import { SIDE, number, write } from "../common/page.js";
import { codePicture, errorMap } from "../common/pixels.js";
import { workers } from "../common/workers.js";
import { Dial } from "./dial.js";

const REST_MS = 700; // after which what is seen is also said
const REMEMBERED = 60; // questions: the slowest network answers long before

class Reconstructions {
  questions = new Map(); // by turn: { clean, noisy, level }
  results = {}; // by family, of the last question that it answered
  ready = false;

  constructor(root) {
    this.status = root.querySelector(".status");
    this.dial = new Dial(() => this.look());
    this.show = atNextFrame(() => this.draw());
    this.resting = new Rest(REST_MS, () => this.say());
    this.ends = [
      digit.listen(() => this.look()),
      networkCame.listen(() => this.look()),
      boardCame.listen(() => this.draw()),
      workers.answered.listen((said) => this.hear(said)),
      workers.failed.listen(() => this.tellServer()),
    ];
  }

  close() {
    for (const end of this.ends) end();
    following.computing = false;
    this.dial.close();
    this.resting.cancel();
  }

  update(data, send) {
    const { head, body } = read(data);
    if (head.computing !== this.computing) this.told = undefined; // it has been heard, or is news
    Object.assign(this, head, { field: new Float32Array(body.slice().buffer), send });
    following.computing = head.computing;
    this.dial.follow(head.slider);
    this.look();
    this.tellServer();
  }

  get names() {
    return Object.keys(this.families);
  }

  // Whether all can be computed here.
  get able() {
    const there = this.names.every((name) => networks[this.at(name)]);
    return !workers.broken && knows(this.kind) && there;
  }

  at(name) {
    return this.families[name].network;
  }

  look() {
    if (!digit.value || !this.families || !this.able) return;
    for (const name of this.names) {
      workers.take(name, networks[this.at(name)], this.families[name].work);
    }
    const level = this.dial.value ?? this.level;
    const noisy = add(this.kind, level, this.field, digit.value);
    this.turn = workers.ask(noisy, this.names, this.selected);
    this.questions.set(this.turn, { clean: digit.value, noisy, level });
    for (const turn of this.questions.keys()) {
      if (this.questions.size <= REMEMBERED) break;
      this.questions.delete(turn);
    }
    this.show();
    this.resting.soon();
  }

  hear({ what, turn, name, code, rebuilt }) {
    if (what !== "network" || !this.questions.has(turn) || !this.families[name]) return;
    const { clean } = this.questions.get(turn);
    this.results[name] = { clean, code, rebuilt, error: mse(clean, rebuilt) };
    if (!this.ready && this.names.every((name) => this.results[name])) {
      this.ready = true;
      this.tellServer();
    }
    this.show();
  }

  tellServer() {
    const can = this.ready && this.able;
    if (can === this.computing || can === this.told) return;
    this.told = can;
    this.send("computing", can);
  }

  // ------------------------------------------------------------ pictures and numbers

  draw() {
    if (!this.ready || !this.able) return;
    const { clean, noisy, level } = this.questions.get(this.turn) ?? {};
    if (!clean) return;
    const { words } = this;
    fill("clean", { pixels: clean });
    fill("noisy", { pixels: noisy, heading: level ? words.noisy : words.noiseless });
    fill("input", {
      pixels: noisy,
      title: level ? words.noisyDigit : words.input,
      caption: level ? this.error(mse(clean, noisy)) : words.noNoise,
    });
    this.drawSelected();
    const errors = { ...this.others };
    for (const name of this.names) errors[name] = this.results[name].error;
    const ranked = Object.keys(errors).sort((a, b) => errors[a] - errors[b]);
    for (const name of this.names) {
      const rank = ranked.indexOf(name) + 1;
      const place = `${words.rank?.replace("{n}", rank)}${rank === 1 ? " ★" : ""}`;
      const caption = this.families[name].caption
        .replace("{error}", this.figure(errors[name]))
        .replace("{rank}", place);
      fill(`rebuilt ${name}`, { pixels: this.results[name].rebuilt, caption });
    }
    this.ranked = ranked;
  }

  drawSelected() {
    const result = this.results[this.selected];
    if (!result) return; // not for the browser: the server draws it
    const { shape, scale } = this.families[this.selected];
    const { side } = this;
    result.picture ??= codePicture(result.code, shape, scale, side);
    result.map ??= errorMap(result.clean, result.rebuilt);
    fill("code", { pixels: result.picture, shape: [side, side, 4] });
    fill("rebuilt", { pixels: result.rebuilt });
    fill("error", { pixels: result.map, shape: [SIDE, SIDE, 3] });
    const scores = (result.scores ??= this.scores(result));
    for (const [name, value] of Object.entries(scores)) fill(name, { value });
  }

  scores({ clean, rebuilt, error }) {
    const { language, percentiles } = this;
    const decibels = psnr(clean, rebuilt);
    return {
      mse: this.figure(error),
      bce: number(bce(clean, rebuilt), language, 3),
      psnr: Number.isFinite(decibels) ? `${number(decibels, language, 1)} dB` : "∞",
      ssim: number(ssim(clean, rebuilt), language, 3),
      better: `${number(percentile(error, percentiles), language, 0)} %`,
    };
  }

  figure(error) {
    return number(error, this.language, 4);
  }

  error(value) {
    return this.words.error?.replace("{error}", this.figure(value));
  }

  // What a screen reader is told, once the hand rests.
  say() {
    const { words, selected, results, ranked } = this;
    if (!words.status || !results[selected] || !ranked) return;
    const said = words.status
      .replace("{error}", this.figure(results[selected].error))
      .replace("{n}", ranked.indexOf(selected) + 1);
    write(this.status, said);
  }
}

function fill(name, now) {
  live[name]?.(now);
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".reconstructions");
  root.live ??= new Reconstructions(root);
  root.live.update(data, setStateValue);
  return () => {
    root.live?.close();
    root.live = undefined;
  };
}
