import type { SearchName } from '@dnsteer/wire';

/** Where the labels of the name at hand start. */
const labelsAt = new Int32Array(128);

/**
 * Canonical order (RFC 4034 6.1) of the well-formed wire name at `octets[at]`, in any case, and `sname`.
 *
 * @param commonLabels - how many labels at the right are known to be the same: those of the apex.
 * @returns below 0, 0 or above 0.
 */
export function compareToSearchName(octets: Uint8Array, at: number, sname: SearchName, commonLabels: number): number {
  let count = 0;
  for (; octets[at] !== 0; at += octets[at] + 1) labelsAt[count++] = at;
  const { labelCount } = sname;
  const shorter = Math.min(count, labelCount);
  for (let label = commonLabels + 1; label <= shorter; label++) {
    let a = labelsAt[count - label];
    let b = sname.labelOffsets[labelCount - label];
    const lengthA = octets[a];
    const lengthB = sname.octets[b];
    for (let left = Math.min(lengthA, lengthB); left > 0; left--) {
      const octet = octets[++a];
      const difference = (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet) - sname.octets[++b];
      if (difference !== 0) return difference;
    }
    // The absence of an octet sorts before a zero octet.
    if (lengthA !== lengthB) return lengthA - lengthB;
  }
  return count - labelCount;
}
