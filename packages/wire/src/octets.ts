/** Up to here a loop is faster than `subarray` and `set`, and makes no object. */
const LOOP_OCTETS = 256;

/** Copies `from[at..at + count)` to `to[toAt]`. */
export function copyOctets(from: Uint8Array, at: number, to: Uint8Array, toAt: number, count: number): void {
  if (count > LOOP_OCTETS) {
    to.set(from.subarray(at, at + count), toAt);
    return;
  }
  const end = at + count;
  // Eight at a time: V8 looks at both arrays anew in each round of a loop.
  for (; at + 8 <= end; at += 8, toAt += 8) {
    to[toAt] = from[at];
    to[toAt + 1] = from[at + 1];
    to[toAt + 2] = from[at + 2];
    to[toAt + 3] = from[at + 3];
    to[toAt + 4] = from[at + 4];
    to[toAt + 5] = from[at + 5];
    to[toAt + 6] = from[at + 6];
    to[toAt + 7] = from[at + 7];
  }
  for (; at < end; at++, toAt++) to[toAt] = from[at];
}

/** Writes 16 bits in network order. */
export function writeU16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >> 8;
  out[at + 1] = value & 0xff;
}
