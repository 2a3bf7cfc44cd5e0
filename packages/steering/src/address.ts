import { isIPv4, isIPv6 } from 'node:net';

/** Octets of an address in text: 4, 16, or undefined when it is neither IPv4 nor IPv6. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  // A zone index (fe80::1%eth0) means something on one host only.
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const octets = new Uint8Array(16);
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  octets.set(left, 0);
  octets.set(right, 16 - right.length);
  return octets;
}

/** Octets of colon-separated groups, the last of which may be dotted IPv4 (RFC 4291 2.2). */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** The canonical text of the first 4 or 16 octets (RFC 5952 4). */
export function formatAddress(octets: Uint8Array, family: 4 | 6): string {
  if (family === 4) return `${octets[0]}.${octets[1]}.${octets[2]}.${octets[3]}`;
  const words = Array.from({ length: 8 }, (_, i) => (((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0)).toString(16));
  let start = -1;
  let longest = 1; // RFC 5952 4.2.2: a single group of zeros is not shortened.
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && words[i + run] === '0') run++;
    if (run > longest) {
      start = i;
      longest = run;
    }
    i += run;
  }
  if (start < 0) return words.join(':');
  return `${words.slice(0, start).join(':')}::${words.slice(start + longest).join(':')}`;
}
