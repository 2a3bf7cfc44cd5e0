// Octets as text and back: hexadecimal, base64, IPv4 and IPv6. The readers return undefined for what they can't read.

export function formatHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += (octet < 16 ? '0' : '') + octet.toString(16).toUpperCase();
  return text;
}

export function parseHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text)) return undefined;
  const octets = new Uint8Array(text.length / 2);
  for (let i = 0; i < octets.length; i++) octets[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return octets;
}

export function formatBase64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64');
}

export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[0-9A-Za-z+/]*={0,2}$/.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export function formatIpv4(octets: Uint8Array): string {
  return octets.join('.');
}

/** A dotted quad of decimal numbers; leading zeros are refused, since some read them as octal. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const octets = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(parts[i]) || Number(parts[i]) > 255) return undefined;
    octets[i] = Number(parts[i]);
  }
  return octets;
}

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`, IPv4-mapped with a dotted quad. */
export function formatIpv6(octets: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i] << 8) | octets[2 * i + 1]);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return '::ffff:' + formatIpv4(octets.slice(12, 16));
  let zerosAt = -1;
  let zeros = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > zeros) [zerosAt, zeros] = [i, run];
    if (run > 0) i += run - 1;
  }
  const hex = groups.map((group) => group.toString(16));
  if (zerosAt < 0) return hex.join(':');
  return hex.slice(0, zerosAt).join(':') + '::' + hex.slice(zerosAt + zeros).join(':');
}

/** Any form of RFC 4291 2.2, without zone identifier. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0], halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1], true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  if (halves.length === 1 ? given !== 8 : given > 7) return undefined;
  const groups = [...head, ...new Array<number>(8 - given).fill(0), ...tail];
  const octets = new Uint8Array(16);
  for (let i = 0; i < 8; i++) {
    octets[2 * i] = groups[i] >> 8;
    octets[2 * i + 1] = groups[i] & 0xff;
  }
  return octets;
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (mayEndInIpv4 && i === parts.length - 1 && part.includes('.')) {
      const quad = parseIpv4(part);
      if (quad === undefined) return undefined;
      groups.push((quad[0] << 8) | quad[1], (quad[2] << 8) | quad[3]);
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}
