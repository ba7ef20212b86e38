// Products of matrices, over one long list of numbers in which all of them lie.

const PANEL = 8; // a matrix of weights lies there in panels of 8 columns, row by row
const ROWS = 4; // so many rows of a product are made at once

export let numbers = new Float32Array(1 << 16);
let taken = 0;

// Where in `numbers` there is place for `count` of them, for ever.
export function place(count) {
  const at = taken;
  taken += PANEL * Math.ceil(count / PANEL);
  if (taken > numbers.length) {
    const more = new Float32Array(Math.max(taken, 2 * numbers.length));
    more.set(numbers);
    numbers = more;
  }
  return at;
}

// A matrix of weights; `values` are its rows, one after the other.
export function weights(values, inputs, outputs) {
  const width = PANEL * Math.ceil(outputs / PANEL); // its columns, and some of zeros
  const at = place(inputs * width);
  for (let i = 0, from = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++, from++) {
      numbers[at + (o - (o % PANEL)) * inputs + i * PANEL + (o % PANEL)] = values[from];
    }
  }
  return { at, inputs, outputs, width };
}

// The product of the `rows` × `inputs` numbers at `from` and a matrix: `rows` × `width` at `to`.
export function multiply(from, matrix, to, rows) {
  const many = rows - (rows % ROWS);
  fourRows(numbers, from, matrix.at, to, many, matrix.inputs, matrix.width);
  for (let row = many; row < rows; row++) {
    oneRow(numbers, from + row * matrix.inputs, matrix, to + row * matrix.width);
  }
}

// 4 × 4 numbers of the product at once, so that each number that is read is used four times.
function fourRows(n, from, weightsAt, to, rows, inputs, width) {
  for (let column = 0; column < width; column += 4) {
    const first = weightsAt + (column - (column % PANEL)) * inputs + (column % PANEL);
    for (let row = 0; row < rows; row += 4) {
      let a = from + row * inputs;
      let [b, c, d] = [a + inputs, a + 2 * inputs, a + 3 * inputs];
      let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
      let [c0, c1, c2, c3, d0, d1, d2, d3] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let w = first, end = first + inputs * PANEL; w < end; w += PANEL) {
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
      let at = to + row * width + column;
      put(n, at, a0, a1, a2, a3);
      put(n, (at += width), b0, b1, b2, b3);
      put(n, (at += width), c0, c1, c2, c3);
      put(n, at + width, d0, d1, d2, d3);
    }
  }
}

function put(n, at, v0, v1, v2, v3) {
  n[at] = v0;
  n[at + 1] = v1;
  n[at + 2] = v2;
  n[at + 3] = v3;
}

let used = new Int32Array(1024);

// A row that is alone, a panel at once; where it is zero, as most of a digit is, it is skipped.
function oneRow(n, from, { at, inputs, width }, to) {
  if (used.length < inputs) used = new Int32Array(inputs);
  let count = 0;
  for (let i = 0; i < inputs; i++) if (n[from + i] !== 0) used[count++] = i;
  for (let column = 0; column < width; column += PANEL) {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const x = n[from + used[i]];
      const w = at + column * inputs + PANEL * used[i];
      s0 += x * n[w];
      s1 += x * n[w + 1];
      s2 += x * n[w + 2];
      s3 += x * n[w + 3];
      s4 += x * n[w + 4];
      s5 += x * n[w + 5];
      s6 += x * n[w + 6];
      s7 += x * n[w + 7];
    }
    put(n, to + column, s0, s1, s2, s3);
    put(n, to + column + 4, s4, s5, s6, s7);
  }
}
