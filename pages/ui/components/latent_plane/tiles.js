// Pictures decoded from a grid over a plane; a click moves the plane's point there.

import { Grid } from "./grid.js";

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".lab");
  root.grid ??= new Grid(root);
  root.grid.update(data);
  return () => {
    root.grid?.close();
    root.grid = undefined;
  };
}
