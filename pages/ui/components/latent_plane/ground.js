// What lies below the cursor: decoded pictures, the map of the test images, circles of the prior.

import { SIDE, colour, element, paint } from "../common/page.js";
import { readable } from "../common/colours.js";
import { apart } from "./labels.js";
import { label } from "./marks.js";

const TILES = 15; // of the tapestry, along each side

export class Ground {
  constructor(canvas) {
    this.canvas = canvas;
  }

  draw(stage) {
    const view = stage.cleared(this.canvas);
    const { context, side } = view;
    view.background = colour(this.canvas, "background-color", "#fff");
    view.ink = colour(this.canvas, "text-color", "#222");
    context.fillStyle = view.background;
    context.fillRect(0, 0, side, side);
    if (!stage.network) return;
    const woven = stage.shows("tapestry");
    if (woven) context.drawImage(this.tapestry(stage), 0, 0, side, side);
    if (stage.shows("map")) {
      const below = woven ? "#000000" : view.background;
      const colours = stage.data.colours.map((each) => readable(each, below));
      drawPoints(view, stage.network, colours, woven ? 0.6 : 0.9);
      this.labels = drawNames(view, stage.data, colours);
    }
    if (stage.shows("circles")) drawCircles(view, woven ? "#fff" : view.ink);
  }

  tapestry(stage) {
    const { network, extent, tail } = stage.data;
    const key = JSON.stringify([network, stage.network.digest, extent, tail]);
    if (this.woven === key) return this.pictures;
    const side = SIDE * TILES;
    this.pictures = Object.assign(element("canvas"), { width: side, height: side });
    const place = (i) => ((2 * i + 1) / TILES - 1) * extent;
    for (let row = 0; row < TILES; row++) {
      for (let column = 0; column < TILES; column++) {
        const pixels = stage.decode([place(column), -place(row)]);
        paint(this.pictures, pixels, [SIDE, SIDE], [SIDE * column, SIDE * row]);
      }
    }
    this.woven = key;
    return this.pictures;
  }
}

export function drawPoints(view, { points, labels }, colours, opacity, least = 1.1) {
  const { context, side, to, unit } = view;
  const size = Math.max(least * unit, 0.004 * side);
  context.globalAlpha = opacity;
  for (let label = 0; label < 10; label++) {
    context.fillStyle = colours[label];
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== label) continue;
      const [x, y] = to([points[2 * i], points[2 * i + 1]]);
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }
  context.globalAlpha = 1;
}

// In the colour of text, so that it can be read in every theme; the class's colour is around it.
function drawNames({ context, side, to, unit, background, ink }, data, colours) {
  const { middles, names, home } = data;
  const size = names ? Math.max(9 * unit, 0.03 * side) : Math.max(11 * unit, 0.042 * side);
  const texts = middles.map((_, index) => names?.[index] ?? String(index));
  context.font = `700 ${size}px sans-serif`;
  const boxes = texts.map((text, index) => {
    const [x, y] = to(middles[index]);
    return { x, y, width: context.measureText(text).width + 6 * unit, height: size + 3 * unit };
  });
  const [x, y] = to(home);
  const start = { x, y, width: 26 * unit, height: 26 * unit, fixed: true };
  const places = apart([...boxes, start], side);
  texts.forEach((text, index) => {
    label({ context, unit }, places[index], text, size, ink, [[8, colours[index]], [4.5, background]]);
  });
  return boxes.map((box, index) => ({ ...box, x: places[index][0], y: places[index][1] }));
}

function drawCircles({ context, side, scale, unit }, ink) {
  const middle = side / 2;
  context.strokeStyle = ink;
  context.lineWidth = unit;
  context.globalAlpha = 0.45;
  context.setLineDash([2 * unit, 3 * unit]);
  for (const sigma of [1, 2, 3]) {
    context.beginPath();
    context.arc(middle, middle, sigma * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 0.25;
  context.beginPath();
  context.moveTo(0, middle);
  context.lineTo(side, middle);
  context.moveTo(middle, 0);
  context.lineTo(middle, side);
  context.stroke();
  context.globalAlpha = 1;
}
