// Hard words in what components write; what the words are, the document's head tells.

export const ADDRESS = "#word-";
let told = null; // all forms in one pattern, and the word's name for each
let meanings = {};
const blocks = new Map(); // by their root element

// From {kl: [["KL term", "KL"], "How much …"]}.
export function learn(words) {
  meanings = Object.fromEntries(Object.entries(words).map(([name, [, meaning]]) => [name, meaning]));
  const names = new Map();
  for (const [name, [forms]] of Object.entries(words)) {
    for (const form of forms) names.set(form.toLowerCase(), name);
  }
  const forms = Object.values(words).flatMap(([forms]) => forms);
  forms.sort((a, b) => b.length - a.length);
  // As in `terms.py`: "Prior" begins a sentence, but "Kl" is no KL.
  const either = forms.map((form) => {
    const [first, rest] = [form[0], form.slice(1)];
    const small = form === form.toLowerCase() && first !== first.toUpperCase();
    return small ? `[${first}${first.toUpperCase()}]${rest}` : form;
  });
  const edge = "[\\p{L}\\p{N}_-]";
  const pattern = new RegExp(`(?<!${edge})(?:${either.join("|")})(?!${edge})`, "gu");
  told = { pattern, names };
  for (const [root, block] of blocks) {
    if (root.isConnected) block.again();
    else blocks.delete(root);
  }
}

// The parts of a text, and the name of the word that a part is, unless it is among `known`.
export function parted(text, known = new Set()) {
  const parts = [];
  let end = 0;
  for (const { 0: form, index } of told ? text.matchAll(told.pattern) : []) {
    const name = told.names.get(form.toLowerCase());
    if (known.has(name)) continue;
    known.add(name);
    parts.push([text.slice(end, index), ""], [form, name]);
    end = index + form.length;
  }
  return [...parts, [text.slice(end), ""]].filter(([part]) => part);
}

// A piece of the page in which each hard word is marked once. Should the words come later, or in
// another language, it is written anew.
class Block {
  known = new Set();
  said = new Map(); // by element, or by a text that is skipped: its text, and the words marked in it

  // A text whose words are explained by other means.
  skip(text) {
    this.part(text, text);
  }

  // Write a text; its hard words become links to their meanings.
  say(where, text) {
    if (this.said.get(where)?.text === text) return;
    write(where, text, this.part(where, text));
  }

  // What is written to the same element later takes the place of what stood there.
  part(where, text) {
    for (const name of this.said.get(where)?.names ?? []) this.known.delete(name);
    const parts = parted(text, this.known);
    this.said.set(where, { text, names: parts.map(([, name]) => name).filter(Boolean) });
    return parts;
  }

  again() {
    this.known.clear();
    const said = [...this.said];
    this.said.clear();
    for (const [where, { text }] of said) {
      if (typeof where === "string") this.skip(text);
      else this.say(where, text);
    }
  }
}

// Begin to write what stands in an element.
export function explained(root) {
  const block = new Block();
  blocks.set(root, block);
  return block;
}

function write(where, text, parts) {
  const said = JSON.stringify(parts.map(([part, name]) => [part, meanings[name]]));
  if (where.said === said && where.textContent === text) return;
  where.said = said;
  where.replaceChildren(
    ...parts.map(([part, name]) => {
      if (!name) return part;
      const word = document.createElement("a");
      Object.assign(word, { href: `${ADDRESS}${name}`, textContent: part });
      word.style.cssText = "color:inherit;text-decoration:underline dotted 1px;"
        + "text-underline-offset:.2em;cursor:help";
      word.setAttribute("role", "button");
      word.setAttribute("aria-description", meanings[name]); // an id means nothing in a shadow
      return word;
    }),
  );
}
