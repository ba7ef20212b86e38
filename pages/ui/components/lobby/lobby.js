// The pages as cards. A click goes there within the session; in another tab the link does.

import { read } from "../common/message.js";
import { element, lead } from "../common/page.js";

// Streamlit's own font of icons: their names are their letters.
function icon(name) {
  const letters = element("span", "icon", name.replace(/^:material\/|:$/g, ""));
  letters.setAttribute("aria-hidden", "true");
  return letters;
}

function picture(card) {
  const box = element("span", "picture");
  if (card.picture) box.append(Object.assign(element("img"), { src: card.picture, alt: "" }));
  else box.append(icon(card.icon));
  return box;
}

function entry(card, pick) {
  const words = element(
    "span",
    "words",
    element("span", "title", card.title),
    element("span", "question", card.question),
  );
  const link = element("a", "card", picture(card), words);
  lead(link, card.slug, () => pick(card.slug));
  return element("li", "", link);
}

function group({ title, cards }, pick, number) {
  const heading = Object.assign(element("h5", "group-title", title), { id: `group-${number}` });
  const list = element("ul", "cards", ...cards.map((card) => entry(card, pick)));
  list.setAttribute("aria-labelledby", heading.id);
  const box = element("section", "group", heading, list);
  box.style.setProperty("--columns", Math.min(cards.length, 3));
  box.classList.toggle("alone", cards.length === 1);
  return box;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const lobby = parentElement.querySelector(".lobby");
  const { head } = read(data);
  const now = JSON.stringify(head);
  if (lobby.shown === now) return; // whoever stands on a card stays there
  lobby.shown = now;
  lobby.setAttribute("aria-label", head.label);
  const pick = (slug) => setTriggerValue("picked", slug);
  lobby.replaceChildren(...head.groups.map((told, number) => group(told, pick, number)));
}
