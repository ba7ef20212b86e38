// A point under a mouse, a finger and the arrow keys: where it is, and where it came to rest.

import { Echo, Rest, arrow, hundredths } from "../common/input.js";
import { planes } from "../common/lab.js";

const REST_MS = 250; // a pointer that has not moved for so long has arrived
const ROUNDING = 0.006; // of the answer, which may be in hundredths of the plane's extent

export class Cursor {
  z = [0, 0]; // what is shown
  rested = [0, 0]; // what the server knows
  moving = false;

  constructor(plane) {
    this.plane = plane;
    this.echo = new Echo();
    this.resting = new Rest(REST_MS, () => this.rest());
    this.listen(plane.top);
  }

  close() {
    this.resting.cancel();
    this.moving = false;
  }

  // What the server says of the point.
  told(point) {
    const { extent } = this.plane.data;
    if (!this.echo.news(point, ROUNDING * Math.max(1, extent))) return;
    this.rested = [...point];
    if (!this.moving && !this.leader?.moving) this.z = [...point];
  }

  listen(top) {
    const follow = (event) => this.move(this.plane.under(event));
    top.addEventListener("pointerdown", (event) => {
      top.setPointerCapture(event.pointerId);
      top.focus({ preventScroll: true });
      follow(event);
    });
    top.addEventListener("pointermove", follow);
    top.addEventListener("pointerup", (event) => {
      follow(event);
      this.rest();
    });
    top.addEventListener("pointerleave", () => {
      if (!this.moving) return;
      this.resting.cancel();
      this.moving = false;
      for (const plane of [this.plane, ...this.others]) plane.cursor.goBack();
    });
    top.addEventListener("keydown", (event) => {
      if (event.key === "Home") {
        event.preventDefault();
        return this.move([0, 0]);
      }
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      const far = Math.max(1, this.plane.data.extent / 4); // on a plane of another scale
      this.move(this.z.map((value, axis) => value + far * step[axis]));
    });
  }

  move(z) {
    this.z = this.plane.within(z);
    this.moving = true;
    this.resting.soon();
    this.plane.show();
    this.lead();
  }

  rest() {
    this.resting.cancel();
    if (!this.moving) return;
    this.moving = false;
    this.rested = this.z.map(hundredths);
    this.echo.send(this.rested);
    this.lead(this.rested);
    this.plane.show();
    this.plane.send("point", this.rested);
  }

  // It only passed over: back to where it last rested.
  goBack() {
    this.z = [...this.rested];
    this.plane.show();
  }

  get others() {
    const { linked } = this.plane.data;
    const isOther = (plane) => plane !== this.plane && plane.data?.linked === linked;
    return linked ? Object.values(planes).filter(isOther) : [];
  }

  // Linked planes share one cursor: the same place on each, whatever their scales; or the places of
  // one test image.
  lead(rested) {
    const { extent, sameImage } = this.plane.data;
    const image = sameImage ? this.plane.nearest(rested ?? this.z) : -1;
    for (const other of this.others) {
      const same = (z) => z.map((value) => (value / extent) * other.data.extent);
      const there = sameImage ? () => other.placeOf(image) : same;
      if (there(this.z)) other.cursor.follow(this, there(this.z), rested && there(rested));
    }
  }

  follow(leader, z, rested) {
    this.leader = leader;
    this.z = z;
    if (rested) {
      this.rested = rested; // the server is told for both
      this.echo.send(rested);
    }
    this.plane.show();
  }
}
