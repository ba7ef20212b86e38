// A family's file: its networks, and where the test images lie on its plane.

import { read } from "./message.js";
import { halves, unpack } from "./network.js";

// `encoder` and `decoder` are null if no browser runs them; `contents` is what they were read from,
// an ArrayBuffer that a worker can read, too.
export function family(contents) {
  const { head, body } = read(contents);
  let at = 0;
  const next = (length) => body.subarray(at, (at += length));
  const network = (length) => (length ? unpack(next(length)) : null);
  const decoder = network(head.decoder);
  const encoder = network(head.encoder);
  const points = halves(next(4 * head.points), 0, 2 * head.points);
  return { encoder, decoder, points, labels: next(head.points), contents };
}
