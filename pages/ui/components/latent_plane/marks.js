// What is drawn over grounds and pictures of any colour.

// Black and a colour, so that it is seen on any ground.
export function ring({ context, ratio }, [x, y], radii, colour) {
  for (const [width, ink] of [[4.5, "#000"], [2.2, colour]]) {
    context.lineWidth = width * ratio;
    context.strokeStyle = ink;
    context.beginPath();
    context.ellipse(x, y, ...radii, 0, 0, 2 * Math.PI);
    context.stroke();
  }
}

// A disc with a letter or a number.
export function badge({ context, ratio }, [x, y], text, { radius, rim, size, fill, ink }) {
  context.beginPath();
  context.arc(x, y, radius * ratio, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = rim * ratio;
  context.strokeStyle = ink;
  context.stroke();
  context.font = `700 ${size * ratio}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = ink;
  context.fillText(text, x, y + 0.5 * ratio);
}
