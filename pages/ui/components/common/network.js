// Packed decoders (`ae_core.browser.pack`): unpacked, and run.

import { line } from "./message.js";

const NORM_EPSILON = 2 ** -10; // of the families' LayerNormalization

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

// The layers of a packed decoder, kernels and biases as float32.
export function unpack(bytes) {
  const [described, start] = line(bytes, 0);
  let at = start;
  const numbers = (count) => halves(bytes, (at += 2 * count) - 2 * count, count);
  return described.map((layer) => {
    if (!ACTIVATIONS[layer.activation]) throw new Error(`no activation ${layer.activation}`);
    const kernel = numbers(layer.inputs * layer.outputs);
    return { ...layer, kernel, bias: numbers(layer.outputs) };
  });
}

// 784 numbers from 0 to 1.
export function decode(layers, code) {
  let x = Float32Array.from(code);
  for (const layer of layers) {
    const y = dense((layer.normalised ?? layer.residual) ? normalised(x) : x, layer);
    const activation = ACTIVATIONS[layer.activation];
    for (let o = 0; o < y.length; o++) y[o] = activation(y[o]) + (layer.residual ? x[o] : 0);
    x = y;
  }
  return x;
}

function dense(x, { kernel, bias, inputs, outputs }) {
  const y = Float32Array.from(bias);
  for (let i = 0, row = 0; i < inputs; i++, row += outputs) {
    const value = x[i];
    for (let o = 0; o < outputs; o++) y[o] += value * kernel[row + o];
  }
  return y;
}

function normalised(x) {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  const scale = 1 / Math.sqrt(variance + NORM_EPSILON);
  return x.map((value) => (value - mean) * scale);
}

function erf(x) {
  // Abramowitz and Stegun 7.1.26: off by 1.5e-7 at most.
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y =
    1 -
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) *
      t *
      Math.exp(-x * x);
  return x < 0 ? -y : y;
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
