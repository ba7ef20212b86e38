// Small pictures in bytes, as `ae_core.figures.pixels` makes them.

import { rounded } from "./rounding.js";

const SIDE = 28;
const TOO_LITTLE = [230, 159, 0];
const TOO_MUCH = [86, 180, 233];
const BAR = [86, 140, 200, 255];
const NEGATIVE = [...TOO_LITTLE, 255];
const TICK = [128, 128, 128, 120];
const PER_ROW = 32;
const GAP = 6; // between maps
const tint = [0, 0, 0, 255]; // of a map's pixel, always the same array

// Red green blue opacity of a picture: greys from 0 to 1, or bytes: greys, red green blue, or these
// with opacity.
export function rgba(pixels, channels = 1) {
  const bytes = new Uint8ClampedArray((4 * pixels.length) / channels);
  const scale = pixels instanceof Float32Array ? 255 : 1;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let to = 0, from = 0; to < bytes.length; to += 4, from += channels) {
    bytes[to] = scale * pixels[from];
    bytes[to + 1] = scale * pixels[from + green];
    bytes[to + 2] = scale * pixels[from + blue];
    bytes[to + 3] = channels === 4 ? pixels[from + 3] : 255;
  }
  return bytes;
}

// Where a reconstruction is wrong, red green blue: black where it is right, orange where ink is
// missing, blue where there is too much.
export function errorMap(clean, rebuilt) {
  const bytes = new Uint8ClampedArray(SIDE * SIDE * 3);
  for (let pixel = 0, at = 0; at < bytes.length; pixel++) {
    const difference = Math.fround(rebuilt[pixel] - clean[pixel]);
    const colour = difference < 0 ? TOO_LITTLE : TOO_MUCH;
    for (const part of colour) bytes[at++] = Math.trunc(shaded(difference, part) + 0.5);
  }
  return bytes;
}

// In single precision, as NumPy does.
function shaded(share, part) {
  return Math.fround(Math.abs(share) * part);
}

// A code as a picture, red green blue opacity: bars for a list of numbers, shape [d], or small maps
// for feature maps, shape [height, width, channels]. `scale` is the number that fills a bar, or
// makes a map's pixel brightest; `side` the picture's, in pixels.
export function codePicture(code, shape, scale, side) {
  const bytes = new Uint8ClampedArray(side * side * 4);
  const most = Math.fround(scale);
  const share = (at) => Math.min(1, Math.max(-1, Math.fround(code[at] / most)));
  if (shape.length === 1) bars(bytes, shape[0], share, side);
  else maps(bytes, shape, share, side);
  return bytes;
}

function bars(bytes, length, share, side) {
  const rows = Math.ceil(length / PER_ROW);
  const columns = Math.min(length, PER_ROW);
  const [pitch, height] = [Math.floor(side / columns), Math.floor(side / rows)];
  const width = Math.max(1, Math.min(pitch - 1, Math.floor(side / 6)));
  const room = Math.floor((height - 5) / (anyNegative(length, share) ? 2 : 1));
  for (let at = 0; at < length; at++) {
    const base = Math.floor(at / columns) * height + 2 + room;
    const left = (at % columns) * pitch + Math.floor((pitch - width) / 2);
    const tip = base - rounded(share(at) * room);
    const colour = tip === base ? TICK : share(at) < 0 ? NEGATIVE : BAR;
    const [low, high] = [Math.min(base, tip), Math.max(base, tip)];
    block(bytes, low * side + left, width, high - low + 1, side, colour);
  }
}

function anyNegative(length, share) {
  for (let at = 0; at < length; at++) if (share(at) < 0) return true;
  return false;
}

function maps(bytes, [height, width, channels], share, side) {
  const columns = Math.ceil(Math.sqrt(channels));
  const rows = Math.ceil(channels / columns);
  const factor = Math.floor((side - GAP * (columns - 1)) / (columns * width));
  const [down, across] = [factor * height + GAP, factor * width + GAP];
  const top = Math.floor((side - rows * down + GAP) / 2);
  const left = Math.floor((side - columns * across + GAP) / 2);
  for (let channel = 0; channel < channels; channel++) {
    const corner = (top + Math.floor(channel / columns) * down) * side;
    const start = corner + left + (channel % columns) * across;
    for (let pixel = 0; pixel < height * width; pixel++) {
      const place = Math.floor(pixel / width) * factor * side + (pixel % width) * factor;
      const value = share(pixel * channels + channel);
      const parts = value < 0 ? TOO_LITTLE : TOO_MUCH;
      for (let part = 0; part < 3; part++) tint[part] = Math.trunc(shaded(value, parts[part]));
      block(bytes, start + place, factor, factor, side, tint);
    }
  }
}

function block(bytes, start, width, height, side, colour) {
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = 4 * (start + y * side); x < width; x++, at += 4) {
      for (let part = 0; part < 4; part++) bytes[at + part] = colour[part];
    }
  }
}
