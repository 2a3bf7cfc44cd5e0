/**
 * Weighted rendezvous hashing (highest random weight, Thaler and Ravishankar 1998; weights by -ln(u)/w): every endpoint gets a
 * number from (client, endpoint) alone, and the smallest wins. When an endpoint goes, only its own clients move.
 */

/** MurmurHash3's 32-bit finalizer: every input bit moves every output bit. */
export function mix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Stable across reloads, restarts and name servers: it depends on the id alone. */
export function hashId(id: string): number {
  let h = id.length;
  for (let i = 0; i < id.length; i++) h = mix32(h ^ Math.imul(id.charCodeAt(i), 0x9e3779b1));
  return h;
}

/** @param prefixLength - bits of `address` that count, 0-32 or 0-128 by `family`. */
export function hashSubnet(address: Uint8Array, family: 4 | 6, prefixLength: number): number {
  let h: number = family;
  for (let at = 0, bits = prefixLength; bits > 0; at += 4, bits -= 32) {
    const word = (address[at]! << 24) | (address[at + 1]! << 16) | (address[at + 2]! << 8) | address[at + 3]!;
    h = (mix32(h ^ (bits >= 32 ? word : word & (-1 << (32 - bits)))) + 0x9e3779b9) | 0;
  }
  return h;
}

/** @param name - an uncompressed wire name in lower case (RFC 4034 6.2); what lies behind its root octet does not count. */
export function hashName(name: Uint8Array): number {
  let h = 0;
  for (let at = 0; name[at] !== 0 && at < name.length; ) {
    for (const end = at + name[at]!; at <= end; at++) h = mix32(h ^ Math.imul(name[at]!, 0x9e3779b1));
  }
  return h;
}

/** What belongs to this client and this endpoint: an int32, as a number that is not small would be an object wherever it is returned. */
export function rendezvousDraw(subnetHash: number, idHash: number): number {
  return mix32(mix32(subnetHash ^ idHash) + idHash);
}

/**
 * Writes the cost of an endpoint of weight `weights[of]` to `costs[at]`: the lower, the better; > 0. One of weight w is the lowest for w / (sum of weights) of all clients.
 * By arrays, as a number that is not small would be an object wherever it is handed on.
 */
export function writeCost(costs: Float64Array, at: number, draw: number, weights: Float64Array, of: number): void {
  costs[at] = -Math.log(((draw >>> 0) + 0.5) / DRAWS) / weights[of]!;
}

/** Whether the cost can't be lower than `costs[at]`, told without a logarithm: 1 - u <= -ln(u). */
export function isNoLower(costs: Float64Array, at: number, draw: number, weights: Float64Array, of: number): boolean {
  return 1 - ((draw >>> 0) + 0.5) / DRAWS >= costs[at]! * weights[of]!;
}

const DRAWS = 4294967296;
