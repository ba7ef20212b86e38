// The latent plane: decodes under the pointer, at display rate, without the server. The server
// hears only of the point, or of the path, at which the hand came to rest.

import { PathPlane } from "./walk.js";
import { PointPlane } from "./point.js";

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".sheet");
  root.plane ??= new (data.walk ? PathPlane : PointPlane)(root);
  root.plane.update(data, setStateValue, setTriggerValue);
  return () => {
    root.plane?.close();
    root.plane = undefined;
  };
}
