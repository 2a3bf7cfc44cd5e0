/** Labels from left to right, one character per octet; `[]` is the root. */
export type Name = readonly string[];

export const ROOT: Name = [];

/** As it stands in a zone file, with the final dot. */
export function formatName(name: Name): string {
  return `${name.map((label) => label.replace(/[^a-zA-Z0-9*_-]/g, (character) => escapeOctet(character))).join('.')}.`;
}

function escapeOctet(character: string): string {
  const octet = character.charCodeAt(0);
  if (octet > 0x20 && octet < 0x7f && !/[@$]/.test(character)) return `\\${character}`;
  return `\\${String(octet).padStart(3, '0')}`;
}

/** From presentation format; a missing final dot means nothing. */
export function parseName(text: string): Name {
  const labels: string[] = [];
  let label = '';
  for (const [part, decimal, escaped] of text.matchAll(/\\(\d{3})|\\(.)|./gs)) {
    if (decimal !== undefined) label += String.fromCharCode(Number(decimal));
    else if (escaped !== undefined) label += escaped;
    else if (part !== '.') label += part;
    else {
      if (label !== '') labels.push(label);
      label = '';
    }
  }
  if (label !== '') labels.push(label);
  return labels;
}

/** Equal for names that are equal (RFC 4343). */
export function keyOf(name: Name): string {
  return formatName(name).toLowerCase();
}

export function wireOctets(name: Name): number {
  return name.reduce((sum, label) => sum + 1 + label.length, 1);
}

export function isName(name: Name): boolean {
  return wireOctets(name) <= 255 && name.every((label) => label.length > 0 && label.length <= 63);
}

/** Whether `name` is `other` or below it. */
export function isWithin(name: Name, other: Name): boolean {
  return name.length >= other.length && keyOf(name.slice(name.length - other.length)) === keyOf(other);
}

export function toWire(name: Name): Buffer {
  return Buffer.concat([...name.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')])), Buffer.of(0)]);
}
