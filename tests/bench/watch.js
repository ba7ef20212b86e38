// Put into the page: notes in which frames which pictures are others than before, and each move of
// the pointer to another place. Times in milliseconds of the page's clock, as the events' own.

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

  // What is put on a canvas is looked at on the way: to read canvases in every frame would make the
  // browser copy each before it is painted on again, and slow down what is to be measured.
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...place) {
    put.call(this, image, ...place);
    window.benchWatching?.painted(this.canvas, image);
  };

  const hash = ({ data }) => {
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum = (31 * sum + data[at]) | 0;
    return sum;
  };

  class Watch {
    after = new MessageChannel(); // its messages come when the frame has been painted
    frames = []; // when each had been painted
    changes = []; // [frame, picture], by their numbers
    moves = []; // [when the pointer moved, when the page heard of it]
    own = 0; // spent on watching
    news = new Set(); // pictures that are others in the next frame
    due = 0;

    // A picture is looked for by how its alternative text begins.
    constructor(names) {
      const found = roots(document);
      const like = (name) => `canvas[aria-label^="${name}"]`;
      this.pictures = names.map((name) =>
        found.map((root) => root.querySelector(like(name))).find(Boolean));
      if (this.pictures.includes(undefined)) throw new Error("a picture is missing");
      this.before = this.pictures.map((picture) => {
        const copy = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
        const context = copy.getContext("2d");
        context.drawImage(picture, 0, 0);
        return hash(context.getImageData(0, 0, SIDE, SIDE));
      });
      this.after.port1.onmessage = () => this.look();
      this.next = requestAnimationFrame(() => this.frame());
    }

    painted(canvas, image) {
      const begin = performance.now();
      const index = this.pictures.indexOf(canvas);
      if (index < 0) return;
      const now = hash(image);
      if (now !== this.before[index]) this.news.add(index);
      this.before[index] = now;
      this.own += performance.now() - begin;
    }

    // Seen is what a frame shows, once its own callbacks have painted.
    frame() {
      this.next = requestAnimationFrame(() => this.frame());
      this.due++;
      this.after.port2.postMessage(null);
    }

    look() {
      const begin = performance.now();
      for (const index of this.news) this.changes.push([this.frames.length, index]);
      this.news.clear();
      this.frames.push(begin);
      this.own += performance.now() - begin;
    }

    async stop() {
      if (this.pictures.some((picture) => !picture.isConnected)) {
        throw new Error("a picture was replaced by another element");
      }
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
