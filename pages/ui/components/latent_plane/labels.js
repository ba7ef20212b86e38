// Where the names of the classes stand: each near its middle, none over another one, and none
// where the point is at first.

const ROUNDS = 60;

// Boxes are { x, y, width, height } around their middle; a fixed one stays. Returns their places.
export function apart(boxes, side) {
  const places = boxes.map((box) => ({ ...box }));
  for (let round = 0; round < ROUNDS; round++) {
    let moved = false;
    for (let i = 0; i < places.length; i++) {
      for (let j = 0; j < i; j++) moved = push(places[i], places[j]) || moved;
    }
    for (const box of places) keep(box, side);
    if (!moved) break;
  }
  return places.map(({ x, y }) => [x, y]);
}

// Two boxes that overlap give way to each other, by the shorter way.
function push(a, b) {
  const [dx, dy] = [a.x - b.x, a.y - b.y];
  const across = (a.width + b.width) / 2 - Math.abs(dx);
  const down = (a.height + b.height) / 2 - Math.abs(dy);
  if (across <= 0.01 || down <= 0.01) return false;
  const [axis, way, by] = across < down ? ["x", dx, across] : ["y", dy, down];
  const step = (way < 0 ? -1 : 1) * by;
  if (a.fixed && b.fixed) return false;
  const part = a.fixed ? 0 : b.fixed ? 1 : 0.5;
  a[axis] += part * step;
  b[axis] -= (1 - part) * step;
  return true;
}

function keep(box, side) {
  if (box.fixed) return;
  box.x = Math.min(side - box.width / 2, Math.max(box.width / 2, box.x));
  box.y = Math.min(side - box.height / 2, Math.max(box.height / 2, box.y));
}
