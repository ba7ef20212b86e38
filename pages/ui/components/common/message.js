// What the server sends: a line of JSON, then bytes.

export function read(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const [head, start] = line(bytes, 0);
  return { head, body: bytes.subarray(start) };
}

// The JSON of a line, and where the next one begins.
export function line(bytes, start) {
  const end = bytes.indexOf(10, start);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))), end + 1];
}
