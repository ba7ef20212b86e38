// A drawing in MNIST's form, as `ae_core.preprocess.to_mnist` brings it there.

import { kept } from "./buffers.js";
import { distances } from "./distance.js";
import { resized } from "./resample.js";
import { rounded } from "./rounding.js";
import { SIDE } from "./sheet.js";
import { picture } from "./strokes.js";

const DIGIT = 28; // pixels along a side
const INK = 20; // longest side of the ink in it
const CENTRE = 14;
const TIE = 1e-4; // of two places as near as each other the first, whatever the last digit of a sum
const SHEET = SIDE + 2 * (SIDE >> 3); // of the drawing and its margin
const WORK = 160; // longest side of the ink while its strokes are measured
const USUAL = 2.4; // pixels of a stroke
const [THINNEST, THICKEST] = [1.5, 4.2]; // of those that are left alone
const LEAST = Math.fround(0.21); // ink below it is paper
const LEAST_CONTRAST = 0.1;
const DOT = 0.12; // of the sheet
const MOST = 0.72; // of the square around the ink

const room = {
  ink: kept(Float32Array), widened: kept(Float32Array), large: kept(Float32Array),
  mask: kept(Uint8Array), padded: kept(Uint8Array), inside: kept(Float64Array),
  outside: kept(Float64Array), edge: kept(Float32Array), stroke: kept(Float32Array),
  digit: kept(Float32Array),
};

// { pixels }, 784 greys from 0 to 1, or { reason } why there is no digit: "blank", "dot" or
// "scribble". Strokes are lists of [x, y] on the grid.
export function toMnist(strokes) {
  const ink = inked({ pixels: picture(strokes), width: SIDE, height: SIDE });
  const reason = ink ? refused(ink) : "blank";
  return reason ? { reason } : { pixels: placed(toLongest(usual(ink), INK, room.digit)) };
}

// The part of the picture with ink in it, its strongest as 1.
function inked({ pixels, width, height }) {
  let most = 0;
  for (let at = 0; at < width * height; at++) if (pixels[at] > most) most = pixels[at];
  if (most < LEAST_CONTRAST) return null;
  if (most < 1) pixels = pixels.map((value) => value / most);
  return cropped({ pixels, width, height }, room.ink);
}

function cropped({ pixels, width, height }, to) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (pixels[at] <= LEAST) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top > y) top = y;
      bottom = y;
    }
  }
  const result = { width: right + 1 - left, height: bottom + 1 - top };
  result.pixels = to(result.width * result.height);
  for (let y = top, at = 0; y <= bottom; y++, at += result.width) {
    result.pixels.set(pixels.subarray(y * width + left, y * width + right + 1), at);
  }
  return result;
}

function refused({ pixels, width, height }) {
  const longest = Math.max(width, height);
  const compact = Math.min(width, height) > 0.5 * longest;
  if (longest < (compact ? DOT : DOT / 2) * SHEET) return "dot";
  let dark = 0;
  for (let at = 0; at < width * height; at++) if (pixels[at] > 0.5) dark++;
  return dark > MOST * longest ** 2 ? "scribble" : null;
}

// The same with strokes that are neither thin nor fat.
function usual(ink) {
  const large = toLongest(widened(ink), WORK, room.large);
  const longest = Math.max(large.width, large.height);
  const width = strokeWidth(large);
  const final = (width * INK) / longest;
  if (final >= THINNEST && final <= THICKEST) return ink;
  const wanted = final < THINNEST ? USUAL : THICKEST;
  // The ink grows as the stroke does, and is then scaled down by more: solve for the growth.
  return grown(large, (wanted * longest - INK * width) / (INK - wanted));
}

// Each pixel as light as the lightest of itself and those before it, if it will be made smaller: a
// hair must not vanish on the way.
function widened(ink) {
  const { pixels, width, height } = ink;
  if (Math.max(width, height) <= WORK) return ink;
  const result = room.widened(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const up = y ? width : 0;
    for (let x = 0; x < width; x++, at++) {
      const left = x ? 1 : 0;
      const here = Math.max(pixels[at], pixels[at - left]);
      result[at] = Math.max(here, pixels[at - up], pixels[at - up - left]);
    }
  }
  return { pixels: result, width, height };
}

function masked({ pixels, width, height }, margin, to) {
  const result = { width: width + 2 * margin, height: height + 2 * margin };
  result.pixels = to(result.width * result.height).fill(0);
  for (let y = 0, from = 0; y < height; y++) {
    const at = (y + margin) * result.width + margin;
    for (let x = 0; x < width; x++, from++) if (pixels[from] > 0.5) result.pixels[at + x] = 1;
  }
  return result;
}

// Mean thickness: across a stroke the distance to its edge averages a quarter of it.
function strokeWidth(large) {
  const { pixels, width, height } = masked(large, 1, room.mask);
  const inside = distances(pixels, width, height, 1, WORK, room.inside);
  let [sum, count] = [0, 0];
  for (let at = 0; at < width * height; at++) {
    sum += inside[at];
    count += pixels[at];
  }
  return count ? 4 * (sum / count - 0.5) : 0;
}

function grown(large, grow) {
  const { pixels, width, height } = masked(large, Math.trunc(Math.max(grow, 0)) + 2, room.padded);
  const most = Math.ceil(Math.abs(grow) / 2) + 1; // what is farther is certainly ink, or paper
  const inside = distances(pixels, width, height, 1, most, room.inside);
  const outside = distances(pixels, width, height, 0, most, room.outside);
  const edge = room.edge(width * height);
  for (let at = 0; at < width * height; at++) {
    edge[at] = Math.min(1, Math.max(0, inside[at] - outside[at] + grow / 2 + 0.5));
  }
  return cropped({ pixels: edge, width, height }, room.stroke);
}

function toLongest(ink, longest, to) {
  const scale = longest / Math.max(ink.width, ink.height);
  const [width, height] = [ink.width, ink.height].map((side) => Math.max(1, rounded(side * scale)));
  return width === ink.width && height === ink.height ? ink : resized(ink, width, height, to);
}

// By its centre of mass, in whole pixels, the strongest ink as 1.
function placed({ pixels, width, height }) {
  let [sum, across, down, most] = [0, 0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const value = pixels[at];
      sum += value;
      across += x * value;
      down += y * value;
      if (value > most) most = value;
    }
  }
  const [left, top] = [place(across / sum, width), place(down / sum, height)];
  const result = new Float32Array(DIGIT * DIGIT);
  for (let y = 0, at = 0; y < height; y++) {
    const row = (top + y) * DIGIT + left;
    for (let x = 0; x < width; x++, at++) result[row + x] = pixels[at] / most;
  }
  return result;
}

function place(centre, side) {
  return Math.min(Math.max(rounded(CENTRE - centre - TIE), 0), DIGIT - side);
}
