// A value that others wait for.
export class Told {
  listeners = new Set();

  constructor(value) {
    this.value = value;
  }

  tell(value) {
    this.value = value;
    for (const listener of this.listeners) listener(value);
  }

  // Returns what ends it.
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
