// Buttons for files. The server makes a file when it is asked for and sends it along with its next
// message; whoever asked saves it.

import { TRIGGER, component } from "../common/component.js";
import { read } from "../common/message.js";
import { element, parts, write } from "../common/page.js";

const AGAIN_MS = 7_000; // a run that another one interrupts may lose what it was asked for
const PATIENCE_MS = 20_000;
const KEEP_MS = 60_000; // a browser may ask where to save first
const ICONS = {
  ready: "M12 4v11M7 10l5 5 5-5M4 20h16",
  busy: "M12 3a9 9 0 1 0 9 9",
};

class Downloads {
  constructor(root) {
    Object.assign(this, parts(root, "files", "status"));
    this.waiting = new Map(); // by the number of a click: { button, timers }
    this.clicks = 0;
  }

  close() {
    for (const { timers } of this.waiting.values()) timers.forEach(clearTimeout);
  }

  update(data, send) {
    const { head, body } = read(data);
    this.head = head;
    this.send = send;
    // Buttons stay, and with them the focus.
    while (this.files.children.length > head.files.length) this.files.lastElementChild.remove();
    head.files.forEach(({ name, label }, index) => {
      const button = this.files.children[index] ?? this.add();
      button.dataset.name = name;
      write(button.lastElementChild, label);
    });
    if (head.given) this.take(head.given, body);
  }

  add() {
    const button = element("button", "", element("span", "icon"), element("span", "label"));
    button.addEventListener("click", () => this.ask(button));
    this.files.append(button);
    this.mark(button, false);
    return button;
  }

  mark(button, busy) {
    const path = ICONS[busy ? "busy" : "ready"];
    button.setAttribute("aria-busy", busy);
    button.firstElementChild.innerHTML =
      `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"></path></svg>`;
  }

  say(text, quiet) {
    this.status.classList.toggle("quiet", quiet);
    write(this.status, text);
  }

  ask(button) {
    if (button.getAttribute("aria-busy") === "true") return;
    const ask = ++this.clicks + Math.random(); // another window's clicks have other numbers
    const wanted = { name: button.dataset.name, ask };
    const timers = [
      setTimeout(() => this.send("wanted", wanted), AGAIN_MS),
      setTimeout(() => this.end(ask, this.head.failed), PATIENCE_MS),
    ];
    this.waiting.set(ask, { button, timers });
    this.mark(button, true);
    this.say(this.head.busy, true);
    this.send("wanted", wanted);
  }

  take({ ask, name, mime, error }, body) {
    if (!this.waiting.has(ask)) return; // a message comes again whenever the page is drawn again
    this.end(ask, error ? this.head.failed : "");
    if (error) return;
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([body], { type: mime }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
  }

  end(ask, text) {
    const { button, timers } = this.waiting.get(ask);
    timers.forEach(clearTimeout);
    this.waiting.delete(ask);
    this.mark(button, false);
    this.say(text, false);
  }
}

export default component((root) => new Downloads(root), ".downloads", TRIGGER);
