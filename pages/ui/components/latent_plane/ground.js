// What lies below the cursor: decoded pictures, the map of the test images, circles of the prior.

import { SIDE, colour, element, paint } from "../common/page.js";

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
    if (!stage.world) return;
    const woven = stage.shows("tapestry");
    if (woven) context.drawImage(this.tapestry(stage), 0, 0, side, side);
    if (stage.shows("map")) {
      drawPoints(view, stage.world, stage.data.colours, woven ? 0.55 : 0.8);
      drawNames(view, stage.data);
    }
    if (stage.shows("circles")) drawCircles(view, woven ? "#fff" : view.ink);
  }

  tapestry(stage) {
    const { world, extent, tail } = stage.data;
    const key = JSON.stringify([world, stage.world.digest, extent, tail]);
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

function drawPoints({ context, to, ratio }, { points, labels }, colours, opacity) {
  const size = 1.6 * ratio;
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
function drawNames({ context, to, ratio, background, ink }, { middles, names, colours }) {
  context.font = `700 ${(names ? 12 : 17) * ratio}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  middles.forEach((middle, label) => {
    const place = to(middle);
    const name = names?.[label] ?? label;
    for (const [width, halo] of [[8, colours[label]], [4.5, background]]) {
      context.lineWidth = width * ratio;
      context.strokeStyle = halo;
      context.strokeText(name, ...place);
    }
    context.fillStyle = ink;
    context.fillText(name, ...place);
  });
}

function drawCircles({ context, side, scale, ratio }, ink) {
  const middle = side / 2;
  context.strokeStyle = ink;
  context.lineWidth = ratio;
  context.globalAlpha = 0.45;
  context.setLineDash([2 * ratio, 3 * ratio]);
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
