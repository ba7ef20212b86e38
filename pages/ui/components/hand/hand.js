// The digit of the page: the server's; and while the pen moves, what a network sees of the drawing.

import { component } from "../common/component.js";
import { digit } from "../common/lab.js";
import { atMostEvery } from "../common/input.js";
import { read } from "../common/message.js";
import { pen } from "../common/pen.js";
import { workers } from "../common/workers.js";

const LOOK_MS = 8; // half a frame: a pen may tell of ten places meanwhile

class Hand {
  constructor() {
    const { soon } = atMostEvery(LOOK_MS, () => this.ask());
    this.ends = [
      pen.moved.listen(soon),
      workers.drawn.listen((said) => this.hear(said)),
    ];
  }

  close() {
    for (const end of this.ends) end();
  }

  update(data) {
    const { head, body } = read(data);
    workers.know(head.ink);
    pen.told(head.heard);
    if (pen.strokes.length) this.ask();
    else this.take(new Float32Array(body.slice().buffer));
  }

  // A digit of the server's.
  take(pixels) {
    workers.show(pixels);
    digit.tell(pixels);
  }

  ask() {
    if (digit.listeners.size && pen.strokes.length) workers.draw(pen.strokes, pen.frames.slow);
  }

  hear({ pixels }) {
    if (!pen.strokes.length) return; // the server was faster
    // What is no digit yet, such as the first dot of one, leaves the digit before it.
    if (pixels) digit.tell(pixels);
  }
}

export default component(() => new Hand());
