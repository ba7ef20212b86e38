// A worker: makes digits of strokes and runs networks, so that the hand need not wait. It answers the
// newest question only, and looks for a newer one after each network.

import { family } from "./family.js";
import { run } from "./network.js";
import { toMnist } from "./preprocess.js";
import { Turns } from "./turns.js";

const networks = {}; // by name
let wake = null; // tells this worker itself to go on, after the messages that wait by then
let awake = false;
let ink = []; // strokes that the server knows
let drawing = null; // the newest one that has not been looked at
let question = null; // the newest picture
const turns = new Turns();

const TAKES = {
  network({ name, contents }) {
    networks[name] = family(contents);
  },
  ink({ strokes }) {
    ink = strokes;
  },
  drawing(asked) {
    drawing = asked;
  },
  question(asked) {
    question = asked;
    turns.ask(asked.turn, asked.names, asked.first);
  },
};

function step() {
  awake = false;
  // The picture that is looked at comes before the next digit, or a fast pen would leave it behind.
  if (drawing && !(turns.owed && networks[turns.first])) {
    const { turn, strokes } = drawing;
    drawing = null;
    postMessage({ what: "digit", turn, ...toMnist([...ink, ...strokes]) });
    return rouse();
  }
  const name = turns.next((name) => networks[name]);
  if (!name) return;
  const { encoder, decoder } = networks[name];
  const said = run(encoder, question.pixels);
  // A posterior's mean comes before its variance.
  const code = question.rebuild ? said.slice(0, decoder[0].size) : said;
  const rebuilt = question.rebuild ? run(decoder, code) : null;
  turns.done(name);
  postMessage({ what: "network", turn: question.turn, name, code, rebuilt });
  rouse();
}

function rouse() {
  if (awake) return;
  awake = true;
  if (!wake) {
    wake = new MessageChannel();
    wake.port1.onmessage = step;
  }
  wake.port2.postMessage(null);
}

globalThis.onmessage = ({ data }) => {
  TAKES[data.what](data);
  rouse();
};
