// Where the class follows the point: all ten of them at this point, live; a click chooses one.

import { element, paint, screen } from "../common/page.js";

const only = (label) => Array.from({ length: 10 }, (_, i) => Number(i === label));

export class Ten {
  constructor(plane) {
    this.plane = plane;
    this.box = plane.root.querySelector(".ten");
  }

  update({ words, colours }, pick) {
    this.pick = pick;
    this.box.hidden = !words.ten;
    this.plane.root.classList.toggle("wide", !this.box.hidden);
    const built = JSON.stringify([words.ten, colours]);
    if (!words.ten || this.built === built) return;
    this.built = built;
    this.box.replaceChildren(
      ...words.ten.map((text, label) => this.button(text, label, colours[label])),
    );
  }

  button(text, label, colour) {
    const button = element("button", "", screen(""));
    button.title = text;
    button.style.setProperty("--class", colour);
    button.setAttribute("aria-label", text);
    button.addEventListener("click", () => {
      this.plane.data = { ...this.plane.data, tail: only(label) };
      this.plane.redraw();
      this.pick("label", label);
    });
    return button;
  }

  // In turn, a few milliseconds in each frame, so that a slow browser still follows the pointer.
  draw(fresh = true) {
    if (this.box.hidden) return;
    const buttons = this.box.children;
    if (fresh) this.stale = buttons.length;
    const begin = performance.now();
    while (this.stale && performance.now() - begin < 8) {
      const label = (this.turn = ((this.turn ?? -1) + 1) % buttons.length);
      paint(buttons[label].firstChild, this.plane.decode(this.plane.cursor.z, only(label)));
      buttons[label].setAttribute("aria-pressed", this.plane.data.tail[label] === 1);
      this.stale--;
    }
    if (!this.stale || this.later) return;
    this.later = requestAnimationFrame(() => {
      this.later = 0;
      this.draw(false);
    });
  }
}
