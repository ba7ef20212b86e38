// Arrays that are kept from one use to the next, so that none is left to be collected while a hand
// draws. A picture is { pixels, width, height }, row by row; its array may be longer.

// Returns what gives an array of at least a length: always the same one, while it is long enough.
export function kept(Type) {
  let array = new Type(0);
  return (length) => {
    if (array.length < length) array = new Type(Math.ceil(1.5 * length));
    return array;
  };
}
