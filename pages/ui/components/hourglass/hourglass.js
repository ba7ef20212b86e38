// Encoder, code, decoder and what comes out. Its elements stay: only pictures and words change.

import { write } from "../common/page.js";

function fill(part, address, words) {
  write(part.querySelector("span"), words);
  part.wanted = address;
  const ready = Object.assign(new Image(), { src: address });
  ready.decode().then(
    () => part.wanted === address && (part.querySelector("img").src = address),
    () => {}, // a picture that came too late
  );
}

export default function ({ data, parentElement }) {
  const hourglass = parentElement.querySelector(".hourglass");
  hourglass.setAttribute("aria-label", data.alt);
  for (const [name, address] of Object.entries(data.pictures)) {
    fill(hourglass.querySelector(`.${name}`), address, data.words[name]);
  }
  for (const name of ["encoder", "decoder"]) {
    write(hourglass.querySelector(`.${name} b`), data.words[name]);
  }
}
