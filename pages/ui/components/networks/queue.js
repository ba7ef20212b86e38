// Does a few things at once, in the order in which they are wanted now.

export class Queue {
  waiting = [];
  running = new Set(); // their keys

  // `run` returns a promise that is never rejected.
  constructor(most, keyOf, run) {
    Object.assign(this, { most, keyOf, run });
  }

  // What is wanted from now on; what is running goes on.
  want(things) {
    this.waiting = things.filter((thing) => !this.running.has(this.keyOf(thing)));
    this.next();
  }

  next() {
    while (this.waiting.length && this.running.size < this.most) {
      const thing = this.waiting.shift();
      const key = this.keyOf(thing);
      this.running.add(key);
      this.run(thing).then(() => {
        this.running.delete(key);
        this.next();
      });
    }
  }
}
