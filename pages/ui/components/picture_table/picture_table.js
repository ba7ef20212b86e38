// A table of small pictures, which stays in place and is filled anew: nothing flickers.

import { TRIGGER, component } from "../common/component.js";
import { live } from "../common/lab.js";
import { read } from "../common/message.js";
import { SIDE, element, paint, parts, screen, write } from "../common/page.js";

const PIXELS = SIDE * SIDE;
const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

class PictureTable {
  at = null; // row and column of the picture that is pointed at

  constructor(root) {
    this.root = root;
    Object.assign(this, parts(root, "said"));
    this.table = root.querySelector("table");
    this.table.onpointermove = this.table.onpointerdown = ({ target }) => this.point(place(target));
    this.table.onpointerleave = () => this.point(null);
    this.table.onblur = () => this.point(null);
    this.table.onkeydown = (event) => this.press(event);
    this.table.onclick = ({ target }) => this.pick(place(target));
  }

  update(data, send) {
    const { head, body } = read(data);
    const shape = JSON.stringify([head.columns.length, head.rows.map(({ name }) => name)]);
    Object.assign(this, head, { send });
    if (shape !== this.shape) this.build();
    this.shape = shape;
    this.root.style.setProperty("--columns", head.columns.length);
    this.table.classList.remove("moving");
    this.fill(body);
    this.say();
  }

  build() {
    this.corners = this.columns.map(() => element("th"));
    this.corners.forEach((head) => (head.scope = "col"));
    this.first = element("th");
    this.table.tHead.replaceChildren(element("tr", "", this.first, ...this.corners));
    this.lines = this.rows.map(({ name }, row) => {
      const title = element(name ? "button" : "span");
      if (name) title.onclick = () => this.send("picked", { row: name, column: this.chosen ?? 0 });
      const head = element("th", "", title);
      head.scope = "row";
      const cells = this.columns.map((_, column) => {
        const canvas = screen("cell");
        canvas.setAttribute("role", "img");
        Object.assign(canvas.dataset, { row, column });
        return element("td", "", canvas);
      });
      return { line: element("tr", name ? "can" : "", head, ...cells), head, title, cells };
    });
    this.table.tBodies[0].replaceChildren(...this.lines.map(({ line }) => line));
  }

  fill(body) {
    write(this.first, this.corner);
    this.corners.forEach((head, column) => {
      write(head, this.columns[column]);
      head.classList.toggle("chosen", column === this.chosen);
    });
    this.lines.forEach(({ line, head, title, cells }, row) => {
      const { title: words, said, marked, chosen, live: role } = this.rows[row];
      write(title, words);
      head.classList.toggle("chosen", chosen);
      line.classList.toggle("chosen", chosen);
      line.classList.toggle("live", Boolean(role));
      if (role) live[`${role} rest`] = () => this.table.classList.remove("moving");
      cells.forEach((cell, column) => {
        const [canvas] = cell.children;
        const start = (row * cells.length + column) * PIXELS;
        paint(canvas, body.subarray(start, start + PIXELS));
        canvas.setAttribute("aria-label", said[column]);
        cell.classList.toggle("marked", marked.includes(column));
        cell.classList.toggle("chosen", column === this.chosen);
        if (role) live[`${role} ${column}`] = (now) => this.move(cell, now);
      });
    });
  }

  // While a hand moves; the rows that cannot follow it are shown to be behind.
  move(cell, { picture, marked }) {
    this.table.classList.add("moving");
    paint(cell.firstChild, picture.pixels, picture.shape);
    cell.classList.toggle("marked", marked);
  }

  point(at) {
    if (at?.join() === this.at?.join()) return;
    this.at = at;
    this.say();
  }

  say() {
    const [row, column] = this.at ?? [];
    this.lines.forEach(({ cells }, r) =>
      cells.forEach((cell, c) => cell.classList.toggle("pointed", r === row && c === column)),
    );
    write(this.said, this.rows[row]?.said[column] ?? this.hint);
  }

  press(event) {
    if (event.target !== this.table) return;
    const way = WAYS[event.key];
    if (way) {
      event.preventDefault();
      const [row, column] = this.at ?? [0, 0];
      this.point([
        bounded(row + (this.at ? way[0] : 0), this.rows.length),
        bounded(column + (this.at ? way[1] : 0), this.columns.length),
      ]);
    } else if (event.key === "Enter") this.pick(this.at);
  }

  pick(at) {
    const name = at && this.rows[at[0]].name;
    if (name) this.send("picked", { row: name, column: at[1] });
  }
}

// Row and column of a picture; null if it is none.
function place({ dataset }) {
  return dataset?.row === undefined ? null : [Number(dataset.row), Number(dataset.column)];
}

function bounded(at, count) {
  return Math.min(count - 1, Math.max(0, at));
}

export default component((root) => new PictureTable(root), ".tableau", TRIGGER);
