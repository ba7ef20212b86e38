// Unpacks what the planes and sliders need, once, and leaves it where each of them finds it.

import { halves, unpack } from "../common/network.js";
import { worldCame, worlds } from "../common/lab.js";
import { read } from "../common/message.js";

export default function ({ data }) {
  const { head, body } = read(data);
  if (worlds[head.name]?.digest === head.digest) return;
  const points = halves(body, 0, 2 * head.points);
  const labels = body.slice(4 * head.points, 5 * head.points);
  const layers = unpack(body.subarray(5 * head.points));
  worlds[head.name] = { digest: head.digest, layers, points, labels };
  worldCame.tell(head.name);
}
