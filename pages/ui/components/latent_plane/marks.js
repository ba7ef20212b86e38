// What is drawn over grounds and pictures of any colour.

// How many of a canvas's pixels a pixel of the design has: marks and letters grow with the page.
export function unit(ratio) {
  return (ratio * parseFloat(getComputedStyle(document.documentElement).fontSize)) / 16;
}

// Black and a colour, so that it is seen on any ground.
function traced({ context, unit }, colour, draw) {
  for (const [width, ink] of [[4.5, "#000"], [2.2, colour]]) {
    context.lineWidth = width * unit;
    context.strokeStyle = ink;
    context.beginPath();
    draw();
    context.stroke();
  }
}

export function ring(view, [x, y], radii, colour) {
  traced(view, colour, () => view.context.ellipse(x, y, ...radii, 0, 0, 2 * Math.PI));
}

// Where the hand is: a sight, which no ellipse looks like.
export function cursor(view, [x, y], colour = "#fff") {
  const { context, unit } = view;
  const [inner, outer] = [7 * unit, 13 * unit];
  traced(view, colour, () => {
    context.arc(x, y, inner, 0, 2 * Math.PI);
    for (const [dx, dy] of [[1, 0], [0, 1], [-1, 0], [0, -1]]) {
      context.moveTo(x + inner * dx, y + inner * dy);
      context.lineTo(x + outer * dx, y + outer * dy);
    }
  });
}

// The middle of an ellipse.
export function dot({ context, unit }, [x, y], colour) {
  for (const [radius, ink] of [[3.2, "#000"], [2, colour]]) {
    context.beginPath();
    context.arc(x, y, radius * unit, 0, 2 * Math.PI);
    context.fillStyle = ink;
    context.fill();
  }
}

// A disc with a letter or a number.
export function badge({ context, unit }, [x, y], text, { radius, rim, size, fill, ink }) {
  context.beginPath();
  context.arc(x, y, radius * unit, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = rim * unit;
  context.strokeStyle = ink;
  context.stroke();
  context.font = `700 ${size * unit}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = ink;
  context.fillText(text, x, y + 0.5 * unit);
}

// Words over any ground, with a halo of another colour around that of the ground.
export function label({ context, unit }, [x, y], text, size, ink, halos) {
  context.font = `700 ${size}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const [width, halo] of halos) {
    context.lineWidth = width * unit;
    context.strokeStyle = halo;
    context.strokeText(text, x, y);
  }
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

// A place with nothing in it: a dashed circle, and what it is.
export function hole(view, [x, y], radius, text) {
  const { context, unit } = view;
  context.setLineDash([5 * unit, 4 * unit]);
  ring(view, [x, y], [radius, radius], "#fff");
  context.setLineDash([]);
  label(view, [x, y + radius + 9 * unit], text, 12 * unit, "#fff", [[4, "#000"]]);
}
