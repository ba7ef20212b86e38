// Whether the page falls behind the hand: how far apart its frames are while something moves.

const SLOW_MS = 28; // between two frames: fewer than 36 a second
const FAST_MS = 20;
const SHARE = 0.15; // of the newest one in the mean
const STILL_MS = 200;

export class Frames {
  slow = false;
  mean = 1000 / 60;

  // To be called at each move.
  watch() {
    const running = this.movedAt !== undefined;
    this.movedAt = performance.now();
    if (!running) globalThis.requestAnimationFrame?.((now) => this.begin(now));
  }

  begin(now) {
    this.last = now;
    requestAnimationFrame((next) => this.see(next));
  }

  see(now) {
    this.add(now - this.last);
    this.last = now;
    if (performance.now() < this.movedAt + STILL_MS) requestAnimationFrame((next) => this.see(next));
    else this.movedAt = undefined;
  }

  // Slow and fast are apart, so that what helps does not undo itself.
  add(milliseconds) {
    this.mean += SHARE * (milliseconds - this.mean);
    this.slow = this.mean > (this.slow ? FAST_MS : SLOW_MS);
  }
}
