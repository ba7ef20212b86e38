// The latent plane: decodes under the pointer, at display rate, without the server. The server
// hears only of the point, or of the path, at which the hand came to rest.

import { STATE, TRIGGER, component } from "../common/component.js";
import { PathPlane } from "./walk.js";
import { PointPlane } from "./point.js";

export default component(
  (root, { walk }) => new (walk ? PathPlane : PointPlane)(root),
  ".sheet",
  STATE, TRIGGER,
);
