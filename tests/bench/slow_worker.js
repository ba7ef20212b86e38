// Put into the page before it loads: DevTools slows the page's own thread only. Here each of a
// worker's turns takes `times` as long, and what it posts leaves at the end of it.

(times) => {
  const SLOW = `
    const send = globalThis.postMessage.bind(globalThis);
    const stretched = (then) => then && ((event) => {
      const waiting = [];
      globalThis.postMessage = (...message) => waiting.push(message);
      const begin = performance.now();
      then.call(globalThis, event);
      const end = begin + ${times} * (performance.now() - begin);
      while (performance.now() < end);
      globalThis.postMessage = send;
      for (const message of waiting) send(...message);
    });
    for (const owner of [MessagePort.prototype, globalThis]) {
      const { get, set } = Object.getOwnPropertyDescriptor(owner, "onmessage");
      Object.defineProperty(owner, "onmessage", {
        get, set(then) { set.call(this, stretched(then)); }, configurable: true,
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
