// What the components of a page know of each other.

import { decode } from "./network.js";

// A value that others wait for.
class Told {
  listeners = new Set();

  constructor(value) {
    this.value = value;
  }

  tell(value) {
    this.value = value;
    for (const listener of this.listeners) listener(value);
  }

  // Returns what ends it.
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export const worlds = {}; // by name: { digest, layers, points, labels }
export const worldCame = new Told();
export const filmPlace = new Told(0); // 0 to 1
export const filmCame = new Told(); // the films on the page, when they are new
export const planes = {}; // those on the page, by name
export const sliders = {};
export const films = {};

// For tests, and for whoever looks around in the console.
globalThis.autoencoderLab = { worlds, planes, sliders, films, filmPlace, decode };
