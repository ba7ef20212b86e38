// Unpacks what the plane needs, once a session, and leaves it where every plane finds it:
// window.autoencoderLab.worlds[name] = { layers, points, labels }.

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

export default function ({ data }) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  let [head, at] = line(bytes, 0);
  const lab = (window.autoencoderLab ??= { worlds: {}, planes: {} });
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
