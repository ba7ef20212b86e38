// Colours that can be told from the ground: WCAG's contrast, and a class's colour moved until it
// has enough of it.

const ENOUGH = 3.7; // what is drawn is a little see-through; 3 is what WCAG asks of a mark

export function channels(colour) {
  const short = colour.match(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i);
  if (short) return short.slice(1).map((digit) => parseInt(digit + digit, 16));
  const hex = colour.match(/^#([0-9a-f]{6})/i)?.[1];
  if (hex) return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return (colour.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
}

function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

// The colour itself where it can be seen, else as little darker or lighter as will do.
export function readable(colour, ground) {
  const [from, below] = [channels(colour), channels(ground)];
  const end = luminance(below) > 0.2 ? 0 : 255;
  for (let part = 0; part <= 1; part += 0.02) {
    const mixed = from.map((value) => Math.round(value + part * (end - value)));
    if (contrast(mixed, below) >= ENOUGH) return `rgb(${mixed.join(" ")})`;
  }
  return end ? "rgb(255 255 255)" : "rgb(0 0 0)";
}
