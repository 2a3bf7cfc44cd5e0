import { formatBase64, formatIpv4, formatIpv6, parseBase64, parseIpv4, parseIpv6 } from './encodings.ts';
import { escapeText } from './tokens.ts';

/** The form of one SvcParamKey's value. */
export interface SvcValue {
  /** For error messages: "port with <expected>". */
  expected: string;
  /** From the octets of the text, escapes resolved once, to those of the wire; `undefined`: not a value of this key. */
  parse(text: Uint8Array): Uint8Array | undefined;
  /** The text behind `=`, quoted where it may need it; '' when there is no value. */
  format(octets: Uint8Array): string;
  check(octets: Uint8Array): boolean;
  /** The value in an object. */
  decode(octets: Uint8Array): unknown;
}

const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** The items of a value-list (RFC 9460 A.1); `undefined` when one is empty or a backslash ends the text. */
function splitList(text: Uint8Array): Uint8Array[] | undefined {
  const items: number[][] = [[]];
  for (let i = 0; i < text.length; i++) {
    const escaped = text[i] === BACKSLASH;
    if (escaped && ++i === text.length) return undefined;
    if (text[i] === COMMA && !escaped) items.push([]);
    else items[items.length - 1].push(text[i]);
  }
  return items.some((item) => item.length === 0) ? undefined : items.map((item) => Uint8Array.from(item));
}

/** A value-list of these items: the reverse of {@link splitList}. */
function joinList(items: readonly Uint8Array[]): Uint8Array {
  const list: number[] = [];
  for (const [i, item] of items.entries()) {
    if (i > 0) list.push(COMMA);
    for (const octet of item) {
      if (octet === COMMA || octet === BACKSLASH) list.push(BACKSLASH);
      list.push(octet);
    }
  }
  return Uint8Array.from(list);
}

/** One character for each octet. */
function asLatin1(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}

function joinItems(items: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(items.reduce((sum, item) => sum + item.length, 0));
  let to = 0;
  for (const item of items) {
    octets.set(item, to);
    to += item.length;
  }
  return octets;
}

/** Items of the same size, separated by commas in text. */
function fixedList(
  expected: string,
  itemOctets: number,
  parse: (text: string) => Uint8Array | undefined,
  format: (item: Uint8Array) => string,
): SvcValue {
  const split = (octets: Uint8Array): string[] => {
    const texts: string[] = [];
    for (let at = 0; at < octets.length; at += itemOctets) texts.push(format(octets.subarray(at, at + itemOctets)));
    return texts;
  };
  return {
    expected,
    parse(text) {
      const items = splitList(text)?.map((item) => parse(asLatin1(item)));
      return items?.every((item) => item !== undefined) ? joinItems(items) : undefined;
    },
    format: (octets) => split(octets).join(','),
    check: (octets) => octets.length > 0 && octets.length % itemOctets === 0,
    decode: split,
  };
}

const noValue: SvcValue = {
  expected: 'no value',
  parse: (text) => (text.length === 0 ? text : undefined),
  format: () => '',
  check: (octets) => octets.length === 0,
  decode: () => true,
};

/** Protocol identifiers with a length octet each (RFC 9460 7.1.1). */
const alpn: SvcValue = {
  expected: 'protocol identifiers, separated by commas',
  parse(text) {
    const ids = splitList(text);
    if (ids === undefined || ids.some((id) => id.length > 255)) return undefined;
    return joinItems(ids.map((id) => Uint8Array.of(id.length, ...id)));
  },
  format: (octets) => `"${escapeText(joinList(splitAlpn(octets)))}"`,
  check(octets) {
    let at = 0;
    while (at < octets.length) {
      if (octets[at] === 0) return false;
      at += octets[at] + 1;
    }
    return at > 0 && at === octets.length;
  },
  decode: (octets) => splitAlpn(octets).map(asLatin1),
};

function splitAlpn(octets: Uint8Array): Uint8Array[] {
  const ids: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += octets[at] + 1) ids.push(octets.subarray(at + 1, at + 1 + octets[at]));
  return ids;
}

function parseU16(text: string): Uint8Array | undefined {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 0xffff ? u16(Number(text)) : undefined;
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function readU16(octets: Uint8Array): number {
  return (octets[0] << 8) | octets[1];
}

const port: SvcValue = {
  expected: 'a port, 0 to 65535',
  parse: (text) => parseU16(asLatin1(text)),
  format: (octets) => String(readU16(octets)),
  check: (octets) => octets.length === 2,
  decode: readU16,
};

const base64: SvcValue = {
  expected: 'base64',
  parse: (text) => (text.length === 0 ? undefined : parseBase64(asLatin1(text))),
  format: formatBase64,
  check: (octets) => octets.length > 0,
  decode: (octets) => Buffer.from(octets),
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function hasDnsVariable(template: string): boolean {
  if (!template.startsWith('/')) return false;
  // Expression by expression, so that the work grows with the length and no faster: {?ct,dns*}, {dns:64}.
  for (const [, expression] of template.matchAll(/\{[+#./;?&]?([^{}]*)\}/g)) {
    if (expression.split(',').some((variable) => /^dns(\*|:[0-9]{1,4})?$/.test(variable))) return true;
  }
  return false;
}

/** A relative URI Template in UTF-8 with a variable `dns` in one of its expressions (RFC 9461 5, RFC 6570 2). */
const dohPath: SvcValue = {
  expected: 'a URI template that begins with / and has the variable dns',
  parse: (text) => text,
  format: (octets) => `"${escapeText(octets)}"`,
  check(octets) {
    try {
      return hasDnsVariable(utf8.decode(octets));
    } catch {
      return false;
    }
  },
  decode: asLatin1,
};

/** NamedGroups of TLS in decimal, none twice (draft-ietf-tls-key-share-prediction 3.1). */
const groupList = fixedList('groups of TLS by number, each once, separated by commas', 2, parseU16, (item) => String(readU16(item)));
const tlsSupportedGroups: SvcValue = {
  ...groupList,
  check(octets) {
    if (!groupList.check(octets)) return false;
    const groups = new Set<number>();
    for (let at = 0; at < octets.length; at += 2) groups.add(readU16(octets.subarray(at)));
    return groups.size * 2 === octets.length;
  },
};

/** The segments of a path, in the form of alpn; none for the root (RFC 9953). */
const docPath: SvcValue = {
  ...alpn,
  expected: 'the segments of a path, separated by commas',
  parse: (text) => (text.length === 0 ? text : alpn.parse(text)),
  format: (octets) => (octets.length === 0 ? '' : alpn.format(octets)),
  check: (octets) => octets.length === 0 || alpn.check(octets),
};

const keyList = fixedList('keys other than mandatory, separated by commas', 2, parseKey, (item) => svcKeyText(readU16(item)));

function parseKey(text: string): Uint8Array | undefined {
  const key = svcKeyCode(text);
  return key === undefined ? undefined : u16(key);
}

/** Keys in ascending order, each once, never itself (RFC 9460 8). */
const mandatory: SvcValue = {
  ...keyList,
  parse(text) {
    const octets = keyList.parse(text);
    if (octets === undefined) return undefined;
    const keys: number[] = [];
    for (let at = 0; at < octets.length; at += 2) keys.push(readU16(octets.subarray(at)));
    const sorted = joinItems(keys.sort((a, b) => a - b).map(u16));
    return mandatory.check(sorted) ? sorted : undefined;
  },
  check(octets) {
    if (!keyList.check(octets)) return false;
    // Key 0 is mandatory itself.
    for (let at = 0, previous = 0; at < octets.length; at += 2) {
      const key = readU16(octets.subarray(at));
      if (key <= previous) return false;
      previous = key;
    }
    return true;
  },
};

/** The keys of the registry "DNS SVCB Service Parameter Keys", at the index of their number. */
export const SVC_KEYS: readonly { name: string; value: SvcValue }[] = [
  { name: 'mandatory', value: mandatory },
  { name: 'alpn', value: alpn },
  { name: 'no-default-alpn', value: noValue },
  { name: 'port', value: port },
  { name: 'ipv4hint', value: fixedList('IPv4 addresses, separated by commas', 4, parseIpv4, formatIpv4) },
  { name: 'ech', value: base64 },
  { name: 'ipv6hint', value: fixedList('IPv6 addresses, separated by commas', 16, parseIpv6, formatIpv6) },
  { name: 'dohpath', value: dohPath },
  { name: 'ohttp', value: noValue },
  { name: 'tls-supported-groups', value: tlsSupportedGroups },
  { name: 'docpath', value: docPath },
];

/** Of the registry: reserved, and never in a record (RFC 9460 14.3.2). */
export const INVALID_KEY = 0xffff;

/** The number of a key by name or as `key667`; `undefined` for neither, and for the invalid key 65535. */
export function svcKeyCode(text: string): number | undefined {
  const known = SVC_KEYS.findIndex(({ name }) => name === text.toLowerCase());
  if (known >= 0) return known;
  const code = /^key(0|[1-9][0-9]{0,4})$/i.test(text) ? Number(text.slice(3)) : INVALID_KEY;
  return code < INVALID_KEY ? code : undefined;
}

export function svcKeyText(code: number): string {
  return SVC_KEYS[code]?.name ?? 'key' + code;
}
