// Whose turn it is, where questions come faster than all networks can answer: the first one every
// other time, and between them whoever has waited longest. None is left behind.

export class Turns {
  names = [];
  seen = {}; // by name: the last turn that it has answered
  turn = 0;

  ask(turn, names, first) {
    Object.assign(this, { turn, names, first });
  }

  // Whether the first one has yet to answer the newest question.
  get owed() {
    return this.names.includes(this.first) && this.seen[this.first] !== this.turn;
  }

  // The next network of those that are there; nothing once all have answered the newest question.
  next(there = () => true) {
    const waiting = this.names.filter((name) => there(name) && this.seen[name] !== this.turn);
    const others = waiting.filter((name) => name !== this.first);
    const oldest = others.reduce((a, b) => (this.age(b) > this.age(a) ? b : a), others[0]);
    if (waiting.length === others.length) return oldest;
    return oldest && this.last === this.first ? oldest : this.first;
  }

  age(name) {
    return this.turn - (this.seen[name] ?? -1);
  }

  done(name) {
    this.seen[name] = this.turn;
    this.last = name;
  }
}
