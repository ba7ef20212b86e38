// The grids on the page, by the name of the plane that they belong to.

export const grids = {};
