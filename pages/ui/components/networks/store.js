// Keeps the files of networks from one visit to the next, where the browser lets us: over HTTPS,
// and on one's own machine.

const STORE = "autoencoder-lab";
const folder = (name) => new URL(`./networks/${encodeURIComponent(name)}/`, document.baseURI).href;

// The file of that digest, or undefined.
export async function get(name, digest) {
  try {
    const kept = await (await caches.open(STORE)).match(folder(name) + digest);
    return await kept?.arrayBuffer();
  } catch {
    return undefined;
  }
}

// Keeps a file instead of those of the same name; if it cannot, it comes over the network again.
export async function put(name, digest, file) {
  try {
    const store = await caches.open(STORE);
    for (const { url } of await store.keys()) {
      if (url.startsWith(folder(name))) await store.delete(url);
    }
    await store.put(folder(name) + digest, new Response(file));
  } catch {
    // no store, or no room in it
  }
}
