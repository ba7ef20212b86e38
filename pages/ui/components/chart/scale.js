// Where numbers stand on an axis.

export function scale({ low, high, log }, from, to) {
  const of = log ? Math.log : (value) => value;
  const [start, end] = [of(low), of(high)];
  const at = (value) => from + ((of(value) - start) / (end - start)) * (to - from);
  at.back = (place) => {
    const value = start + ((place - from) / (to - from)) * (end - start);
    return log ? Math.exp(value) : value;
  };
  return at;
}

// What a curve says at a place between its points; nothing beyond its ends.
export function between(xs, ys, x, log = false) {
  const next = xs.findIndex((each) => each >= x);
  if (next < 0 || x < xs[0]) return undefined;
  if (xs[next] === x || next === 0) return ys[next];
  const of = log ? Math.log : (value) => value;
  const share = (of(x) - of(xs[next - 1])) / (of(xs[next]) - of(xs[next - 1]));
  return ys[next - 1] + share * (ys[next] - ys[next - 1]);
}
