// Encoder, code, decoder and what comes out. Its elements stay: only pictures and words change.

import { read } from "../common/message.js";
import { paint, write } from "../common/page.js";

function show(canvas, pixels, side) {
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
  paint(canvas, pixels, [side, side]);
}

async function showFile(canvas, file) {
  const turn = (canvas.turn = (canvas.turn ?? 0) + 1);
  const picture = await createImageBitmap(new Blob([file], { type: "image/png" }));
  if (canvas.turn !== turn) return; // a newer one was faster
  Object.assign(canvas, { width: picture.width, height: picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0);
}

export default function ({ data, parentElement }) {
  const { head, body } = read(data);
  const hourglass = parentElement.querySelector(".hourglass");
  hourglass.setAttribute("aria-label", head.alt);
  const picture = (name) => hourglass.querySelector(`.${name} canvas`);
  const size = head.side ** 2;
  show(picture("input"), body.subarray(0, size), head.side);
  show(picture("output"), body.subarray(size, 2 * size), head.side);
  showFile(picture("code"), body.subarray(2 * size));
  for (const name of ["input", "encoder", "code", "decoder", "output"]) {
    write(hourglass.querySelector(`.${name} .words`), head.words[name]);
  }
}
