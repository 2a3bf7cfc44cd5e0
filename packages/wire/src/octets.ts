/** Up to here a loop is faster than `subarray` and `set`, and makes no object. */
const LOOP_OCTETS = 256;

/** Copies `from[at..at + count)` to `to[toAt]`. */
export function copyOctets(from: Uint8Array, at: number, to: Uint8Array, toAt: number, count: number): void {
  if (count > LOOP_OCTETS) to.set(from.subarray(at, at + count), toAt);
  else for (const end = at + count; at < end; at++, toAt++) to[toAt] = from[at];
}

/** Writes 16 bits in network order. */
export function writeU16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >> 8;
  out[at + 1] = value & 0xff;
}
