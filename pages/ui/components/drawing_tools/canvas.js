// What the canvas of streamlit-drawable-canvas lacks, done from outside through its open shadow
// root: it fills its place, hides its own toolbar (edit mode, layers, English words) and a canvas for
// backgrounds, which is copied in every frame, follows a pen that leaves it, sends a stroke at once,
// and is drawn on by keyboard.

import { arrow, within } from "../common/input.js";
import { element, write } from "../common/page.js";
import { pen } from "../common/pen.js";

const SEND = '.dc-toolbar [title="Update the app with this drawing"]';
const STEP = 0.4; // of what an arrow key moves on the plane, in shares of the canvas
const STYLE = `
  .dc-root, .dc-container, .canvas-container, canvas { width: 100% !important; }
  .dc-container { height: auto !important; aspect-ratio: 1; }
  .canvas-container, canvas { height: 100% !important; }
  .dc-scroll { overflow: hidden !important; border-radius: var(--st-base-radius, 0.5rem); }
  .dc-toolbar, .dc-background-canvas { display: none !important; }
  .upper-canvas { touch-action: none; }
  .upper-canvas:focus-visible { box-shadow: inset 0 0 0 3px var(--st-primary-color); outline: none; }
  .invitation, .pen { position: absolute; z-index: 30; pointer-events: none; }
  .invitation {
    inset: 0;
    display: grid;
    place-content: center;
    padding: 0 8%;
    color: #ccc;
    font: 0.9375rem var(--st-font, sans-serif);
    text-align: center;
  }
  .pen {
    width: 8.5%;
    height: 8.5%;
    border: 2px solid #fff;
    border-radius: 50%;
    transform: translate(-50%, -50%);
    mix-blend-mode: difference;
  }
  .pen.down { background: #fff8; }
  [hidden] { display: none; }
`;

export class Canvas {
  pen = [0.5, 0.3]; // where the keyboard's pen is, in shares of the canvas

  // `find` returns the element that the canvas stands in, or nothing as long as it is not there.
  constructor(find, press) {
    Object.assign(this, { find, press });
    this.listening = new AbortController();
  }

  close() {
    this.listening.abort();
    clearTimeout(this.waiting);
  }

  update(data) {
    this.data = data;
    if (this.upper?.isConnected) this.show();
    else this.enter();
  }

  enter() {
    clearTimeout(this.waiting);
    const upper = this.find();
    if (!upper) {
      this.waiting = setTimeout(() => this.enter(), 30);
      return;
    }
    this.upper = upper;
    const box = upper.parentElement;
    upper.getRootNode().append(element("style", "", STYLE));
    this.invitation = element("div", "invitation");
    this.ring = Object.assign(element("div", "pen"), { hidden: true });
    box.append(this.invitation, this.ring);
    Object.assign(upper, { tabIndex: 0, role: "application" });
    this.listen();
    this.show();
  }

  listen() {
    const { signal } = this.listening;
    const on = (where, event, then) => where.addEventListener(event, then, { signal });
    // Wherever the pen is let go, over a disabled button or outside of the window, it is heard here.
    on(this.upper, "pointerdown", (event) => {
      this.drawing = true;
      this.box = undefined;
      this.upper.setPointerCapture(event.pointerId);
      pen.down(this.places([event]));
      this.show();
    });
    // Over HTTPS a move is heard at once, and not first in the frame that draws it; a page that falls
    // behind the hand has no time for that.
    on(this.upper, "pointerrawupdate", (event) => {
      this.early = !pen.frames.slow;
      if (this.drawing && this.early) pen.move(this.places([event]));
    });
    on(this.upper, "pointermove", (event) => {
      const all = event.getCoalescedEvents?.() ?? [];
      if (this.drawing && !this.early) pen.move(this.places(all.length ? all : [event]));
    });
    on(this.upper, "touchcancel", ({ changedTouches }) => {
      const end = { changedTouches: [...changedTouches], touches: [], bubbles: true };
      document.dispatchEvent(new TouchEvent("touchend", end));
    });
    for (const event of ["scroll", "resize"]) {
      window.addEventListener(event, () => (this.box = undefined), { signal, capture: true });
    }
    on(window, "blur", () => this.drawing && this.mouse("mouseup"));
    for (const event of ["mouseup", "touchend"]) on(document, event, () => this.lifted());
    on(this.upper, "keydown", (event) => this.key(event));
    on(this.upper, "blur", () => this.lift());
  }

  // Where on the canvas events took place, in shares of it. To ask for its box would lay out the
  // page anew, for each of them.
  places(events) {
    this.box ??= this.upper.getBoundingClientRect();
    const { left, top, width, height } = this.box;
    return events.map(({ clientX, clientY }) => [(clientX - left) / width, (clientY - top) / height]);
  }

  lifted() {
    if (!this.drawing) return;
    this.drawing = false;
    pen.up();
    setTimeout(() => this.flush()); // after the canvas itself has heard of it
  }

  // Sends what is drawn now; by itself the canvas waits for 200 ms.
  flush() {
    this.upper?.getRootNode().querySelector(SEND)?.click();
  }

  show() {
    write(this.invitation, this.data.words.invitation);
    this.invitation.hidden = this.data.drawn || this.drawing || !this.ring.hidden;
    this.upper.setAttribute("aria-label", this.data.words.canvas);
    this.upper.style.pointerEvents = this.held ? "none" : "";
  }

  // No stroke begins before the server has answered a button: it would be lost.
  hold(held) {
    this.held = held;
    if (this.upper) this.show();
  }

  // ------------------------------------------------------------ the keyboard's pen

  key(event) {
    const way = arrow(event);
    if (way) this.move(way);
    else if (event.key === " ") this.ring.hidden || !this.drawing ? this.put() : this.lift();
    else if (event.key === "Escape") this.lift();
    else if (event.key === "Delete" || event.key === "Backspace") this.press("clear");
    else return;
    event.preventDefault();
  }

  move([right, up]) {
    const moved = [this.pen[0] + STEP * right, this.pen[1] - STEP * up];
    if (!this.ring.hidden) this.pen = moved.map((value) => 0.5 + within(value - 0.5, 0.5));
    this.showPen();
    if (!this.drawing) return;
    this.mouse("mousemove");
    pen.move([this.pen]);
  }

  put() {
    this.showPen();
    this.drawing = true;
    this.mouse("mousedown");
    pen.down([this.pen]);
    this.showPen();
  }

  lift() {
    if (this.drawing && !this.ring.hidden) this.mouse("mouseup");
    this.showPen();
    this.ring.hidden = this.upper !== this.upper.getRootNode().activeElement;
  }

  showPen() {
    const [left, top] = this.pen.map((share) => `${100 * share}%`);
    Object.assign(this.ring.style, { left, top });
    this.ring.classList.toggle("down", Boolean(this.drawing));
    this.ring.hidden = false;
    this.show();
  }

  // The canvas listens to a mouse; one that goes down on it is followed over the whole document.
  mouse(type) {
    const box = this.upper.getBoundingClientRect();
    const clientX = box.left + this.pen[0] * box.width;
    const clientY = box.top + this.pen[1] * box.height;
    const event = { clientX, clientY, buttons: 1, bubbles: true, composed: true };
    (type === "mousedown" ? this.upper : document).dispatchEvent(new MouseEvent(type, event));
  }
}
