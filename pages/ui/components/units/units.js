// The dictionary of a family, and a bench on which some of its units are turned up, down or off. All
// pictures are made here, of the digit under the pen; the server hears of what was chosen.

import { TRIGGER, component } from "../common/component.js";
import { decode, run } from "../common/network.js";
import { Echo, Rest, arrow, atNextFrame, hundredths } from "../common/input.js";
import { boardCame, digit, fill, networkCame, withDecoder } from "../common/lab.js";
import { mse } from "../common/metrics.js";
import { SIDE, element, number, paint, parts, screen, write } from "../common/page.js";
import { errorMap } from "../common/pixels.js";
import { explained } from "../common/words.js";
import { coloured, pattern, peak } from "./pattern.js";

const REST_MS = 250; // a slider that has not moved for so long has arrived
const BUSY_MS = 8; // of a frame, for the patterns of a network that has just come
const COLOURS = [SIDE, SIDE, 3];
const CANVASES = ["pattern", "before", "after", "change"];
const WORDS = ["name", "facts", "value", "hint", "status"];
const CONTROLS = ["slide", "off", "back", "all", "changed", "tiles"];

class Units {
  constructor(root) {
    const captions = CANVASES.flatMap((name) => [`${name}Title`, `${name}Note`]);
    Object.assign(this, parts(root, ...CANVASES, ...captions, ...WORDS, ...CONTROLS));
    this.settings = new Map(); // by unit, from 0: how many times its usual value
    this.echo = new Echo();
    this.resting = new Rest(REST_MS, () => this.rest());
    this.show = atNextFrame(() => this.draw());
    const told = [networkCame, digit, boardCame];
    this.ends = told.map((each) => each.listen(() => this.data && this.show()));
    this.slide.oninput = () => this.set(this.unit, Number(this.slide.value));
    this.slide.onchange = () => this.rest();
    this.slide.onkeydown = (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      this.set(this.unit, this.level(this.unit) + step[0] + step[1]);
    };
    this.off.onclick = () => this.now(() => this.set(this.unit, 0));
    this.back.onclick = () => this.now(() => this.forget(this.unit));
    this.all.onclick = () => this.now(() => this.forget());
    this.tiles.onkeydown = (event) => this.walk(event);
  }

  close() {
    for (const end of this.ends) end();
    this.resting.cancel();
  }

  get network() {
    return withDecoder(this.data?.network);
  }

  update(data, send) {
    const other = this.data?.network !== data.network;
    Object.assign(this, { data, send });
    if (other) {
      this.echo = new Echo();
      this.moving = false;
    }
    this.build();
    const { unit, settings } = data;
    if (this.echo.news({ unit, settings }) && !this.moving) {
      this.unit = unit - 1;
      this.settings = new Map(settings.map(([place, value]) => [place - 1, value]));
    }
    this.show();
  }

  number(value, digits = 2) {
    return number(hundredths(value) || 0, this.data.language, digits); // never "−0.00"
  }

  // ------------------------------------------------------------ what is there

  build() {
    const { data } = this;
    const { words, low, high } = data;
    const built = JSON.stringify([data.network, data.order, words, data.language]);
    if (this.built === built) return;
    if (data.network !== this.of) this.patterns = undefined;
    this.of = data.network;
    this.built = built;
    Object.assign(this.slide, { min: low, max: high });
    this.tile = [];
    for (const unit of data.order) {
      const bar = element("span", "bar");
      const canvas = screen("drawn");
      const tile = element("button", "tile", canvas, bar);
      tile.setAttribute("role", "radio");
      tile.setAttribute("aria-label", this.named(unit));
      tile.title = `${this.named(unit)}. ${this.about(unit)}`;
      tile.onclick = () => this.now(() => this.choose(unit));
      this.tile[unit] = { tile, canvas, bar, painted: false };
    }
    this.tiles.replaceChildren(...data.order.map((unit) => this.tile[unit].tile));
    this.tiles.classList.toggle("many", data.order.length > 64);
    this.tiles.setAttribute("aria-label", words.dictionary);
    explained(this.hint).say(this.hint, words.hint);
    for (const name of CANVASES) {
      write(this[`${name}Title`], words[name]);
      this[name].setAttribute("aria-label", words[`${name}Alt`]);
    }
    for (const name of ["off", "back", "all"]) write(this[name], words[name]);
  }

  // A unit's name: its number; of feature maps its channel and its place.
  named(unit) {
    const { words, shape } = this.data;
    if (shape.length === 1) return words.unit.replace("{n}", unit + 1);
    const [, columns, channels] = shape;
    const place = Math.floor(unit / channels);
    return words.unit
      .replace("{channel}", (unit % channels) + 1)
      .replace("{row}", Math.floor(place / columns) + 1)
      .replace("{column}", (place % columns) + 1);
  }

  about(unit) {
    const { words, on, best } = this.data;
    return words.facts
      .replace("{share}", this.number(100 * on[unit], 1))
      .replace("{class}", best[unit]);
  }

  said(level) {
    const { words } = this.data;
    return (level === 0 && words.silent) || words.value.replace("{n}", this.number(level));
  }

  // ------------------------------------------------------------ what moves

  // Where a unit stands on the slider: where it was set, or in the digit.
  level(unit) {
    if (this.settings.has(unit)) return this.settings.get(unit);
    const { off, usual } = this.data.scales;
    return this.code ? (this.code[unit] - off[unit]) / usual[unit] : 0;
  }

  set(unit, level) {
    const { low, high } = this.data;
    this.settings.set(unit, hundredths(Math.min(high, Math.max(low, level))));
    this.moving = true;
    this.resting.soon();
    this.show();
  }

  forget(unit) {
    if (unit === undefined) this.settings.clear();
    else this.settings.delete(unit);
    this.moving = true;
  }

  choose(unit) {
    this.unit = unit;
    this.moving = true;
  }

  // What a click does: it has come to rest as soon as it is done.
  now(act) {
    act();
    this.moving = true;
    this.show();
    this.rest();
  }

  rest() {
    this.resting.cancel();
    if (!this.moving) return;
    this.moving = false;
    const settings = [...this.settings].map(([unit, value]) => [unit + 1, value]);
    const chosen = { unit: this.unit + 1, settings: settings.sort((a, b) => a[0] - b[0]) };
    this.echo.send(chosen);
    this.send("chosen", chosen);
    this.speak = true;
  }

  // Arrow keys go from tile to tile as they lie.
  walk(event) {
    const { order } = this.data;
    const across = getComputedStyle(this.tiles).gridTemplateColumns.split(" ").length;
    const ways = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
    const here = order.indexOf(this.unit);
    const ends = { Home: 0, End: order.length - 1 };
    const next = ends[event.key] ?? here + (ways[event.key] ?? NaN);
    if (Number.isNaN(next)) return;
    event.preventDefault();
    if (!(next in order)) return;
    this.choose(order[next]);
    this.resting.soon();
    this.show();
    this.tile[this.unit].tile.focus();
  }

  // ------------------------------------------------------------ pictures

  draw() {
    this.follow();
    this.drawTiles();
    this.drawControls();
    if (!this.network) return;
    this.drawPatterns();
    if (this.code) this.drawDigit();
  }

  // The code of the digit, which is another one while the pen moves.
  follow() {
    const { network } = this;
    const of = network?.encoder && digit.value ? digit.value : undefined;
    if (this.coded === of && this.digest === network?.digest) return;
    Object.assign(this, { coded: of, digest: network?.digest });
    this.code = of && run(network.encoder, of);
    this.rebuilt = this.code && decode(network.decoder, this.code);
  }

  drawTiles() {
    const { data, code } = this;
    const { off, usual } = data.scales;
    const most = Math.max(-data.low, data.high);
    for (const unit of data.order) {
      const { tile, bar } = this.tile[unit];
      const chosen = unit === this.unit;
      tile.setAttribute("aria-checked", chosen);
      tile.tabIndex = chosen ? 0 : -1;
      tile.classList.toggle("set", this.settings.has(unit));
      if (!code) continue;
      const level = (code[unit] - off[unit]) / usual[unit];
      tile.classList.toggle("silent", code[unit] === 0);
      bar.style.scale = `${Math.min(1, Math.abs(level) / most)} 1`;
      bar.classList.toggle("below", level < 0);
    }
  }

  drawControls() {
    const { unit, settings } = this;
    const level = this.level(unit);
    write(this.name, this.named(unit));
    write(this.facts, this.about(unit));
    write(this.value, this.said(level));
    this.slide.value = level;
    this.slide.setAttribute("aria-label", this.named(unit));
    this.slide.setAttribute("aria-valuetext", this.said(level));
    this.off.setAttribute("aria-pressed", settings.get(unit) === 0);
    this.back.disabled = !settings.has(unit);
    this.all.disabled = !settings.size;
    const list = [...settings].sort((a, b) => a[0] - b[0]);
    const key = JSON.stringify(list.map(([each]) => each));
    if (this.listed !== this.built + key) {
      this.listed = this.built + key;
      this.changed.replaceChildren(
        ...list.map(([each]) => {
          const chip = element("button", "chip", screen("drawn"), element("span"));
          chip.onclick = () => this.now(() => this.choose(each));
          return chip;
        }),
      );
    }
    list.forEach(([each, value], at) => {
      const chip = this.changed.children[at];
      write(chip.lastChild, this.said(value));
      chip.setAttribute("aria-label", `${this.named(each)}: ${this.said(value)}`);
      const map = this.patterns?.[each]?.map;
      if (map && chip.map !== map) paint(chip.firstChild, (chip.map = map), COLOURS);
    });
  }

  // The patterns of all units, a few in each frame until they are there.
  drawPatterns() {
    const { network, data, unit } = this;
    if (this.patterns?.digest !== network.digest) {
      this.patterns = Object.assign([], { digest: network.digest });
      for (const tile of this.tile) tile.painted = false;
    }
    const until = performance.now() + BUSY_MS;
    for (const each of [unit, ...data.order]) {
      const tile = this.tile[each];
      if (!this.patterns[each]) {
        if (performance.now() > until) {
          this.show();
          break;
        }
        const drawn = pattern(network.decoder, data.scales, each);
        this.patterns[each] = { map: coloured(drawn, data.faintest), peak: peak(drawn) };
      }
      if (tile.painted) continue;
      paint(tile.canvas, this.patterns[each].map, COLOURS);
      tile.painted = true;
    }
    const { map, peak: most } = this.patterns[unit];
    if (this.pattern.map !== map) paint(this.pattern, (this.pattern.map = map), COLOURS);
    write(this.patternNote, data.words.peak.replace("{n}", this.number(100 * most, 0)));
  }

  drawDigit() {
    const { code, rebuilt, data } = this;
    const { off, usual } = data.scales;
    const { words } = data;
    let now = rebuilt;
    if (this.settings.size) {
      const changed = Float32Array.from(code);
      for (const [unit, level] of this.settings) changed[unit] = off[unit] + level * usual[unit];
      now = decode(this.network.decoder, changed);
    }
    paint(this.before, rebuilt);
    paint(this.after, now);
    paint(this.change, errorMap(rebuilt, now), COLOURS);
    const error = (picture) => number(mse(this.coded, picture), data.language, 4);
    write(this.beforeNote, `MSE ${error(rebuilt)}`);
    write(this.afterNote, `MSE ${error(now)}`);
    const moved = this.number(100 * Math.sqrt(mse(rebuilt, now)), 1);
    write(this.changeNote, words.moved.replace("{n}", moved));
    fill("unit value", { at: code[this.unit], label: words.yours });
    if (!this.speak) return;
    this.speak = false;
    const said = words.status.replace("{unit}", this.named(this.unit));
    write(
      this.status,
      said.replace("{value}", this.said(this.level(this.unit))).replace("{n}", moved),
    );
  }
}

export default component((root) => new Units(root), ".units", TRIGGER);
