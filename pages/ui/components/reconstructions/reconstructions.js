// What the networks make of the digit, in each frame in which the pen or the noise level moves. Once
// all of them have answered here, the server is told, and leaves the pictures to the browser.

import { STATE, component } from "../common/component.js";
import { Rest, atMostEvery, atNextFrame, atRest } from "../common/input.js";
import { boardCame, digit, errors, fill, following, networkCame, networks } from "../common/lab.js";
import { read } from "../common/message.js";
import { knows } from "../common/noise.js";
import { decibels, number, write } from "../common/page.js";
import { workers } from "../common/workers.js";
import { Dial } from "./dial.js";

const REST_MS = 700; // after which what is seen is also said
const WORDS_MS = 100; // nobody reads figures that change faster, and each makes the page lay out anew

class Reconstructions {
  input = null; // what the networks see, as the worker says
  results = {}; // by family, of the last digit that it has seen
  news = new Set(); // whose results have not been painted; "input": what the networks see
  ready = false;

  constructor(root) {
    this.status = root.querySelector(".status");
    this.dial = new Dial(() => this.look());
    this.asker = workers.join((said) => this.hear(said));
    this.pictures = atNextFrame(() => this.paint());
    this.words = atMostEvery(WORDS_MS, () => this.write());
    this.resting = new Rest(REST_MS, () => this.say());
    this.ends = [
      () => this.asker.leave(),
      digit.listen(() => this.resting.soon()),
      networkCame.listen(() => this.look()),
      boardCame.listen(() => this.draw()),
      workers.failed.listen(() => this.giveUp()),
    ];
  }

  close() {
    for (const end of this.ends) end();
    this.stopTelling?.();
    errors.tell({});
    this.ready = following.computing = false; // the boards are another page's by now
    this.dial.close();
    this.resting.cancel();
  }

  update(data, send) {
    const { head, body } = read(data);
    if (head.computing !== this.computing) this.told = undefined; // it has been heard, or is news
    const { words: texts, ...told } = head;
    if (this.families && keys(told.families) !== keys(this.families)) {
      Object.assign(this, { results: {}, ready: false }); // other networks, or of another data set
      errors.tell({});
    }
    Object.assign(this, told, { texts, field: new Float32Array(body.slice().buffer), send });
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
    if (!this.families || !this.able) return;
    for (const name of this.names) {
      workers.take(this.at(name), networks[this.at(name)], this.families[name].work);
    }
    const { selected, kind, field, side, percentiles, likelihood, maps } = this;
    const level = this.dial.value ?? this.level;
    const look = selected in this.families && { ...this.families[selected], side, percentiles };
    const noise = { kind, level, field };
    const names = this.names.map((name) => this.at(name));
    const first = this.families[selected]?.network;
    this.asker.ask({ names, first, noise, look, rebuild: true, likelihood, maps });
    this.resting.soon();
  }

  hear(said) {
    if (said.what === "input") {
      this.input = said;
      this.news.add("input");
    } else {
      const name = this.names.find((each) => this.at(each) === said.name);
      if (!name) return;
      this.results[name] = said;
      this.news.add(name);
      errors.tell({ ...errors.value, [name]: said.error });
    }
    if (!this.ready && this.input && this.names.every((name) => this.results[name])) {
      this.ready = true;
      this.all();
      this.tellServer();
    }
    this.pictures();
  }

  giveUp() {
    errors.tell({});
    this.tellServer();
  }

  tellServer() {
    const can = this.ready && this.able;
    this.stopTelling?.();
    if (can === this.computing || can === this.told) return;
    this.stopTelling = atRest(() => {
      this.told = can;
      this.send("computing", can);
    });
  }

  // ------------------------------------------------------------ pictures and numbers

  // All at once, where the server has written the boards anew.
  draw() {
    this.all();
    this.paint();
    this.words.now();
  }

  all() {
    this.news = new Set(["input", ...this.names]);
  }

  get chosen() {
    return this.results[this.selected] ?? {}; // not for the browser: the server draws it
  }

  // What is new: a slow device has no time in a frame for all of it.
  paint() {
    if (!this.ready || !this.able) return;
    const { clean, noisy } = this.input;
    const { code, rebuilt, map } = this.chosen;
    const shown = this.news.has("input") ? { clean, noisy, input: noisy } : {};
    if (this.news.has(this.selected)) Object.assign(shown, { code, rebuilt, error: map });
    for (const name of this.names) {
      if (!this.news.has(name)) continue;
      shown[`rebuilt ${name}`] = this.results[name].rebuilt;
      if (this.maps) shown[`error ${name}`] = this.results[name].map;
      fill(`mse ${name}`, { y: this.results[name].error }); // on a chart
    }
    this.news.clear();
    for (const [name, picture] of Object.entries(shown)) fill(name, { picture });
    setTimeout(this.words.soon); // to lay out the page anew must not keep these pictures waiting
  }

  write() {
    if (!this.ready || !this.able) return;
    const { input, texts } = this;
    const { level } = input;
    fill("noisy", { heading: level ? texts.noisy : texts.noiseless });
    fill("input", {
      title: level ? texts.noisyDigit : texts.input,
      caption: level ? texts.error?.replace("{error}", this.figure(input.error)) : texts.noNoise,
    });
    const scores = this.chosen.scores ? this.scores(this.chosen.scores) : {};
    for (const [name, value] of Object.entries(scores)) fill(name, { value });
    const errors = { ...this.others };
    for (const name of this.names) errors[name] = this.results[name].error;
    this.ranked = Object.keys(errors).sort((a, b) => errors[a] - errors[b]);
    for (const name of this.names) {
      const rank = this.ranked.indexOf(name) + 1;
      const place = `${texts.rank?.replace("{n}", rank)}${rank === 1 ? " ★" : ""}`;
      const caption = this.families[name].caption
        .replace("{error}", this.figure(errors[name]))
        .replace("{rank}", place)
        .replace("{psnr}", scores.psnr) // of the chosen one alone
        .replace("{ssim}", scores.ssim);
      const { bce } = this.results[name];
      fill(`rebuilt ${name}`, { caption, errors: { mse: errors[name], bce }, copy: input.copy });
    }
  }

  scores({ mse, bce, psnr, ssim, better }) {
    const { language } = this;
    return {
      mse: this.figure(mse),
      bce: number(bce, language, 3),
      psnr: decibels(psnr, language),
      ssim: number(ssim, language, 3),
      better: `${number(better, language, 0)} %`,
    };
  }

  figure(error) {
    return number(error, this.language, 4);
  }

  // What a screen reader is told, once the hand rests.
  say() {
    const { texts, selected, results, ranked } = this;
    if (!texts.status || !results[selected] || !ranked) return;
    const said = texts.status
      .replace("{error}", this.figure(results[selected].error))
      .replace("{n}", ranked.indexOf(selected) + 1);
    write(this.status, said);
  }
}

function keys(families) {
  return Object.values(families)
    .map(({ network }) => network)
    .join();
}

export default component((root) => new Reconstructions(root), ".reconstructions", STATE);
