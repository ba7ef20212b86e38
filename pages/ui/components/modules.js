// Gives the modules of all components their addresses, for loader.js. They come gzipped, after a
// line that is not needed here: texts by key, each after those that it imports. A key is a name
// and a digest of the text and of all that it imports: the same in the next version of the app if
// nothing of that has changed.

const files = (globalThis.autoencoderLabFiles ??= {}); // addresses by key
const newest = {}; // addresses by name

// For workers: `new Worker(autoencoderLabAddress("common/worker.js"), { type: "module" })`.
globalThis.autoencoderLabAddress = (name) => newest[name];

// For loader.js: shows a component, which says nothing once its page has been left (head.js).
globalThis.autoencoderLabShow = (show, component) => {
  const root = component.parentElement;
  root.shownAt ??= performance.now();
  const own = { ...component };
  for (const name of ["setStateValue", "setTriggerValue"]) {
    own[name] = (...said) => {
      if (!globalThis.autoencoderLabLeft?.(root.shownAt)) component[name](...said);
    };
  }
  const end = show(own);
  root.host?.toggleAttribute("data-shown", true); // nothing else says so
  return end;
};

function addressOf(name, text) {
  const linked = text.replace(/from "\.\/([^"]+)"/g, (_, other) => `from "${newest[other]}"`);
  const contents = `${linked}\n//# sourceURL=autoencoder-lab/${name}`;
  return URL.createObjectURL(new Blob([contents], { type: "text/javascript" }));
}

export default async function ({ data }) {
  const packed = new Blob([data.subarray(data.indexOf(10) + 1)]).stream();
  const texts = new Response(packed.pipeThrough(new DecompressionStream("gzip")));
  for (const [key, text] of Object.entries(await texts.json())) {
    const [name] = key.split(" ");
    newest[name] = files[key] ??= addressOf(name, text);
  }
  dispatchEvent(new Event("autoencoder-lab-files"));
}
