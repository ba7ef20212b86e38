// What Streamlit calls for a component: there is one object for each element on the page.

export const STATE = "setStateValue";
export const TRIGGER = "setTriggerValue";

// `make(root, data)` returns an object with `update(data, …)`, which is told whatever the server
// tells, and with which of Streamlit's functions (`says`) it can answer; and with `close()`, for when
// the element goes. `selector` finds the root; without one it is the element that Streamlit made.
export function component(make, selector, ...says) {
  const shown = new WeakMap(); // by root
  return (called) => {
    const { data, parentElement } = called;
    const root = selector ? parentElement.querySelector(selector) : parentElement;
    if (!shown.has(root)) shown.set(root, make(root, data));
    shown.get(root).update(data, ...says.map((name) => called[name]));
    return () => {
      shown.get(root)?.close();
      shown.delete(root);
    };
  };
}
