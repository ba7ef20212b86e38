// A picture as `picture.py` packs it.

import { paint } from "./page.js";

// Shows a picture; nothing changes if there is none: the browser has drawn it by itself.
export function show(canvas, { shape, png }, pixels) {
  const [height, width] = shape;
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height, shown: null });
  }
  if (!pixels.length || pixels === canvas.shown) return;
  canvas.shown = pixels;
  const turn = (canvas.turn = (canvas.turn ?? 0) + 1);
  if (!png) return paint(canvas, pixels, shape);
  createImageBitmap(new Blob([pixels], { type: "image/png" })).then((bitmap) => {
    if (canvas.turn !== turn) return; // a newer picture was faster
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
  });
}
