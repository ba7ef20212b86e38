// Where the steps of a ruler stand.

const BREAK = 0.09; // of the length: from zero to where the logarithms begin

// The place of a distance from zero between `top` and `bottom`; below `low` it is linear.
export function place(at, { low, high }, top, bottom) {
  const begin = top + BREAK * (bottom - top);
  if (at <= low) return top + (Math.max(0, at) / low) * (begin - top);
  const share = Math.log(at / low) / Math.log(high / low);
  return Math.min(bottom, begin + share * (bottom - begin));
}

// Places as near as can be to those that are wanted, at least `size` apart and within the ends:
// what would overlap forms a group around its middle. In the order in which they came.
export function apart(wanted, size, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const groups = [];
  for (const i of order) {
    let group = { members: [i], middle: wanted[i] };
    for (;;) {
      const room = (size * (group.members.length - 1)) / 2;
      group.middle = Math.min(high - room, Math.max(low + room, group.middle));
      const above = groups.at(-1);
      if (!above) break;
      const reach = above.middle + (size * (above.members.length + 1)) / 2;
      if (group.middle - room >= reach - 1e-9) break;
      groups.pop();
      const members = [...above.members, ...group.members];
      const mean = members.reduce((sum, each) => sum + wanted[each], 0) / members.length;
      group = { members, middle: mean };
    }
    groups.push(group);
  }
  const places = [];
  for (const { members, middle } of groups) {
    members.forEach((each, i) => {
      places[each] = middle + size * (i - (members.length - 1) / 2);
    });
  }
  return places;
}
