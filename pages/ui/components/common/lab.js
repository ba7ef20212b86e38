// What the components of a page know of each other.

import { decode } from "./network.js";
import { Told } from "./told.js";

export const worlds = {}; // by name: { digest, layers, points, labels }
export const worldCame = new Told();
export const filmPlace = new Told(0); // 0 to 1
export const filmCame = new Told(); // the films on the page, when they are new
export const planes = {}; // those on the page, by name
export const sliders = {};
export const films = {};

// For tests, and for whoever looks around in the console.
globalThis.autoencoderLab = { worlds, planes, sliders, films, filmPlace, decode };
