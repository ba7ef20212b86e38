// Where a plane's encoder puts the digit, while it is being drawn.

import { digit } from "../common/lab.js";
import { pen } from "../common/pen.js";
import { workers } from "../common/workers.js";

export class Follower {
  place = null; // { mean, deviation }, while the hand is ahead of the server

  constructor(plane) {
    this.plane = plane;
    this.asker = workers.join((said) => this.hear(said));
    this.end = digit.listen(() => this.ask());
  }

  close() {
    this.end();
    this.asker.leave();
  }

  // What the server says of the digit's place is older than what the pen draws.
  update(data) {
    if (!pen.strokes.length) this.place = null;
    if (this.place && data.digit) Object.assign(data.digit, this.place);
  }

  // Once for each network; then it answers whenever the pen has moved.
  ask() {
    const { data, network } = this.plane;
    if (!pen.strokes.length || !data?.digit || !network?.encoder) return;
    if (this.asked === data.network) return;
    this.asked = data.network;
    workers.take(data.network, network, 0);
    this.asker.ask({ names: [data.network], first: data.network, rebuild: false });
  }

  // An encoder answers with a mean and a log-variance, or with a point.
  hear({ what, name, code }) {
    const { plane } = this;
    if (what !== "network" || name !== plane.data?.network) return;
    if (!pen.strokes.length) return; // the server was faster
    const deviation = code.length > 2 ? [...code.subarray(2)].map((v) => Math.exp(v / 2)) : [0, 0];
    this.place = { mean: [...code.subarray(0, 2)], deviation };
    plane.data = { ...plane.data, digit: { ...plane.data.digit, ...this.place } };
    if (plane.data.follows) plane.cursor.follow(null, plane.within(this.place.mean));
    else plane.show();
  }
}
