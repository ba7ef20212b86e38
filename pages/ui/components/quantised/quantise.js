// As `ae_core.compression.Quantiser`: numbers cut into so many equal steps of a range, and what comes
// back of them.

// `low` and `high`: the range of each number. If only few numbers of a code are `kept`, the others,
// which are 0, stay so.
export function quantised(code, { low, high, bits, kept }) {
  const steps = 2 ** bits;
  return Float32Array.from(code, (value, i) => {
    if (kept && value === 0) return 0;
    const width = high[i] - low[i];
    const step = Math.floor(((value - low[i]) / (width > 0 ? width : 1)) * steps);
    return low[i] + ((Math.min(steps - 1, Math.max(0, step)) + 0.5) / steps) * width;
  });
}
