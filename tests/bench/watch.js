// Put into the page: notes in which frames which pictures are others than before, and each move of
// the pointer to another place. Times in milliseconds of the page's clock, as the events' own time stamps.

(() => {
  const SIDE = 28;

  const roots = (root) => [
    root,
    ...[...root.querySelectorAll("*")]
      .filter((element) => element.shadowRoot)
      .flatMap((element) => roots(element.shadowRoot)),
  ];

  let place = ""; // of the pointer

  const move = ({ clientX, clientY, timeStamp }) => {
    const now = `${clientX} ${clientY}`;
    if (now !== place) window.benchWatching?.moves.push([timeStamp, performance.now()]);
    place = now;
  };
  addEventListener("pointermove", move, { capture: true });

  class Watch {
    scratch = document.createElement("canvas");
    after = new MessageChannel(); // its messages come when the frame has been painted
    frames = []; // when each had been painted
    changes = []; // [frame, picture], by their numbers
    moves = []; // [when the pointer moved, when the page heard of it]
    own = 0; // spent on watching

    // A picture is looked for by how its alternative text begins.
    constructor(names) {
      const found = roots(document);
      const like = (name) => `canvas[aria-label^="${name}"]`;
      this.pictures = names.map((name) =>
        found.map((root) => root.querySelector(like(name))).find(Boolean));
      if (this.pictures.includes(undefined)) throw new Error("a picture is missing");
      Object.assign(this.scratch, { width: SIDE, height: SIDE * names.length });
      this.context = this.scratch.getContext("2d", { willReadFrequently: true });
      this.before = names.map((_, index) => this.seen(index));
      this.after.port1.onmessage = () => this.look();
      this.next = requestAnimationFrame(() => this.frame());
    }

    seen(index) {
      this.context.drawImage(this.pictures[index], 0, SIDE * index, SIDE, SIDE);
      const { data } = this.context.getImageData(0, SIDE * index, SIDE, SIDE);
      let hash = 0;
      for (let at = 0; at < data.length; at += 4) hash = (31 * hash + data[at]) | 0;
      return hash;
    }

    // Seen is what a frame shows, once its own callbacks have painted.
    frame() {
      this.next = requestAnimationFrame(() => this.frame());
      this.due++;
      this.after.port2.postMessage(null);
    }

    look() {
      const begin = performance.now();
      this.pictures.forEach((picture, index) => {
        if (!picture.isConnected) this.lost = true;
        const now = this.seen(index);
        if (now !== this.before[index]) this.changes.push([this.frames.length, index]);
        this.before[index] = now;
      });
      this.frames.push(begin);
      this.own += performance.now() - begin;
    }

    due = 0;

    async stop() {
      if (this.lost) throw new Error("a picture was replaced by another element");
      cancelAnimationFrame(this.next);
      window.benchWatching = null;
      while (this.frames.length < this.due) await new Promise((then) => setTimeout(then));
      const { frames, changes, moves, own } = this;
      return { frames, changes, moves, own };
    }
  }

  window.benchWatch = (names) => {
    window.benchWatching = new Watch(names);
  };
})();
