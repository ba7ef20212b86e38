// The page's language and description, how a page is left, and what the browser's Back leads to.

import { LEAVING } from "./common/input.js";
import { lead } from "./first_step.js";
import { tell } from "./words.js";

const GONE_MS = 5000; // a page that is still there by then has not been left

// What a page says between the click that leaves it and the arrival of the next one would have
// Streamlit run the page that was left, and leave the new one empty.
let leftAt = -Infinity;
globalThis.autoencoderLabLeft = (shownAt) => {
  return shownAt < leftAt && performance.now() < leftAt + GONE_MS;
};

// Whether a click leads to another page in this window.
function leaves(event) {
  const link = event.composedPath().find((element) => element.href);
  if (!link || link.target === "_blank" || link.hasAttribute("download")) return false;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return false;
  return link.origin === location.origin && link.pathname !== location.pathname;
}

// First what waits for the hand to rest is said, then the click's own, then nothing.
globalThis.addEventListener?.("click", (event) => {
  if (leaves(event)) dispatchEvent(new Event(LEAVING));
}, true);
globalThis.addEventListener?.("click", (event) => {
  if (leaves(event)) leftAt = performance.now();
});
globalThis.addEventListener?.("popstate", () => (leftAt = performance.now()));

// Streamlit pushes every change of st.query_params: exploring a page is no step of the history.
const push = history.pushState;
history.pushState = (state, unused, address) => {
  const there = new URL(address ?? location.href, location.href);
  const same = there.pathname === location.pathname;
  if (!same) leftAt = -Infinity; // the new page is there
  const change = same ? history.replaceState : push;
  change.call(history, state, unused, address);
};

// The element of the document's head with that id, made if need be.
function inHead(tag, id) {
  const there = document.getElementById(id);
  if (there) return there;
  const made = Object.assign(document.createElement(tag), { id });
  document.head.append(made);
  return made;
}

// Esc ends presenting, unless it closes something that is open.
const OPEN = '[role="dialog"], [role="listbox"], [role="menu"], [data-baseweb="popover"]';
let end = null;
let free = true;
globalThis.addEventListener?.("keydown", () => (free = !document.querySelector(OPEN)), true);
globalThis.addEventListener?.("keydown", (event) => {
  if (event.key === "Escape" && free && !event.defaultPrevented) end?.();
});

globalThis.addEventListener?.("click", lead);

export default function ({ data, setTriggerValue }) {
  end = data.presenting ? () => setTriggerValue("escape", true) : null;
  document.documentElement.toggleAttribute("data-presenting", data.presenting);
  document.documentElement.lang = data.language;
  const description = inHead("meta", "lab-description");
  Object.assign(description, { name: "description", content: data.description });
  tell(data.words);
}
