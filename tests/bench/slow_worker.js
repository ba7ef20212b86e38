// Put into the page before it loads: DevTools slows the page's own thread only. Here a worker pauses
// after its turns until they have taken `times` as long; what it posts leaves after the pause. It
// does not keep the processor busy meanwhile: a phone has more of them than the machine here.

(times) => {
  const SLOW = `
    const LEAST = 4; // ms: timers do not count shorter ones; until then the pauses add up
    const send = globalThis.postMessage.bind(globalThis);
    const waiting = []; // turns that have not begun
    const told = [];
    let owed = 0;
    let busy = false;
    function go() {
      while (waiting.length && owed < LEAST) {
        const begin = performance.now();
        waiting.shift()();
        owed += (${times} - 1) * (performance.now() - begin);
      }
      busy = owed >= LEAST;
      if (!busy) return tell();
      const until = performance.now() + owed;
      setTimeout(() => {
        owed = until - performance.now(); // less than nothing after a timer that was late
        tell();
        go();
      }, owed);
    }
    function tell() {
      for (const message of told.splice(0)) send(...message);
    }
    globalThis.postMessage = (...message) => told.push(message);
    const slowed = (then) => then && ((event) => {
      waiting.push(() => then.call(globalThis, event));
      if (!busy) go();
    });
    for (const owner of [MessagePort.prototype, globalThis]) {
      const { get, set } = Object.getOwnPropertyDescriptor(owner, "onmessage");
      Object.defineProperty(owner, "onmessage", {
        get, set(then) { set.call(this, slowed(then)); }, configurable: true,
      });
    }
  `;
  const module = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const Real = globalThis.Worker;
  globalThis.Worker = class extends Real {
    constructor(address, options) {
      const first = `import "${module(SLOW)}";\nimport "${address}";`;
      super(module(first), { ...options, type: "module" });
    }
  };
}
