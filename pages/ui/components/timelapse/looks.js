// Brings the looks at a training to the browser; shows nothing.

import { looks } from "../common/lab.js";
import { read } from "../common/message.js";
import { parted } from "./parted.js";

export default function ({ data }) {
  const { head, body } = read(data);
  if (looks.value?.head.key !== head.key) looks.tell(parted(head, body));
}
