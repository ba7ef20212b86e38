// The latent plane: with a point, or with a way that has two ends.

import { Plane } from "./point.js";
import { Walk } from "./walk.js";

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".lab");
  root.plane ??= new (data.walk ? Walk : Plane)(root);
  root.plane.update(data, setStateValue, setTriggerValue);
  return () => {
    root.plane?.close();
    root.plane = undefined;
  };
}
