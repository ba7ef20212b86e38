// Fills the pictures of the formulas while the hand moves.

import { picture } from "../common/answer.js";
import { component } from "../common/component.js";
import { atNextFrame } from "../common/input.js";
import { boardCame, digit, fill } from "../common/lab.js";
import { read } from "../common/message.js";
import { psnr, ssim } from "../common/metrics.js";
import { decibels, number } from "../common/page.js";
import { rgba } from "../common/pixels.js";
import { enlarge, shrink } from "./enlarge.js";

const HOW = ["nearest", "bilinear", "bicubic", "lanczos"];

class Enlarged {
  constructor() {
    const draw = atNextFrame(() => this.draw());
    this.ends = [digit.listen(draw), boardCame.listen(draw)];
  }

  close() {
    for (const end of this.ends) end();
  }

  update(data) {
    Object.assign(this, read(data).head);
    this.draw();
  }

  draw() {
    const clean = digit.value;
    if (!clean || !this.side) return;
    const { side, caption, language } = this;
    const small = shrink(clean, side);
    fill("small", { picture: { pixels: rgba(small), shape: [side, side, 4] } });
    for (const how of HOW) {
      const pixels = enlarge(small, side, how);
      const said = caption
        .replace("{psnr}", decibels(psnr(clean, pixels), language))
        .replace("{ssim}", number(ssim(clean, pixels), language, 3));
      fill(how, { picture: picture(pixels), caption: said });
    }
  }
}

export default component(() => new Enlarged());
