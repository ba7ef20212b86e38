// The corner for the inset digit: it stays until the point comes near, then goes where it is far.

const REACH = 0.36; // of the plane that the digit takes, with some room around it

// `x` and `y` are shares of the plane from its top left; `now` is the corner that it is in.
export function corner(x, y, now = "top-right") {
  const near = (share, atEnd) => (atEnd ? share > 1 - REACH : share < REACH);
  if (!(near(y, now.startsWith("bottom")) && near(x, now.endsWith("right")))) return now;
  return `${now.startsWith("bottom") ? "bottom" : "top"}-${now.endsWith("right") ? "left" : "right"}`;
}
