// Rows of small pictures and numbers. What is there stays in place and is filled anew, so that
// nothing jumps or flickers while a slider moves.

function child(parent, index, tag, name) {
  let element = parent.children[index];
  if (element?.localName !== tag || element.dataset.part !== name) {
    const fresh = document.createElement(tag);
    fresh.className = fresh.dataset.part = name;
    if (element) element.replaceWith(fresh);
    else parent.append(fresh);
    element = fresh;
  }
  return element;
}

function cut(parent, count) {
  while (parent.children.length > count) parent.lastElementChild.remove();
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function paint(canvas, { shape, png }, pixels) {
  const [height, width, channels = 1] = shape;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  const turn = (canvas.turn = (canvas.turn ?? 0) + 1);
  if (png) {
    createImageBitmap(new Blob([pixels], { type: "image/png" })).then((bitmap) => {
      if (canvas.turn !== turn) return; // a newer picture was faster
      context.clearRect(0, 0, width, height);
      context.drawImage(bitmap, 0, 0);
    });
    return;
  }
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = pixels[channels * i + (channels < 3 ? 0 : c)];
    image.data[4 * i + 3] = channels === 4 ? pixels[4 * i + 3] : 255;
  }
  context.putImageData(image, 0, 0);
}

function showPicture(figure, picture, side, pixels, pick) {
  figure.style.width = `${side}px`;
  figure.classList.toggle("chosen", Boolean(picture.chosen));
  figure.dataset.name = picture.name ?? "";
  let at = 0;
  if (picture.heading) write(child(figure, at++, "div", "heading"), picture.heading);
  const frame = child(figure, at++, picture.name ? "a" : "div", "frame");
  if (picture.name) {
    frame.href = picture.link || "#";
    frame.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      pick(picture.name);
    };
    if (picture.chosen) frame.setAttribute("aria-current", "true");
    else frame.removeAttribute("aria-current");
  }
  const canvas = child(frame, 0, "canvas", "pixels");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", picture.alt);
  canvas.style.height = `${(side * picture.shape[0]) / picture.shape[1]}px`;
  paint(canvas, picture, pixels);
  if (picture.title) write(child(figure, at++, "div", "title"), picture.title);
  if (picture.caption) write(child(figure, at++, "div", "caption"), picture.caption);
  cut(figure, at);
}

function showNumbers(box, numbers) {
  numbers.forEach(([label, value, help], index) => {
    const cell = child(box, index, "div", "number");
    const name = child(cell, 0, "div", "label");
    write(child(name, 0, "span", "what"), label);
    write(child(cell, 1, "div", "value"), value);
    if (!help) {
      cut(name, 1);
      return cut(cell, 2);
    }
    const ask = child(name, 1, "button", "ask");
    write(ask, "?");
    ask.title = help;
    ask.setAttribute("aria-label", help);
    const answer = child(cell, 2, "div", "answer");
    write(answer, help);
    answer.hidden = !cell.classList.contains("open");
    ask.onclick = () => {
      const open = !cell.classList.contains("open");
      for (const other of box.children) {
        other.classList.remove("open");
        if (other.children[2]) other.children[2].hidden = true;
      }
      cell.classList.toggle("open", open);
      answer.hidden = !open;
    };
    ask.onblur = () => {
      cell.classList.remove("open");
      answer.hidden = true;
    };
  });
  cut(box, numbers.length);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const board = parentElement.querySelector(".board");
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const end = bytes.indexOf(10);
  const rows = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const pick = (name) => setTriggerValue("picked", name);
  let at = end + 1;
  let place = 0;
  for (const row of rows) {
    if (row.heading) write(child(board, place++, "h5", "over"), row.heading);
    if (row.pictures.length) {
      const box = child(board, place++, "div", "pictures");
      box.classList.toggle("spread", row.spread);
      row.pictures.forEach((picture, index) => {
        const figure = child(box, index, "div", "picture");
        const pixels = bytes.subarray(at, at + picture.bytes);
        showPicture(figure, picture, row.side, pixels, pick);
        at += picture.bytes;
      });
      cut(box, row.pictures.length);
    }
    if (row.numbers.length) showNumbers(child(board, place++, "div", "numbers"), row.numbers);
  }
  cut(board, place);
}
