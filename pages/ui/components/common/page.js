// Elements, canvases, colours and numbers, as all components make them.

import { rgba } from "./pixels.js";

export const SIDE = 28; // of a picture, in pixels

export function element(tag, name, ...children) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (tag === "button") made.type = "button";
  made.append(...children);
  return made;
}

// For one picture; the style sheet enlarges it.
export function screen(name) {
  return Object.assign(element("canvas", name), { width: SIDE, height: SIDE });
}

export function write(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

// The class names of a component's elements, each with its element.
export function parts(root, ...names) {
  return Object.fromEntries(names.map((name) => [name, root.querySelector(`.${name}`)]));
}

const formats = {}; // to make one takes longer than to write a picture's figures

export function number(value, language, digits = 2) {
  const settings = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = (formats[[language, digits]] ??= new Intl.NumberFormat(language, settings));
  return format.format(value).replace("-", "−");
}

// A PSNR as it is written; infinite for a perfect copy.
export function decibels(value, language) {
  return Number.isFinite(value) ? `${number(value, language, 1)} dB` : "∞";
}

// A colour of Streamlit's theme.
export function colour(where, name, fallback) {
  return getComputedStyle(where).getPropertyValue(`--st-${name}`).trim() || fallback;
}

// An empty canvas with as many pixels as the device has below it.
export function cleared(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  return { context, width, height, ratio };
}

// Shows a picture: greys from 0 to 1, or bytes: greys, red green blue, or these with opacity.
export function paint(canvas, pixels, shape = [SIDE, SIDE], place = [0, 0]) {
  const [height, width, channels = 1] = shape;
  const ready = channels === 4 && pixels instanceof Uint8ClampedArray;
  const image = new ImageData(ready ? pixels : rgba(pixels, channels), width, height);
  canvas.getContext("2d").putImageData(image, ...place);
}

// A "?" that shows its answer to a mouse above it, to a finger or a key until the next one, and
// for as long as it has the focus; Esc closes it.
export function explain(button, answer, text, name) {
  write(button, "?");
  write(answer, text);
  button.type = "button";
  button.setAttribute("aria-label", name);
  if (button.explains === answer) return;
  button.explains = answer;
  answer.setAttribute("role", "note");
  let held = false; // by a finger or a key: it stays when the mouse goes
  let leaving;
  const show = (open) => {
    clearTimeout(leaving);
    answer.hidden = !open;
    button.setAttribute("aria-expanded", open);
    if (open) keepInside(answer);
    else held = false;
  };
  const leave = () => {
    clearTimeout(leaving); // on the way to the answer the mouse leaves both
    if (!held) leaving = setTimeout(() => show(false), 200);
  };
  for (const part of [button, answer]) {
    part.onpointerenter = ({ pointerType }) => pointerType === "mouse" && show(true);
    part.onpointerleave = ({ pointerType }) => pointerType === "mouse" && leave();
  }
  button.onclick = () => {
    button.focus(); // Safari does not by itself
    const open = !held;
    show(open);
    held = open;
  };
  button.onblur = () => show(false);
  button.onkeydown = (event) => {
    if (event.key !== "Escape" || answer.hidden) return;
    event.preventDefault(); // it closes nothing else
    show(false);
  };
  show(false);
}

// Moves what would stick out of the window on the right or the left.
function keepInside(box) {
  box.style.translate = "";
  const { left, right } = box.getBoundingClientRect();
  const room = document.documentElement.clientWidth - 8;
  const way = Math.max(8 - left, Math.min(0, room - right));
  if (way) box.style.translate = `${way}px`;
}

// The size of the root's letters, on which all sizes depend.
export function rem() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

// The mean of the last times, in milliseconds.
export class Clock {
  spent = [];

  measure(work) {
    const begin = performance.now();
    work();
    this.spent = [...this.spent, performance.now() - begin].slice(-60);
  }

  get mean() {
    return this.spent.reduce((a, b) => a + b, 0) / this.spent.length;
  }
}

// A link's address with the parameters that stand in the page's own, unless it has others.
export function keeping(address) {
  const there = new URL(address, document.baseURI);
  for (const [name, text] of new URLSearchParams(location.search)) {
    if (!there.searchParams.has(name)) there.searchParams.set(name, text);
  }
  return there.href;
}

// Makes a link lead to an address for which the page's parameters are kept: a plain click calls
// `go`, all others are the browser's own.
export function lead(link, address, go) {
  const turn = () => {
    link.href = keeping(address);
  };
  turn();
  link.onpointerenter = link.onpointerdown = link.onfocus = turn; // the address may have changed
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go();
  };
}
