// Products of matrices, over one long list of numbers in which all of them lie.

const PANEL = 8; // a matrix of weights lies there in panels of 8 columns, row by row
const ROWS = 4; // so many rows of a product are made at once

export let numbers = new Float32Array(0);
let taken = 0;

// Where in `numbers` there is place for `count` of them, for ever.
export function place(count) {
  const at = taken;
  taken += PANEL * Math.ceil(count / PANEL);
  if (taken > numbers.length) numbers = engine.grow(Math.max(taken, 2 * numbers.length, 1 << 18));
  return at;
}

// A matrix of weights; `values` are its rows, one after the other.
export function weights(values, inputs, outputs) {
  const width = PANEL * Math.ceil(outputs / PANEL); // its columns, and some of zeros
  const at = place(inputs * width);
  const n = numbers;
  for (let column = 0, to = at; column < width; column += PANEL) {
    const end = Math.min(column + PANEL, outputs);
    for (let i = 0; i < inputs; i++, to += PANEL) {
      for (let o = column; o < end; o++) n[to + o - column] = values[i * outputs + o];
    }
  }
  return { at, inputs, outputs, width };
}

// The product of the `rows` × `inputs` numbers at `from` and a matrix: `rows` × `width` at `to`.
export function multiply(from, { at, inputs, width }, to, rows) {
  const many = rows - (rows % ROWS);
  for (let column = 0; column < width; column += PANEL) {
    const panel = at + column * inputs;
    for (let row = 0; row < many; row += ROWS) {
      engine.four(from + row * inputs, panel, to + row * width + column, inputs, width);
    }
    for (let row = many; row < rows; row++) {
      engine.one(from + row * inputs, panel, to + row * width + column, inputs);
    }
  }
}

// ---------------------------------------------------------------- in plain JavaScript

const plain = {
  // Four rows at `a` times a panel at `w`: 4 × 4 sums at once, so that a number is read seldom.
  four(a, w, to, inputs, width) {
    for (let half = 0; half < PANEL; half += 4) {
      fourByFour(numbers, a, w + half, to + half, inputs, width);
    }
  },

  // One row times a panel; a row that is alone is often a digit, and most of a digit is zero.
  one(a, w, to, inputs) {
    const n = numbers;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (const end = a + inputs; a < end; a++, w += PANEL) {
      const x = n[a];
      if (x === 0) continue;
      s0 += x * n[w];
      s1 += x * n[w + 1];
      s2 += x * n[w + 2];
      s3 += x * n[w + 3];
      s4 += x * n[w + 4];
      s5 += x * n[w + 5];
      s6 += x * n[w + 6];
      s7 += x * n[w + 7];
    }
    put(n, to, s0, s1, s2, s3);
    put(n, to + 4, s4, s5, s6, s7);
  },

  grow(count) {
    const more = new Float32Array(count);
    more.set(numbers);
    return more;
  },
};

function fourByFour(n, a, w, to, inputs, width) {
  let b = a + inputs;
  let c = b + inputs;
  let d = c + inputs;
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [c0, c1, c2, c3, d0, d1, d2, d3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const end = b; a < end; w += PANEL) {
    const w0 = n[w];
    const w1 = n[w + 1];
    const w2 = n[w + 2];
    const w3 = n[w + 3];
    let x = n[a++];
    a0 += x * w0;
    a1 += x * w1;
    a2 += x * w2;
    a3 += x * w3;
    x = n[b++];
    b0 += x * w0;
    b1 += x * w1;
    b2 += x * w2;
    b3 += x * w3;
    x = n[c++];
    c0 += x * w0;
    c1 += x * w1;
    c2 += x * w2;
    c3 += x * w3;
    x = n[d++];
    d0 += x * w0;
    d1 += x * w1;
    d2 += x * w2;
    d3 += x * w3;
  }
  put(n, to, a0, a1, a2, a3);
  put(n, to + width, b0, b1, b2, b3);
  put(n, to + 2 * width, c0, c1, c2, c3);
  put(n, to + 3 * width, d0, d1, d2, d3);
}

function put(n, at, v0, v1, v2, v3) {
  n[at] = v0;
  n[at + 1] = v1;
  n[at + 2] = v2;
  n[at + 3] = v3;
}

// ---------------------------------------------------------------- in WebAssembly

// matrix.wat, assembled: `four` and `one`, with four numbers in a register.
const CODE =
  "AGFzbQEAAAABEAJgBX9/f39/AGAEf39/fwACDwEDbGFiBm1lbW9yeQIAAQMDAgABBw4CBGZvdXIAAANvbmUAAQqmAwLB" +
  "AgIEfwt7IAAgA2ohCCAIIQUgBSADaiEGIAYgA2ohBwNAIAH9AAQAIQogAf0ABBAhCyAA/QkCACEJIAwgCSAK/eYB/eQB" +
  "IQwgDSAJIAv95gH95AEhDSAF/QkCACEJIA4gCSAK/eYB/eQBIQ4gDyAJIAv95gH95AEhDyAG/QkCACEJIBAgCSAK/eYB" +
  "/eQBIRAgESAJIAv95gH95AEhESAH/QkCACEJIBIgCSAK/eYB/eQBIRIgEyAJIAv95gH95AEhEyABQSBqIQEgBUEEaiEF" +
  "IAZBBGohBiAHQQRqIQcgAEEEaiEAIAAgCEkNAAsgAiAM/QsEACACIA39CwQQIAIgBGohAiACIA79CwQAIAIgD/0LBBAg" +
  "AiAEaiECIAIgEP0LBAAgAiAR/QsEECACIARqIQIgAiAS/QsEACACIBP9CwQQC2ECAX8DeyAAIANqIQQDQCAA/QkCACEF" +
  "IAYgBSAB/QAEAP3mAf3kASEGIAcgBSAB/QAEEP3mAf3kASEHIAFBIGohASAAQQRqIQAgACAESQ0ACyACIAb9CwQAIAIg" +
  "B/0LBBAL";

// Null where there is no WebAssembly, or none that knows vectors.
function assembled() {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const bytes = Uint8Array.from(atob(CODE), (letter) => letter.charCodeAt(0));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { lab: { memory } });
    const { four, one } = instance.exports;
    return {
      four: (a, w, to, inputs, width) => four(4 * a, 4 * w, 4 * to, 4 * inputs, 4 * width),
      one: (a, w, to, inputs) => one(4 * a, 4 * w, 4 * to, 4 * inputs),
      grow(count) {
        memory.grow(Math.ceil((4 * count - memory.buffer.byteLength) / 65536));
        return new Float32Array(memory.buffer);
      },
    };
  } catch {
    return null;
  }
}

const engine = assembled() ?? plain;

export const vectors = engine !== plain; // whether it is the quick one
