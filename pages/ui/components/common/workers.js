// The workers of a page. Networks that need long have one of their own.

import { Told } from "./told.js";

const QUICK = 4e6; // multiply-adds of a picture: some 5 ms

export class Workers {
  answered = new Told();
  failed = new Told(); // with the reason; from then on there are none
  turn = 0;
  all = [];
  ink = [];
  slow = new Set(); // names of the networks of the second worker
  known = new Set(); // names and digests of the networks that they have

  constructor(make) {
    this.make = make;
  }

  start() {
    const worker = this.make();
    worker.onmessage = ({ data }) => this.answered.tell(data);
    worker.onerror = worker.onmessageerror = (event) => {
      event.preventDefault();
      for (const each of this.all) each.terminate();
      this.failed.tell(event.message ?? "a worker failed");
    };
    this.all.push(worker);
    worker.postMessage({ what: "ink", strokes: this.ink });
    return worker;
  }

  get quick() {
    return (this.first ??= this.start());
  }

  of(name) {
    return this.slow.has(name) ? (this.second ??= this.start()) : this.quick;
  }

  // A network as it came (`lab.networks`); `work` in multiply-adds of a picture.
  take(name, { digest, encoder, decoder }, work) {
    if (this.known.has(name + digest)) return;
    this.known.add(name + digest);
    if (work > QUICK) this.slow.add(name);
    this.of(name).postMessage({ what: "network", name, encoder, decoder });
  }

  // The strokes that the server knows.
  know(strokes) {
    this.ink = strokes;
    this.first?.postMessage({ what: "ink", strokes });
  }

  // Asks for the digit in these strokes and those that the server knows.
  draw(strokes) {
    this.quick.postMessage({ what: "drawing", turn: ++this.turn, strokes });
    return this.turn;
  }

  // Shows a picture to networks; `first` is the one that is looked at.
  ask(pixels, names, first) {
    const turn = ++this.turn;
    for (const worker of this.all) {
      const its = names.filter((name) => this.of(name) === worker);
      if (its.length) worker.postMessage({ what: "question", turn, pixels, names: its, first });
    }
    return turn;
  }
}

const FILE = "common/worker.js";

export const workers = new Workers(
  () => new Worker(globalThis.autoencoderLabAddress(FILE), { type: "module" }),
);
