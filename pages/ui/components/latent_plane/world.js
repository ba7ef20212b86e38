// Unpacks what the plane needs, once a session, and leaves it where every plane finds it:
// window.autoencoderLab.worlds[name] = { layers, points, labels }. With it goes the decoder:
// window.autoencoderLab.decode(world, code) gives 784 numbers in [0, 1], and paint() shows them.

const NORM_EPSILON = 2 ** -10; // of the families' LayerNormalization

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

function halves(bytes, start, count) {
  const result = new Float32Array(count);
  for (let i = 0, at = start; i < count; i++, at += 2) {
    result[i] = HALF[bytes[at] | (bytes[at + 1] << 8)];
  }
  return result;
}

function line(bytes, start) {
  const end = bytes.indexOf(10, start);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))), end + 1];
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

function decode(world, code) {
  let x = Float32Array.from(code);
  for (const layer of world.layers) {
    const y = dense(layer.residual ? normalised(x) : x, layer);
    for (let o = 0; o < y.length; o++) {
      y[o] =
        layer.activation === "sigmoid"
          ? 1 / (1 + Math.exp(-y[o]))
          : 0.5 * y[o] * (1 + erf(y[o] * Math.SQRT1_2));
      if (layer.residual) y[o] += x[o];
    }
    x = y;
  }
  return x;
}

function paint(pixels, target, left, top, width) {
  for (let row = 0, i = 0; row < 28; row++) {
    for (let column = 0; column < 28; column++, i++) {
      const at = 4 * ((top + row) * width + left + column);
      const value = Math.round(255 * pixels[i]);
      target[at] = target[at + 1] = target[at + 2] = value;
      target[at + 3] = 255;
    }
  }
}

export default function ({ data }) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  let [head, at] = line(bytes, 0);
  const lab = (window.autoencoderLab ??= { worlds: {}, planes: {} });
  Object.assign(lab, { decode, paint });
  if (lab.worlds[head.name]?.digest === head.digest) return;
  const points = halves(bytes, at, 2 * head.points);
  at += 4 * head.points;
  const labels = bytes.slice(at, at + head.points);
  at += head.points;
  let layers;
  [layers, at] = line(bytes, at);
  for (const layer of layers) {
    layer.kernel = halves(bytes, at, layer.inputs * layer.outputs);
    at += 2 * layer.inputs * layer.outputs;
    layer.bias = halves(bytes, at, layer.outputs);
    at += 2 * layer.outputs;
  }
  lab.worlds[head.name] = { digest: head.digest, layers, points, labels };
  window.dispatchEvent(new CustomEvent("autoencoder-lab-world"));
}
