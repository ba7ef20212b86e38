// A worker: makes digits of strokes and shows them to networks, so that the hand need not wait. It
// answers for the newest digit only, and looks for a newer one after each network.

import { closely, picture, rebuiltOf } from "./answer.js";
import { family } from "./family.js";
import { bce, mse } from "./metrics.js";
import { run } from "./network.js";
import { add } from "./noise.js";
import { toMnist } from "./preprocess.js";
import { Turns } from "./turns.js";

const FRAME_MS = 16; // what is answered in the time of a frame is told in one message
const PAUSE = 3; // times what a network took, for the page to draw in, where it has no time for it

const networks = {}; // by name
const questions = new Map(); // by who asks
let ink = []; // strokes that the server knows
let strokes = null; // the newest ones that have not been looked at
let digit = null; // { turn, pixels, slow }: whether the page falls behind the hand
let follower = null; // the port to the worker that sees the same digits
let leads = true; // whether this one says what the networks see
let jobs = new Map(); // { question, name } by who asks and which network
const turns = new Turns();

const TAKES = {
  network({ name, contents }) {
    networks[name] = family(contents);
  },
  lead({ port }) {
    follower = port;
    if (digit) follower.postMessage({ what: "digit", ...digit });
  },
  follow({ port }) {
    leads = false;
    port.onmessage = take;
  },
  ink(told) {
    ink = told.strokes;
  },
  strokes(drawn) {
    strokes = drawn;
  },
  digit({ turn, pixels, slow }) {
    strokes = null; // they were older
    see({ turn, pixels, slow });
  },
  question(asked) {
    questions.set(asked.asker, asked);
    ask(asked.turn);
  },
  "no question"({ asker }) {
    questions.delete(asker);
    if (digit) ask(digit.turn);
  },
};

function see(seen) {
  digit = seen;
  follower?.postMessage({ what: "digit", ...digit });
  ask(digit.turn);
}

// All networks have another question.
function ask(turn) {
  if (!digit) return;
  jobs = new Map();
  const firsts = [];
  for (const [asker, question] of questions) {
    const { noise, names, first } = question;
    const { pixels } = digit;
    question.input = noise ? add(noise.kind, noise.level, noise.field, pixels) : pixels;
    for (const name of names) jobs.set(`${asker} ${name}`, { question, name });
    firsts.push(`${asker} ${first}`);
    if (leads && question.rebuild) say({ what: "input", asker, ...inputs(question, turn) });
  }
  turns.ask(turn, [...jobs.keys()], firsts);
}

function inputs({ noise, input, likelihood }, turn) {
  const { pixels } = digit;
  const [clean, noisy] = [picture(pixels), picture(input)];
  const told = { turn, clean, noisy, level: noise?.level ?? 0, error: mse(pixels, input) };
  return likelihood ? { ...told, copy: bce(pixels, pixels) } : told;
}

function answer({ question, name }) {
  const { encoder, decoder } = networks[name];
  const { asker, first, input, rebuild, look, likelihood, maps } = question;
  const said = run(encoder, input);
  const told = { what: "network", asker, turn: turns.turn, name };
  if (!rebuild) return { ...told, code: said };
  const code = said.slice(0, decoder[0].size); // a posterior's mean comes before its variance
  const rebuilt = run(decoder, code);
  Object.assign(told, rebuiltOf(digit.pixels, rebuilt, maps));
  if (likelihood) told.bce = bce(digit.pixels, rebuilt);
  return name === first && look
    ? Object.assign(told, closely(digit.pixels, code, rebuilt, look))
    : told;
}

function step() {
  awake = false;
  // Between two digits those networks answer that are looked at, and one more for each.
  if (strokes && !turns.due(ready)) look();
  else if (!next()) return tell();
  rouse();
}

function look() {
  const { turn, slow } = strokes;
  const { pixels, reason } = toMnist([...ink, ...strokes.strokes]);
  strokes = null;
  say({ what: "drawn", pixels, reason });
  if (pixels) see({ turn, pixels, slow });
  if (!turns.due(ready)) tell();
}

// Runs a network, if one has yet to answer.
function next() {
  const job = turns.next(ready);
  if (!job) return false;
  const begin = performance.now();
  say(answer(jobs.get(job)));
  turns.done(job);
  if (digit.slow && !turns.firsts.includes(job)) pause(PAUSE * (performance.now() - begin));
  if (turns.firsts.includes(job) || performance.now() - toldAt > FRAME_MS) tell();
  return true;
}

// Those that are looked at never pause.
function ready(job) {
  const { name } = jobs.get(job);
  return networks[name] && (turns.firsts.includes(job) || performance.now() >= pausedUntil);
}

let pausedUntil = 0;

function pause(milliseconds) {
  pausedUntil = performance.now() + milliseconds;
  setTimeout(rouse, milliseconds + 1);
}

// ---------------------------------------------------------------- messages

const said = [];
let toldAt = 0;

function say(message) {
  said.push(message);
}

function tell() {
  toldAt = performance.now();
  if (!said.length) return;
  const messages = said.splice(0);
  // Pictures are handed over, not copied: fresh ones sixty times a second are soon megabytes.
  const pictures = messages.flatMap(Object.values).filter((part) => part?.shape);
  postMessage(messages, pictures.map(({ pixels }) => pixels.buffer));
}

let awake = false;
let wake = null; // tells this worker itself to go on, after the messages that wait by then

function rouse() {
  if (awake) return;
  awake = true;
  if (!wake) {
    wake = new MessageChannel();
    wake.port1.onmessage = step;
  }
  wake.port2.postMessage(null);
}

function take({ data }) {
  TAKES[data.what](data);
  rouse();
}

globalThis.onmessage = take;
