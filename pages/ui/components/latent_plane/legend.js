// What the colours on the planes mean.

import { readable } from "../common/colours.js";
import { colour, element } from "../common/page.js";

export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".classes");
  list.setAttribute("aria-label", data.words.classes);
  const ground = colour(list, "background-color", "#fff");
  list.replaceChildren(
    ...data.names.map((name, index) => {
      const item = element("li", "", name);
      item.style.setProperty("--class", readable(data.colours[index], ground));
      return item;
    }),
  );
}
