// A hand on a slider's track. A mouse moves it at once. A finger, or a pen, first shows where it is
// going: along the track it moves the slider, across it the page scrolls (`touch-action: pan-y`),
// never both; a tap sets it.

const SLACK = 6; // px: so far a finger may tremble

// `move(event)`: the slider goes where the event is; `done(taken)`: the hand has left, and if not
// `taken` the browser took the finger for a swipe.
export function drag(track, move, done) {
  let hand;
  track.addEventListener("pointerdown", (event) => {
    if (event.button || hand) return;
    hand = { id: event.pointerId, x: event.clientX, y: event.clientY, moving: false };
    if (event.pointerType === "mouse") begin(event);
  });
  track.addEventListener("pointermove", (event) => {
    if (event.pointerId !== hand?.id) return;
    const [along, across] = [event.clientX - hand.x, event.clientY - hand.y].map(Math.abs);
    if (hand.moving) move(event);
    else if (along > SLACK && along > across) begin(event);
    else if (across > SLACK) hand = undefined; // a swipe
  });
  track.addEventListener("pointerup", (event) => end(event, true));
  track.addEventListener("pointercancel", (event) => end(event, false));

  function begin(event) {
    hand.moving = true;
    try {
      track.setPointerCapture(event.pointerId);
    } catch {
      // the pointer has left meanwhile
    }
    move(event);
  }

  function end(event, taken) {
    if (event.pointerId !== hand?.id) return;
    const { moving } = hand;
    hand = undefined;
    if (taken && !moving) move(event); // a tap
    if (taken || moving) done(taken);
  }
}
