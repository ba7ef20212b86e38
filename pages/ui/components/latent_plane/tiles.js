// Pictures decoded from a grid over a plane; a click moves the plane's point there.

import { component } from "../common/component.js";
import { Grid } from "./grid.js";

export default component((root) => new Grid(root), ".lab");
