// Hard words: a link to "#word-kl" shows what the word means, by hover, tap and keyboard, for as
// long as it is looked at; Esc closes it. Streamlit makes such links anew whenever it likes, so the
// document listens for all of them.

import { ADDRESS, learn } from "./common/words.js";

const WORD = `a[href^="${ADDRESS}"]`;
const GAP = 4; // between a word and its meaning
const EDGE = 8; // of the window
const PATIENCE = 250; // ms to get from a word to its meaning
let told = "";
let box = null; // all meanings, hidden
let shown = null; // the word and its meaning
let leaving = 0;

const wordOf = (event) => event.composedPath().find((node) => node.matches?.(WORD));
const within = (event) => shown && event.composedPath().includes(shown.meaning);

// What all words mean, in the present language.
export function tell(words) {
  if (told === JSON.stringify(words)) return;
  told = JSON.stringify(words);
  learn(words);
  close();
  if (!box) listen();
  box.replaceChildren(
    ...Object.entries(words).map(([name, [, text]]) => {
      const meaning = Object.assign(document.createElement("div"), { id: `word-${name}` });
      meaning.setAttribute("role", "tooltip");
      meaning.hidden = true;
      meaning.textContent = text;
      return meaning;
    }),
  );
}

// For those who hear the page: a word is described by its meaning.
function describe() {
  for (const word of document.querySelectorAll(WORD)) {
    const name = word.hash.slice(1);
    if (word.getAttribute("aria-describedby") === name) continue;
    word.setAttribute("aria-describedby", name);
    word.setAttribute("role", "button");
  }
  for (const code of document.querySelectorAll('[data-testid="stCode"] pre:not([tabindex])')) {
    code.tabIndex = 0; // it scrolls: by keyboard too
  }
  if (shown && !shown.word.isConnected) close();
}

function open(word) {
  clearTimeout(leaving);
  if (shown?.word === word) return;
  close();
  const meaning = document.getElementById(word.hash.slice(1));
  if (!meaning) return;
  const app = getComputedStyle(document.querySelector('[data-testid="stApp"]') ?? document.body);
  Object.assign(meaning.style, { color: app.color, backgroundColor: app.backgroundColor });
  meaning.hidden = false;
  shown = { word, meaning };
  place();
}

function close() {
  clearTimeout(leaving);
  if (shown) shown.meaning.hidden = true;
  shown = null;
}

function closeSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(close, PATIENCE);
}

// Below the word, or above it if there is no room.
function place() {
  if (!shown) return;
  const at = shown.word.getClientRects()[0];
  if (!at) return close();
  const { offsetWidth: width, offsetHeight: height } = shown.meaning;
  const below = at.bottom + GAP + height <= innerHeight - EDGE || at.top < height + GAP;
  const left = Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE));
  const top = below ? at.bottom + GAP : at.top - GAP - height;
  Object.assign(shown.meaning.style, { left: `${left}px`, top: `${top}px` });
}

function listen() {
  box = Object.assign(document.createElement("div"), { id: "lab-words" });
  document.body.append(box);
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      describe();
    });
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["href"] });
  const on = (name, answer) => addEventListener(name, answer, true);
  on("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const word = wordOf(event);
    if (word) open(word);
    else if (within(event)) clearTimeout(leaving);
    else if (shown && !shown.word.matches(":focus-visible")) closeSoon();
  });
  on("focusin", (event) => {
    const word = wordOf(event);
    if (word?.matches(":focus-visible")) open(word);
  });
  on("focusout", (event) => wordOf(event) && closeSoon());
  on("pointerdown", (event) => {
    if (shown && wordOf(event) !== shown.word && !within(event)) close();
  });
  on("click", (event) => {
    const word = wordOf(event);
    if (!word) return;
    event.preventDefault(); // it leads nowhere
    event.stopPropagation();
    if (shown?.word === word && event.pointerType === "touch") close();
    else open(word);
  });
  on("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  on("scroll", place);
  on("resize", place);
  describe();
}
