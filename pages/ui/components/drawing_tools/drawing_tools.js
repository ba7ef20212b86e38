// Undo, Redo, Clear for the canvas beside it.

import { STATE, component } from "../common/component.js";
import { element, write } from "../common/page.js";
import { pen } from "../common/pen.js";
import { Canvas } from "./canvas.js";

const PATHS = {
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  redo: "m15 7 5 5-5 5M20 12H10a6 6 0 0 0-6 6",
  clear: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
};
const MOST_TOLD = 20; // the last buttons pressed that the server is told of
const PATIENCE_MS = 3_000;

class Tools {
  pressed = [];

  constructor(root) {
    this.root = root;
    this.window = Math.random(); // another window, or the same one later, counts anew
    this.canvas = new Canvas(() => this.find(), (name) => this.press(name));
    for (const [name, path] of Object.entries(PATHS)) {
      const button = element("button", name, element("span", "icon"), element("span", "label"));
      button.firstElementChild.innerHTML =
        `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"></path></svg>`;
      button.addEventListener("click", () => this.press(name));
      this.root.append(button);
    }
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  close() {
    this.canvas.close();
    this.listening.abort();
    clearTimeout(this.waiting);
  }

  find() {
    for (const inside of document.querySelectorAll(`.st-key-${this.data.canvas} *`)) {
      const upper = inside.shadowRoot?.querySelector(".upper-canvas");
      if (upper) return upper;
    }
    return null;
  }

  update(data, send) {
    Object.assign(this, { data, send });
    this.root.setAttribute("aria-label", data.words.tools);
    for (const button of this.root.children) {
      const name = button.className;
      write(button.lastElementChild, data.words[name]);
      button.setAttribute("aria-disabled", !data.can.includes(name));
      button.setAttribute("aria-keyshortcuts", data.keys[name]);
      button.title = `${data.words[name]} (${data.keys[name].replace("Control", "Ctrl")})`;
    }
    this.canvas.update(data);
    if (data.window === this.window && data.answered >= this.pressed.length) this.wait(false);
  }

  key(event) {
    const editing = event.composedPath()[0].closest?.("input, textarea, [contenteditable]");
    if (editing || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const letter = event.key.toLowerCase();
    if (letter !== "z" && letter !== "y") return;
    event.preventDefault();
    this.press(letter === "y" || event.shiftKey ? "redo" : "undo");
  }

  press(name) {
    this.canvas.flush(); // what was drawn last comes first
    pen.pressed();
    this.pressed.push(name);
    const told = { window: this.window, count: this.pressed.length };
    this.send("pressed", { ...told, last: this.pressed.slice(-MOST_TOLD) });
    this.wait(true);
  }

  wait(waiting) {
    clearTimeout(this.waiting);
    this.canvas.hold(waiting);
    if (waiting) this.waiting = setTimeout(() => this.canvas.hold(false), PATIENCE_MS);
  }
}

export default component((root) => new Tools(root), ".tools", STATE);
