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

/** Whether the label at `octets[at]`, in any case, is label `label` of `sname`. */
export function isSameLabel(octets: Uint8Array, at: number, sname: SearchName, label: number): boolean {
  const wanted = sname.octets;
  let from = sname.labelOffsets[label];
  const lengthOctet = wanted[from];
  if (octets[at] !== lengthOctet) return false;
  for (let left = lengthOctet; left > 0; left--) {
    const octet = octets[++at];
    const lowerCase = wanted[++from];
    // sname is in lower case already; the owner name has the case of the zone file (RFC 4343 4.1).
    if (octet !== lowerCase && (octet + 0x20 !== lowerCase || (octet - 0x41) >>> 0 >= 26)) return false;
  }
  return true;
}
