// A family's file, from the browser's store or from the server.

import * as store from "./store.js";

const AGAIN_MS = [1000, 4000]; // after what failed

// What `read` makes of the file of a family. A file that cannot be read is not kept.
export async function contents({ name, digest, address }, read) {
  const kept = await store.get(name, digest);
  if (kept) {
    const known = await unpacked(kept).then(read).catch(() => null);
    if (known) return known;
  }
  const file = await patiently(() => fetched(address));
  const known = read(await unpacked(file));
  store.put(name, digest, file);
  return known;
}

async function patiently(attempt, pauses = AGAIN_MS) {
  try {
    return await attempt();
  } catch (error) {
    if (!pauses.length) throw error;
    await new Promise((go) => setTimeout(go, pauses[0]));
    return patiently(attempt, pauses.slice(1));
  }
}

// Below the app, wherever that is: pages have addresses of one step.
async function fetched(address) {
  const answer = await fetch(new URL(`.${address}`, document.baseURI));
  if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
  return answer.arrayBuffer();
}

// As `pack` in Python: gzipped, with the even bytes before the odd ones.
export async function unpacked(file) {
  const plain = new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(plain).arrayBuffer());
  const whole = new Uint8Array(bytes.length);
  const odd = Math.ceil(bytes.length / 2);
  for (let i = 0, at = 0; at < bytes.length; i++) {
    whole[at++] = bytes[i];
    if (at < bytes.length) whole[at++] = bytes[odd + i];
  }
  return whole.buffer;
}
