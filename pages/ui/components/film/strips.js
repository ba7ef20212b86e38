// The films that are on the page, as strips: what lies on the way, all at once. A click on a frame
// brings the films there.

import { component } from "../common/component.js";
import { filmCame, filmPlace } from "../common/lab.js";
import { element, paint, screen } from "../common/page.js";

class Strips {
  constructor(root) {
    this.root = root;
    this.cells = []; // of each film
    this.resized = new ResizeObserver(() => this.mark());
    this.resized.observe(root);
    this.endings = [filmCame.listen(() => this.update()), filmPlace.listen(() => this.mark())];
  }

  close() {
    this.resized.disconnect();
    for (const end of this.endings) end();
  }

  update() {
    const film = filmCame.value;
    if (!film) return;
    const { titles, shown, words } = film.head;
    const built = JSON.stringify([titles, shown, words]);
    if (this.built !== built) {
      this.built = built;
      this.build(film.head);
    }
    this.cells.forEach((cells, row) =>
      cells.forEach((cell, index) => paint(cell, film.frame(row, shown[index]))),
    );
    this.mark();
  }

  build({ titles, shown, steps, words }) {
    const cell = (frame) => {
      const canvas = screen("cell");
      canvas.addEventListener("click", () => filmCame.value?.leap(frame / (steps - 1)));
      return canvas;
    };
    this.cells = titles.map(() => shown.map(cell));
    this.root.replaceChildren(
      ...titles.map((title, row) =>
        element("div", "strip", element("div", "title", title),
          element("div", "cells", ...this.cells[row])),
      ),
    );
    this.root.setAttribute("role", "img");
    this.root.setAttribute("aria-label", words.strips);
  }

  // The frames nearest to where the films are; on a phone the style sheet leaves some of them out.
  mark() {
    const film = filmCame.value;
    if (!film || !this.cells.length) return;
    const { shown, steps } = film.head;
    const far = (index) => Math.abs(shown[index] - filmPlace.value * (steps - 1));
    const seen = [...this.cells[0].keys()].filter((index) => this.cells[0][index].offsetParent);
    const near = seen.reduce((best, index) => (far(index) < far(best) ? index : best), 0);
    for (const cells of this.cells) {
      cells.forEach((cell, index) => cell.classList.toggle("near", index === near));
    }
  }
}

export default component((root) => new Strips(root), ".strips");
