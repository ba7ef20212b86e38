// What the components of a page know of each other.

import { decode } from "./network.js";
import { Told } from "./told.js";

// By name, such as "mnist simple": { digest, encoder, decoder, points, labels, contents }, as
// family.js reads them.
export const networks = {};
export const networkCame = new Told(); // with its name
export const filmPlace = new Told(0); // 0 to 1
export const filmCame = new Told(); // the films on the page, when they are new
export const looks = new Told(); // at a training: { head, pictures, map, labels }, as looks.js has it
export const look = new Told(0); // which of them is shown
export const digit = new Told(); // what the networks see: float32 (784)
export const live = {}; // pictures and numbers that the browser fills by itself: by name, what fills
export const fill = (name, now) => live[name]?.(now); // nothing, if it is not on the page
export const errors = new Told({}); // MSE by family, of those that the browser runs
export const following = { computing: false }; // whether the server leaves pictures to the browser
export const boardCame = new Told(); // a board has been written anew, by the server
export const planes = {}; // those on the page, by name
export const sliders = {};
export const films = {};

// The network of that name, if it is here and can decode.
export const withDecoder = (name) => (networks[name]?.decoder ? networks[name] : undefined);

// For tests, and for whoever looks around in the console.
globalThis.autoencoderLab = {
  networks, planes, sliders, films, filmPlace, following, looks, look, decode,
};
