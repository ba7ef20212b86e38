// The page's language and description, and what the browser's Back leads to.

import { lead } from "./first_step.js";
import { tell } from "./words.js";

// Streamlit pushes every change of st.query_params: exploring a page is no step of the history.
const push = history.pushState;
history.pushState = (state, unused, address) => {
  const there = new URL(address ?? location.href, location.href);
  const change = there.pathname === location.pathname ? history.replaceState : push;
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
