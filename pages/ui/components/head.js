// The page's language and description, and what the browser's Back leads to.

// Streamlit pushes every change of st.query_params: exploring a page is no step of the history.
const push = history.pushState;
history.pushState = (state, unused, address) => {
  const there = new URL(address ?? location.href, location.href);
  const change = there.pathname === location.pathname ? history.replaceState : push;
  change.call(history, state, unused, address);
};

export default function ({ data }) {
  document.documentElement.lang = data.language;
  let description = document.head.querySelector('meta[name="description"]');
  if (!description) {
    description = document.createElement("meta");
    description.name = "description";
    document.head.append(description);
  }
  description.content = data.description;
}
