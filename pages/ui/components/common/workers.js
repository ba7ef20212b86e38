// The workers of a page. They know the page's digit, which a pen changes as it moves, and what is
// asked about it; from then on they answer whenever it is another one. Networks that need long have
// a worker of their own, to which the first one passes the digit on.

import { Told } from "./told.js";

const QUICK = 4e6; // multiply-adds of a picture: some 5 ms

export class Workers {
  drawn = new Told(); // what became of the strokes: the digit's pixels, or the reason why there is none
  failed = new Told();
  broken = false;
  turn = 0; // grows whenever anything changes
  askers = 0; // so many have joined
  all = [];
  ink = [];
  digit = null; // the server's: a message
  slow = new Set(); // names of the networks of the second worker
  known = new Set(); // names and digests of the networks that they have
  questions = new Map(); // by who asks: a message, and who hears the answers

  constructor(make) {
    this.make = make;
  }

  // Nothing, where there can be no workers.
  start() {
    if (this.broken) return null;
    try {
      const worker = this.make();
      this.all.push(worker);
      worker.onmessage = ({ data }) => data.forEach((said) => this.hear(said));
      worker.onerror = worker.onmessageerror = (event) => this.fail(event.message);
      return worker;
    } catch (error) {
      this.fail(error.message);
      return null;
    }
  }

  hear(said) {
    if (said.what === "drawn") this.drawn.tell(said);
    else this.questions.get(said.asker)?.hear(said); // who has left hears nothing
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
    if (this.first === undefined) {
      this.first = this.start();
      this.know(this.ink);
      if (this.digit) this.first?.postMessage(this.digit);
    }
    return this.first;
  }

  get patient() {
    if (this.second === undefined && this.quick) {
      this.second = this.start();
      const { port1, port2 } = new MessageChannel();
      this.quick.postMessage({ what: "lead", port: port1 }, [port1]);
      this.second?.postMessage({ what: "follow", port: port2 }, [port2]);
    }
    return this.second;
  }

  of(name) {
    return this.slow.has(name) ? this.patient : this.quick;
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

  // The digit is what the server says.
  show(pixels) {
    this.digit = { what: "digit", turn: ++this.turn, pixels };
    this.first?.postMessage(this.digit);
  }

  // The digit is what these strokes make, and those that the server knows. `slow`: the page falls
  // behind the hand, and networks that are not looked at leave it time.
  draw(strokes, slow) {
    this.quick?.postMessage({ what: "strokes", turn: ++this.turn, strokes, slow });
  }

  // Somebody who asks: `ask` changes the question, `hear` is told each answer.
  join(hear) {
    const asker = ++this.askers;
    return {
      ask: (question) => this.ask(asker, question, hear),
      leave: () => this.leave(asker),
    };
  }

  // What is to be done with the digit:
  //   names: of the networks that see it; `first`: the one that is looked at.
  //   noise: { kind, level, field }, added before (noise.js); none: it is seen as it is.
  //   look: { shape, scale, side, percentiles }, how the first one's answer is shown (`answer.js`).
  //   maps: whether all say where they are wrong, not the first one alone.
  //   rebuild: whether their decoders answer; otherwise only what the encoders say is told.
  ask(asker, question, hear) {
    this.questions.set(asker, { hear });
    const turn = ++this.turn;
    const workers = new Map(question.names.map((name) => [name, this.of(name)]));
    for (const worker of this.all) {
      const names = question.names.filter((name) => workers.get(name) === worker);
      worker.postMessage({ ...question, what: "question", asker, turn, names });
    }
  }

  leave(asker) {
    this.questions.delete(asker);
    for (const worker of this.all) worker.postMessage({ what: "no question", asker });
  }
}

const FILE = "common/worker.js";

export const workers = new Workers(
  () => new Worker(globalThis.autoencoderLabAddress(FILE), { type: "module" }),
);
