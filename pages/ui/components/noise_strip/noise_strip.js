// One digit at every level of the noise, through every network, while the pen moves: an asker for
// each level, whose answers are painted as they come.

import { component } from "../common/component.js";
import { whileDrawing } from "../common/drawing.js";
import { fill, networks } from "../common/lab.js";
import { read } from "../common/message.js";
import { workers } from "../common/workers.js";

class NoiseStrip {
  askers = []; // one for each level, while the pen moves

  constructor() {
    this.drawing = whileDrawing(() => this.ask(), () => this.leave());
  }

  close() {
    this.drawing.close();
  }

  update(data) {
    const { head, body } = read(data);
    Object.assign(this, head, { field: new Float32Array(body.slice().buffer) });
    this.drawing.answered();
  }

  leave() {
    for (const asker of this.askers) asker.leave();
    this.askers = [];
    fill(`${this.noisy} rest`);
  }

  ask() {
    const rows = Object.keys(this.families).filter((row) => networks[this.families[row].network]);
    this.rows = Object.fromEntries(rows.map((row) => [this.families[row].network, row]));
    for (const row of rows) {
      const { network, work } = this.families[row];
      workers.take(network, networks[network], work);
    }
    const first = this.families[this.first]?.network;
    this.noisyErrors = [];
    this.askers = this.levels.map((level, column) => {
      const asker = workers.join((said) => this.hear(column, said));
      const noise = { kind: this.kind, level, field: this.field };
      asker.ask({ names: Object.keys(this.rows), first, noise, rebuild: true });
      return asker;
    });
  }

  hear(column, said) {
    const isInput = said.what === "input";
    if (isInput) this.noisyErrors[column] = said.error;
    const row = isInput ? this.noisy : this.rows[said.name];
    const picture = isInput ? said.noisy : said.rebuilt;
    const marked = !isInput && said.error > this.noisyErrors[column];
    fill(`${row} ${column}`, { picture, marked });
  }
}

export default component(() => new NoiseStrip());
