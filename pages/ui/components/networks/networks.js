// Brings the networks of a page, in their order, and leaves them where everything finds them.

import { family } from "../common/family.js";
import { networkCame, networks } from "../common/lab.js";
import { Queue } from "./queue.js";
import { contents } from "./fetching.js";

const AT_ONCE = 2; // so that the first one does not wait for all the others

const reported = new Set();

async function bring({ name, digest, address }) {
  try {
    networks[name] = { digest, ...(await contents({ name, digest, address }, family)) };
    networkCame.tell(name);
  } catch (error) {
    if (reported.has(name)) return;
    reported.add(name);
    console.warn(`${name} did not come; the server computes its pictures.`, error);
  }
}

const queue = new Queue(AT_ONCE, ({ name, digest }) => name + digest, bring);

export default function ({ data }) {
  queue.want(data.filter(({ name, digest }) => networks[name]?.digest !== digest));
}
