// Whose turn it is, where questions come faster than all networks can answer: the first ones every
// other time, and between them whoever has waited longest. None is left behind.

export class Turns {
  names = [];
  firsts = []; // those that are looked at
  seen = {}; // by name: the last turn that it has answered,
  when = {}; // and how many had answered before
  turn = 0;
  answers = 0;

  ask(turn, names, firsts) {
    Object.assign(this, { turn, names, firsts });
  }

  // The next network of those that are there; nothing once all have answered the newest question.
  next(there = () => true) {
    const waiting = this.names.filter((name) => there(name) && this.seen[name] !== this.turn);
    const first = this.oldest(waiting.filter((name) => this.firsts.includes(name)));
    const other = this.oldest(waiting.filter((name) => !this.firsts.includes(name)));
    return this.firsts.includes(this.last) ? (other ?? first) : (first ?? other);
  }

  // Whether somebody should answer before there is another question: the first ones, and one of the
  // others after each.
  due(there) {
    const next = this.next(there);
    return next !== undefined && [next, this.last].some((name) => this.firsts.includes(name));
  }

  oldest(names) {
    const when = (name) => this.when[name] ?? -1;
    return names.reduce((a, b) => (when(b) < when(a) ? b : a), names[0]);
  }

  done(name) {
    this.seen[name] = this.turn;
    this.when[name] = this.answers++;
    this.last = name;
  }
}
