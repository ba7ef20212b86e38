// What a slider of Streamlit's shows while a hand moves it; the server hears of it at the end.

export class Dial {
  constructor(moved) {
    this.moved = moved;
    this.watching = new MutationObserver(() => this.look());
  }

  close() {
    this.watching.disconnect();
  }

  // The slider of the element with this key, which may come later than this.
  follow(key) {
    const place = document.querySelector(`.st-key-${key}`);
    if (!place || place === this.place) return;
    this.place = place;
    this.close();
    this.watching.observe(place, { subtree: true, attributeFilter: ["value"], childList: true });
    this.last = this.value;
  }

  // Undefined as long as there is no slider.
  get value() {
    const input = this.place?.isConnected && this.place.querySelector('input[type="range"]');
    return input ? Number(input.value) : undefined;
  }

  look() {
    if (this.value === this.last) return;
    this.last = this.value;
    this.moved();
  }
}
