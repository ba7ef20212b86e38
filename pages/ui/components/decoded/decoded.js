// Pictures of a board whose codes move with a slider: decoded here while a hand moves it. Where it
// rests the server shows the same.

import { component } from "../common/component.js";
import { atMostEvery, atNextFrame } from "../common/input.js";
import { boardCame, fill, networkCame, withDecoder } from "../common/lab.js";
import { read } from "../common/message.js";
import { decode } from "../common/network.js";
import { SIDE, number } from "../common/page.js";
import { between as inside } from "../chart/scale.js";
import { Dial } from "../reconstructions/dial.js";

const SPEND_MS = 9; // in a frame: the hand does not wait for the pictures
const WORDS_MS = 100; // nobody reads faster

// A value of a curve between the places where it is known; beyond its ends, that of the end.
export function between(places, values, place) {
  return inside(places, values, Math.min(places.at(-1), Math.max(places[0], place)));
}

// The code of a picture of a group.
export function codeOf({ start, step, shape: [, size] }, index, place) {
  const code = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    code[i] = start[index * size + i] + place * step[index * size + i];
  }
  return code;
}

// The groups of a message, with their codes.
export function unpack(data) {
  const { head, body } = read(data);
  const numbers = new Float32Array(body.slice().buffer);
  let at = 0;
  const next = (count) => numbers.subarray(at, (at += count));
  const groups = head.groups.map((group) => {
    const count = group.shape[0] * group.shape[1];
    return { ...group, start: next(count), step: next(count) };
  });
  return { ...head, groups };
}

class Decoded {
  turn = 0; // of the picture that is decoded next
  owed = 0; // how many do not show the place of the slider yet

  constructor() {
    this.dial = new Dial(() => this.look());
    this.show = atNextFrame(() => this.draw());
    this.saying = atMostEvery(WORDS_MS, () => this.say());
    this.ends = [
      networkCame.listen(() => this.again()),
      boardCame.listen(() => this.again()),
    ];
  }

  close() {
    for (const end of this.ends) end();
    this.dial.close();
    this.owed = 0;
  }

  update(data) {
    Object.assign(this, unpack(data));
    this.pictures = this.groups.flatMap((group) =>
      Array.from({ length: group.shape[0] }, (_, index) => ({ group, index })),
    );
    this.dial.follow(this.slider);
    this.again();
  }

  // The boards show what the server knows of the slider.
  again() {
    this.shown = this.place;
    this.owed = 0;
    this.look();
  }

  look() {
    const now = this.dial.value ?? this.place;
    if (!this.groups || (now === this.shown && !this.owed)) return;
    if (now !== this.shown) this.owed = this.pictures.length;
    this.shown = now;
    this.saying.soon();
    this.show();
  }

  // In turn, so that all of them move however slow the browser is.
  draw() {
    const { pictures, shown } = this;
    for (const end = performance.now() + SPEND_MS; this.owed && performance.now() < end; this.owed--) {
      const { group, index } = pictures[this.turn++ % pictures.length];
      const network = withDecoder(group.network);
      if (!network) continue;
      const pixels = decode(network.decoder, codeOf(group, index, shown));
      fill(`${group.name} ${index}`, { picture: { shape: [SIDE, SIDE], pixels } });
    }
    if (this.owed) this.show();
  }

  say() {
    for (const { name, curves } of this.groups) {
      for (const [curve, { values, text, digits }] of Object.entries(curves)) {
        const value = number(between(this.at, values, this.shown), this.language, digits);
        fill(`${name} ${curve}`, { value: text.replace("{n}", value) });
      }
    }
  }
}

export default component(() => new Decoded());
