// What a hand does, and what the server answers.

const STEP = 0.05; // of an arrow key; five times that with Shift
const LOOK_MS = 50; // between two looks at whether the app is at rest
const CALM = 3; // such looks, one after the other
const FORGET_MS = 10_000; // an answer that has not come by then will not come
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// How far an arrow key moves a point, or null for any other key.
export function arrow(event) {
  const size = STEP * (event.shiftKey ? 5 : 1);
  return WAYS[event.key]?.map((way) => way * size) ?? null;
}

export const within = (value, reach) => Math.min(reach, Math.max(-reach, value));

export const hundredths = (value) => Math.round(100 * value) / 100;

export const LEAVING = "autoencoder-lab-leaving"; // the event of a page that is about to be left

// Calls once a hand has been still for so long, or at once.
export class Rest {
  constructor(milliseconds, then) {
    Object.assign(this, { milliseconds, then });
    this.leave = () => this.now();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), this.milliseconds);
    globalThis.addEventListener?.(LEAVING, this.leave);
  }

  now() {
    this.cancel();
    this.then();
  }

  cancel() {
    clearTimeout(this.timer);
    this.timer = undefined;
    globalThis.removeEventListener?.(LEAVING, this.leave);
  }

  get pending() {
    return this.timer !== undefined;
  }
}

// However often it is called, acts at most so often, in milliseconds: at once, and after the last call.
export function atMostEvery(milliseconds, act) {
  let last = -Infinity;
  let timer;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    act();
  };
  const soon = () => {
    const left = last + milliseconds - performance.now();
    if (timer === undefined && left <= 0) now();
    else timer ??= setTimeout(now, left);
  };
  return { soon, now };
}

// Calls once the app has done all that it was asked for. A message carries what all widgets show: one
// that is sent before they show what a click has set would set it back.
export function atRest(act) {
  let calm = 0;
  const timer = setInterval(() => {
    const app = document.querySelector('[data-testid="stApp"]');
    calm = app?.dataset.testScriptState === "notRunning" ? calm + 1 : 0;
    if (calm < CALM) return;
    clearInterval(timer);
    act();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

// However often it is called, draws once, in the next frame.
export function atNextFrame(draw) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame((now) => {
      waiting = false;
      draw(now);
    });
  };
}

// Is what the server says news, or the answer to what was sent? Answers come late and may be left
// out; the server may have rounded what it answers.
export class Echo {
  sent = []; // what has not been answered yet

  send(value, now = Date.now()) {
    if (!this.sent.length && alike(value, this.told, 0)) return; // it has nothing to answer
    this.sent.push({ value, now });
  }

  news(value, rounding = 0, now = Date.now()) {
    const repeated = alike(value, this.told, 0);
    this.told = value;
    this.sent = this.sent.filter((sent) => now - sent.now < FORGET_MS);
    const answered = this.sent.findIndex((sent) => alike(value, sent.value, rounding));
    if (answered >= 0) this.sent.splice(0, answered + 1);
    else if (!repeated) this.sent = [];
    return answered < 0 && !repeated;
  }
}

function alike(a, b, rounding) {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= rounding;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => alike(a[key], b[key], rounding))
  );
}
