// Made into a component by source.py, which puts names and texts of modules for FILES, each after
// those that it imports. A browser keeps one module for an address: the same text has the same
// address in all components, so they share `common.js`.
const known = (window.autoencoderLabFiles ??= {});
const addresses = {};
for (const [name, text] of Object.entries(FILES)) {
  const linked = text.replace(/from "\.\/([^"]+)"/g, (_, name) => `from "${addresses[name]}"`);
  addresses[name] = known[linked] ??= URL.createObjectURL(
    new Blob([`${linked}\n//# sourceURL=autoencoder-lab/${name}`], { type: "text/javascript" }),
  );
}
const files = Object.values(addresses);
export default (await import(files.at(-1))).default;
