// Rows of small pictures and numbers. What is there stays in place and is filled anew, so that
// nothing jumps or flickers while a slider moves.

import { boardCame, live } from "../common/lab.js";
import { read } from "../common/message.js";
import { element, explain, lead, write } from "../common/page.js";
import { show } from "../common/picture.js";
import { explained } from "../common/words.js";

function child(parent, index, tag, name) {
  const there = parent.children[index];
  if (there?.localName === tag && there.dataset.part === name) return there;
  const fresh = element(tag, name);
  fresh.dataset.part = name;
  if (there) there.replaceWith(fresh);
  else parent.append(fresh);
  return fresh;
}

function cut(parent, count) {
  while (parent.children.length > count) parent.lastElementChild.remove();
}

function showPicture(figure, picture, pixels, pick, words) {
  figure.classList.toggle("chosen", Boolean(picture.chosen));
  figure.dataset.name = picture.name ?? "";
  let at = 0;
  const heading = picture.heading && child(figure, at++, "div", "heading");
  if (heading) words.say(heading, picture.heading);
  const frame = child(figure, at++, picture.name ? "a" : "div", "frame");
  if (picture.name) {
    lead(frame, picture.link || "", () => pick(picture.name));
    if (picture.chosen) frame.setAttribute("aria-current", "true");
    else frame.removeAttribute("aria-current");
  }
  const canvas = child(frame, 0, "canvas", "pixels");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", picture.alt);
  show(canvas, picture, pixels);
  const title = picture.title && child(figure, at++, "div", "title");
  if (title) write(title, picture.title);
  const caption = picture.caption && child(figure, at++, "div", "caption");
  if (caption) words.say(caption, picture.caption);
  cut(figure, at);
  if (!picture.live) return;
  live[picture.live] = (now) => {
    if (now.picture) show(canvas, now.picture, now.picture.pixels);
    if (now.heading) words.say(heading, now.heading);
    if (now.title) write(title, now.title);
    if (now.caption) words.say(caption, now.caption);
  };
}

function showNumbers(box, { numbers, question }, words) {
  numbers.forEach(([label, value, help, role], index) => {
    const cell = child(box, index, "div", "number");
    const name = child(cell, 0, "div", "label");
    write(child(name, 0, "span", "what"), label);
    const said = child(cell, 1, "div", "value");
    words.say(said, value);
    if (role) live[role] = (now) => words.say(said, now.value);
    if (help) {
      const answer = child(cell, 2, "div", "answer");
      explain(child(name, 1, "button", "ask"), answer, help, question.replace("{words}", label));
    }
    cut(name, help ? 2 : 1);
    cut(cell, help ? 3 : 2);
  });
  cut(box, numbers.length);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const board = parentElement.querySelector(".board");
  const { head: rows, body } = read(data);
  const pick = (name) => setTriggerValue("picked", name);
  const words = explained(board);
  for (const [label, , help] of rows.flatMap((row) => row.numbers)) if (help) words.skip(label);
  let at = 0;
  let place = 0;
  for (const row of rows) {
    if (row.heading) words.say(child(board, place++, "h5", "over"), row.heading);
    if (row.pictures.length) {
      const box = child(board, place++, "div", "pictures");
      box.classList.toggle("spread", row.spread);
      box.style.setProperty("--side", `${row.side / 16}rem`);
      const count = row.pictures.length;
      box.style.setProperty("--count", row.abreast || count);
      box.classList.toggle("many", !row.abreast && count > 5);
      box.classList.toggle("dense", row.side < 56);
      row.pictures.forEach((picture, index) => {
        const figure = child(box, index, "div", "picture");
        const pixels = body.subarray(at, at + picture.bytes);
        showPicture(figure, picture, pixels, pick, words);
        at += picture.bytes;
      });
      cut(box, row.pictures.length);
    }
    if (row.numbers.length) showNumbers(child(board, place++, "div", "numbers"), row, words);
  }
  cut(board, place);
  boardCame.tell();
}
