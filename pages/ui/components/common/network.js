// Packed networks (`ae_core.browser`): unpacked, and run. What the steps are says `ae_core.layers`.

import { line } from "./message.js";
import { multiply, numbers, place, weights } from "./matrix.js";

// A network, ready to run: its steps, of which each lays its result in `numbers` at `at`.
export function unpack(bytes) {
  const [steps, start] = line(bytes, 0);
  let next = start;
  const trained = (count) => halves(bytes, (next += 2 * count) - 2 * count, count);
  for (const step of steps) {
    if (!LAYERS[step.layer]) throw new Error(`no layer ${step.layer}`);
    if (!ACTIVATIONS[step.activation ?? "linear"]) throw new Error(`no ${step.activation}`);
    step.size = product(step.shape);
    if (step.kernel) {
      const kernel = trained(product(step.kernel));
      const inputs = product(step.kernel.slice(0, INPUT_AXES[step.layer] ?? -1));
      step.matrix = weights(kernel, inputs, kernel.length / inputs);
      step.bias = trained(step.shape.at(-1));
    }
    const of = step.of.map((index) => steps[index]);
    step.at = step.layer === "reshape" ? of[0].at : place(step.size);
    step.run = LAYERS[step.layer](step, ...of);
  }
  return steps;
}

// What a network makes of `input`, a list of numbers: a Float32Array of its own.
export function run(network, input) {
  const [first, last] = [network[0], network.at(-1)];
  if (input.length !== first.size) throw new Error(`${first.size} numbers, not ${input.length}`);
  numbers.set(input, first.at);
  for (const step of network) step.run();
  return numbers.slice(last.at, last.at + last.size);
}

export const decode = run; // 784 numbers from 0 to 1

const product = (shape) => shape.reduce((a, b) => a * b, 1);

// ---------------------------------------------------------------- kinds of layers

// Each takes its step and those whose results it takes, and returns what lays the result at its
// place. A picture lies there row by row, the channels of a pixel next to each other.
const LAYERS = {
  input: () => nothing,
  reshape: () => nothing,

  dense(step, x) {
    const rows = x.size / step.matrix.inputs;
    reserve(sums, rows * step.matrix.width);
    return () => {
      multiply(x.at, step.matrix, sums.at, rows);
      finish(step);
    };
  },

  conv(step, x) {
    const [height, width, channels] = step.kernel;
    const [rows, columns] = step.shape;
    const places = rows * columns;
    const plain = height * width * step.stride === 1;
    reserve(sums, places * step.matrix.width);
    if (!plain) reserve(windows, places * step.matrix.inputs);
    const [top, left] = margin([height, width], step.stride, x.shape, step.shape);
    return () => {
      if (!plain) collect();
      multiply(plain ? x.at : windows.at, step.matrix, sums.at, places);
      finish(step);
    };

    // Lays what each window shows one after the other: then a convolution is one product.
    function collect() {
      const n = numbers;
      let to = windows.at;
      for (let place = 0; place < places; place++) {
        const row = Math.floor(place / columns) * step.stride - top;
        const column = (place % columns) * step.stride - left;
        for (let i = row; i < row + height; i++) {
          for (let j = column; j < column + width; j++) {
            const inside = i >= 0 && i < x.shape[0] && j >= 0 && j < x.shape[1];
            const from = x.at + (i * x.shape[1] + j) * channels;
            if (inside) for (let c = 0; c < channels; c++) n[to++] = n[from + c];
            else for (let c = 0; c < channels; c++) n[to++] = 0;
          }
        }
      }
    }
  },

  // Each place of the small picture adds a window to the large one.
  conv_transpose(step, x) {
    const [, height, width, filters] = step.kernel;
    const [rows, columns] = step.shape;
    const places = x.shape[0] * x.shape[1];
    reserve(sums, places * step.matrix.width);
    const [top, left] = margin([height, width], step.stride, step.shape, x.shape);
    return () => {
      multiply(x.at, step.matrix, sums.at, places);
      const n = numbers;
      for (let i = 0; i < step.size; i++) n[step.at + i] = step.bias[i % filters];
      for (let place = 0; place < places; place++) {
        const row = Math.floor(place / x.shape[1]) * step.stride - top;
        const column = (place % x.shape[1]) * step.stride - left;
        let from = sums.at + place * step.matrix.width;
        for (let i = row; i < row + height; i++) {
          for (let j = column; j < column + width; j++, from += filters) {
            if (i < 0 || i >= rows || j < 0 || j >= columns) continue;
            const to = step.at + (i * columns + j) * filters;
            for (let f = 0; f < filters; f++) n[to + f] += n[from + f];
          }
        }
      }
      ACTIVATIONS[step.activation](n, step.at, step.at + step.size);
    };
  },

  activation: (step, x) => () => {
    numbers.copyWithin(step.at, x.at, x.at + x.size);
    ACTIVATIONS[step.activation](numbers, step.at, step.at + step.size);
  },

  add: (step, x, y) => () => {
    const n = numbers;
    for (let i = 0; i < step.size; i++) n[step.at + i] = n[x.at + i] + n[y.at + i];
  },

  normalise(step, x) {
    const width = step.shape.at(-1);
    return () => {
      const n = numbers;
      for (let row = x.at, to = step.at; row < x.at + x.size; row += width) {
        let [sum, squares] = [0, 0];
        for (let i = row; i < row + width; i++) sum += n[i];
        const mean = sum / width;
        for (let i = row; i < row + width; i++) squares += (n[i] - mean) ** 2;
        const scale = 1 / Math.sqrt(squares / width + step.epsilon);
        for (let i = row; i < row + width; i++) n[to++] = (n[i] - mean) * scale;
      }
    };
  },

  permute(step, x) {
    const strides = x.shape.map((_, axis) => product(x.shape.slice(axis + 1)));
    return pick(step, x, step.axes.map((axis) => strides[axis - 1]), 0);
  },

  // The mean of each square of pixels.
  pool(step, x) {
    const [, columns, channels] = step.shape;
    const [size, width] = [step.pool, x.shape[1]];
    return () => {
      const n = numbers;
      for (let place = 0; place < step.size; place++) {
        const channel = place % channels;
        const column = ((place - channel) / channels) % columns;
        const row = Math.floor(place / (channels * columns));
        let sum = 0;
        for (let i = row * size; i < (row + 1) * size; i++) {
          for (let j = column * size; j < (column + 1) * size; j++) {
            sum += n[x.at + (i * width + j) * channels + channel];
          }
        }
        n[step.at + place] = sum / size ** 2;
      }
    };
  },

  crop(step, x) {
    const [top, , left] = step.crop;
    const strides = [x.shape[1] * x.shape[2], x.shape[2], 1];
    return pick(step, x, strides, top * strides[0] + left * strides[1]);
  },

  clip: (step, x) => () => {
    const n = numbers;
    for (let i = 0; i < step.size; i++) {
      n[step.at + i] = Math.min(step.high, Math.max(step.low, n[x.at + i]));
    }
  },

  // All but the largest are zero; equal ones are kept or dropped together.
  strongest(step, x) {
    const sorted = new Float32Array(x.size);
    return () => {
      const n = numbers;
      for (let i = 0; i < x.size; i++) sorted[i] = n[x.at + i];
      const weakest = sorted.sort()[x.size - step.kept];
      for (let i = 0; i < x.size; i++) n[step.at + i] = n[x.at + i] >= weakest ? n[x.at + i] : 0;
    };
  },

  stack: (step, x, y) => () => {
    numbers.copyWithin(step.at, x.at, x.at + x.size);
    numbers.copyWithin(step.at + x.size, y.at, y.at + y.size);
  },
};

const INPUT_AXES = { conv_transpose: 1 }; // of a kernel; of the other kinds all but the last

function nothing() {}

// What all networks use while they run, one at a time.
const sums = { at: 0, size: 0 };
const windows = { at: 0, size: 0 };

function reserve(scratch, size) {
  if (scratch.size < size) Object.assign(scratch, { at: place(size), size });
}

// How far the windows of a convolution stick out above and to the left.
function margin(size, stride, large, small) {
  return size.map((s, axis) => {
    return Math.max(0, (small[axis] - 1) * stride + s - large[axis]) >> 1;
  });
}

// From `sums`, where rows are a little longer, to the place of the result.
function finish({ at, size, bias, matrix, activation }) {
  const n = numbers;
  const columns = matrix.outputs;
  for (let to = at, from = sums.at; to < at + size; from += matrix.width) {
    for (let o = 0; o < columns; o++) n[to++] = n[from + o] + bias[o];
  }
  ACTIVATIONS[activation](n, at, at + size);
}

// A result whose number at place (i, j, …) is the one at start + i strides[0] + j strides[1] + …
function pick(step, x, strides, start) {
  const from = new Int32Array(step.size);
  for (let i = 0; i < step.size; i++) {
    let rest = i;
    from[i] = start;
    for (let axis = strides.length - 1; axis >= 0; axis--) {
      from[i] += (rest % step.shape[axis]) * strides[axis];
      rest = Math.floor(rest / step.shape[axis]);
    }
  }
  return () => {
    const n = numbers;
    for (let i = 0; i < from.length; i++) n[step.at + i] = n[x.at + from[i]];
  };
}

// ---------------------------------------------------------------- activations

// Each changes the numbers n[at] to n[end - 1].
const ACTIVATIONS = {
  linear: nothing,
  relu(n, at, end) {
    for (let i = at; i < end; i++) n[i] = Math.max(0, n[i]);
  },
  elu(n, at, end) {
    for (let i = at; i < end; i++) if (n[i] < 0) n[i] = Math.expm1(n[i]);
  },
  gelu(n, at, end) {
    for (let i = at; i < end; i++) n[i] *= normal(n[i]);
  },
  tanh(n, at, end) {
    for (let i = at; i < end; i++) n[i] = Math.tanh(n[i]);
  },
  sigmoid(n, at, end) {
    for (let i = at; i < end; i++) n[i] = 1 / (1 + Math.exp(-n[i]));
  },
};

// The normal distribution, Φ, from a table with straight lines between its entries: off by 6e-8
// at most, and four times as fast as to compute it.
const FAR = 6;
const STEPS = 1024; // from one whole number to the next
const NORMAL = new Float32Array(2 * FAR * STEPS + 2);

let sum = 9.8659e-10; // Φ(-6)
for (let i = 0; i < NORMAL.length; i++) {
  NORMAL[i] = sum;
  const [from, to] = [i / STEPS - FAR, (i + 1) / STEPS - FAR];
  sum += (density(from) + 4 * density((from + to) / 2) + density(to)) / (6 * STEPS); // Simpson's
}

function density(x) {
  return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

function normal(x) {
  if (x <= -FAR) return 0;
  if (x >= FAR) return 1;
  const place = (x + FAR) * STEPS;
  const i = place | 0;
  return NORMAL[i] + (place - i) * (NORMAL[i + 1] - NORMAL[i]);
}

const HALF = (() => {
  // float16 -> float32 for all 65,536 values; browsers without Float16Array are still about.
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    table[bits] =
      exponent === 0
        ? sign * fraction * 2 ** -24
        : exponent === 31
          ? NaN
          : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
})();

export function halves(bytes, start, count) {
  const result = new Float32Array(count);
  for (let i = 0, at = start; i < count; i++, at += 2) {
    result[i] = HALF[bytes[at] | (bytes[at + 1] << 8)];
  }
  return result;
}
