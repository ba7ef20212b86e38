// A component's own script, by source.py, which puts the key of its module for KEY. The modules of
// all components come in one message (modules.js), perhaps later than this.
const files = (globalThis.autoencoderLabFiles ??= {});
const came = () => new Promise((go) => addEventListener("autoencoder-lab-files", go, { once: true }));
while (!files["KEY"]) await came();
const show = (await import(files["KEY"])).default;
export default (component) => autoencoderLabShow(show, component);
