// What is done only while a pen moves: the server shows the digit at rest.

import { digit } from "./lab.js";
import { pen } from "./pen.js";
import { workers } from "./workers.js";

// Calls `begin` with the first digit of a pen, and `end` once the server has answered.
export function whileDrawing(begin, end) {
  let on = false;
  const stop = () => {
    if (on) end();
    on = false;
  };
  const look = () => {
    if (!pen.strokes.length || workers.broken) stop();
    else if (!on) {
      on = true;
      begin();
    }
  };
  const stopListening = digit.listen(look);
  return {
    answered: stop, // a pen that goes on makes another digit
    close() {
      stopListening();
      stop();
    },
  };
}
