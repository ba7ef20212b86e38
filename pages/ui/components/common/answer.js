// What a page shows of a network's answer, made where the network runs: pictures as red green blue
// opacity, ready to be painted, and figures.

import { bce, mse, percentile, psnr, ssim } from "./metrics.js";
import { codePicture, errorMap, rgba } from "./pixels.js";

const SIDE = 28;

// A picture of 28 × 28 numbers from 0 to 1, or of bytes: red, green, blue.
export function picture(pixels, channels = 1) {
  return { pixels: rgba(pixels, channels), shape: [SIDE, SIDE, 4] };
}

// Of a digit and what a network has rebuilt of it; with `maps`, where it is wrong, too.
export function rebuiltOf(clean, rebuilt, maps = false) {
  const map = maps ? { map: picture(errorMap(clean, rebuilt), 3) } : {};
  return { rebuilt: picture(rebuilt), error: mse(clean, rebuilt), ...map };
}

// The rest, of the network that is looked at. `shape`: of its code; `scale`: the number that fills
// a bar of its picture; `side`: of that in pixels; `percentiles`: of the errors on the test images.
export function closely(clean, code, rebuilt, { shape, scale, side, percentiles }) {
  return {
    code: { pixels: codePicture(code, shape, scale, side), shape: [side, side, 4] },
    map: picture(errorMap(clean, rebuilt), 3),
    scores: {
      mse: mse(clean, rebuilt),
      bce: bce(clean, rebuilt),
      psnr: psnr(clean, rebuilt),
      ssim: ssim(clean, rebuilt),
      better: percentile(mse(clean, rebuilt), percentiles),
    },
  };
}
