// Encoder, code, decoder and what comes out. Its elements stay: only pictures and words change.

import { boardCame, live } from "../common/lab.js";
import { read } from "../common/message.js";
import { write } from "../common/page.js";
import { show } from "../common/picture.js";

const LIVE = { input: "clean", code: "code", output: "rebuilt" };

export default function ({ data, parentElement }) {
  const { head, body } = read(data);
  const hourglass = parentElement.querySelector(".hourglass");
  hourglass.setAttribute("aria-label", head.alt);
  let at = 0;
  for (const [name, picture] of Object.entries(head.pictures)) {
    const canvas = hourglass.querySelector(`.${name} canvas`);
    show(canvas, picture, body.subarray(at, (at += picture.bytes)));
    live[LIVE[name]] = ({ picture }) => picture && show(canvas, picture, picture.pixels);
  }
  for (const [name, words] of Object.entries(head.words)) {
    write(hourglass.querySelector(`.${name} .words`), words);
  }
  boardCame.tell();
}
