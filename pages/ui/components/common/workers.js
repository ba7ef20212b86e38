// The workers of a page. Networks that need long have one of their own.

import { Told } from "./told.js";

const QUICK = 4e6; // multiply-adds of a picture: some 5 ms

export class Workers {
  answered = new Told();
  failed = new Told();
  broken = false;
  turn = 0;
  all = [];
  ink = [];
  slow = new Set(); // names of the networks of the second worker
  known = new Set(); // names and digests of the networks that they have

  constructor(make) {
    this.make = make;
  }

  // Nothing, where there can be no workers.
  start() {
    try {
      const worker = this.make();
      this.all.push(worker);
      worker.onmessage = ({ data }) => this.answered.tell(data);
      worker.onerror = worker.onmessageerror = (event) => this.fail(event.message);
      worker.postMessage({ what: "ink", strokes: this.ink });
      return worker;
    } catch (error) {
      this.fail(error.message);
      return null;
    }
  }

  // From now on nothing is answered: the server does what it can.
  fail(reason) {
    console.warn(`autoencoder-lab: no workers (${reason}), the server computes`);
    for (const worker of this.all) worker.terminate();
    this.all = [];
    this.broken = true;
    this.failed.tell(reason);
  }

  get quick() {
    return (this.first ??= this.broken ? null : this.start());
  }

  of(name) {
    return this.slow.has(name) ? (this.second ??= this.broken ? null : this.start()) : this.quick;
  }

  // A network as it came (`lab.networks`); `work` in multiply-adds of a picture.
  take(name, { digest, contents }, work) {
    if (this.known.has(name + digest)) return;
    this.known.add(name + digest);
    if (work > QUICK) this.slow.add(name);
    this.of(name)?.postMessage({ what: "network", name, contents });
  }

  // The strokes that the server knows.
  know(strokes) {
    this.ink = strokes;
    this.first?.postMessage({ what: "ink", strokes });
  }

  // Asks for the digit in these strokes and those that the server knows.
  draw(strokes) {
    this.quick?.postMessage({ what: "drawing", turn: ++this.turn, strokes });
    return this.turn;
  }

  // Shows a picture to networks; `first` is the one that is looked at. Unless they are to rebuild
  // it, they answer with what their encoders say.
  ask(pixels, names, first, rebuild = true) {
    const turn = ++this.turn;
    for (const worker of this.all) {
      const its = names.filter((name) => this.of(name) === worker);
      if (!its.length) continue;
      worker.postMessage({ what: "question", turn, pixels, names: its, first, rebuild });
    }
    return turn;
  }
}

const FILE = "common/worker.js";

export const workers = new Workers(
  () => new Worker(globalThis.autoencoderLabAddress(FILE), { type: "module" }),
);
