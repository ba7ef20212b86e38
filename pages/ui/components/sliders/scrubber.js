// A slider over time, with a button that plays: what films and time-lapses have in common. The hand
// moves it on the whole track, keys where they are.

import { parts } from "../common/page.js";
import { drag } from "./drag.js";

export const THUMB = 16; // px, in all browsers
const ICONS = { play: "M8 5v14l11-7z", pause: "M6 5h4v14H6zM14 5h4v14h-4z" };

export class Scrubber {
  // `moved(value)`: a hand or a key has moved it; `pressed()`: the button was.
  constructor(root, moved, pressed) {
    Object.assign(this, parts(root, "play", "track", "scrub"));
    const told = () => moved(Number(this.scrub.value));
    this.play.addEventListener("click", pressed);
    this.scrub.addEventListener("input", told);
    const follow = ({ clientX }) => {
      this.scrub.focus({ preventScroll: true, focusVisible: false });
      this.scrub.value = this.under(clientX);
      told();
    };
    drag(this.track, follow, () => {});
  }

  under(x) {
    const { left, width } = this.scrub.getBoundingClientRect();
    const [low, high] = [Number(this.scrub.min), Number(this.scrub.max)];
    return low + ((high - low) * (x - left - THUMB / 2)) / (width - THUMB);
  }

  name(text) {
    this.scrub.setAttribute("aria-label", text);
  }

  show(value, text) {
    this.scrub.value = value;
    this.scrub.setAttribute("aria-valuetext", text);
  }

  icon(playing, words) {
    const name = playing ? "pause" : "play";
    this.play.querySelector("path").setAttribute("d", ICONS[name]);
    this.play.setAttribute("aria-label", words[name]);
    this.play.title = words[name];
  }
}
