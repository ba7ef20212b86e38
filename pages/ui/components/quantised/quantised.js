// The digit through quantised codes while the pen moves. A worker encodes; here a code is quantised
// and decoded in each frame, the networks in turn, so that the pen does not wait.

import { picture } from "../common/answer.js";
import { component } from "../common/component.js";
import { whileDrawing } from "../common/drawing.js";
import { atNextFrame } from "../common/input.js";
import { digit, fill, withDecoder } from "../common/lab.js";
import { read } from "../common/message.js";
import { psnr } from "../common/metrics.js";
import { decode } from "../common/network.js";
import { decibels } from "../common/page.js";
import { workers } from "../common/workers.js";
import { quantised } from "./quantise.js";

class Quantised {
  codes = new Map(); // by network: the newest ones that are not shown

  constructor() {
    this.drawing = whileDrawing(() => this.ask(), () => this.leave());
    this.next = atNextFrame(() => this.draw());
  }

  close() {
    this.drawing.close();
  }

  update(data) {
    const { head, body } = read(data);
    const numbers = new Float64Array(body.slice().buffer);
    let at = 0;
    const take = (count) => numbers.subarray(at, (at += count));
    this.methods = Object.fromEntries(
      head.methods.map((method) => [
        method.network,
        { ...method, low: take(method.count), high: take(method.count) },
      ]),
    );
    this.language = head.language;
    this.drawing.answered();
  }

  ask() {
    const names = Object.keys(this.methods).filter((name) => withDecoder(name)?.encoder);
    for (const name of names) workers.take(name, withDecoder(name), this.methods[name].work);
    this.asker = workers.join((said) => this.hear(said));
    this.asker.ask({ names, first: names[0], rebuild: false });
  }

  leave() {
    this.asker.leave();
    this.codes.clear();
  }

  hear({ name, code }) {
    this.codes.delete(name); // its turn is that of the newest code
    this.codes.set(name, { code, clean: digit.value });
    this.next();
  }

  draw() {
    const [name] = this.codes.keys();
    if (!name) return;
    const { code, clean } = this.codes.get(name);
    this.codes.delete(name);
    const method = this.methods[name];
    const back = quantised(code.slice(0, method.count), method); // a mean comes before its variance
    const pixels = decode(withDecoder(name).decoder, back);
    const quality = decibels(psnr(clean, pixels), this.language);
    const caption = method.caption.replace("{quality}", quality);
    fill("clean", { picture: picture(clean) });
    fill(method.live, { picture: picture(pixels), caption });
    if (this.codes.size) this.next();
  }
}

export default component(() => new Quantised());
