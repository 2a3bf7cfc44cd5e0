import { formatName, parseName } from '../name-text.ts';
import { nameLength } from '../names.ts';
import { decodeTypeBitmap, encodeTypeBitmap } from '../type-bitmap.ts';
import { typeCode, typeText } from '../types.ts';
import type { RdataBuilder, RdataReader } from './cursor.ts';
import { formatBase64, formatHex, formatIpv4, formatIpv6, parseBase64, parseHex, parseIpv4, parseIpv6 } from './encodings.ts';
import { type Field, invalid, type Presentation } from './form.ts';
import { escapeText, unescapeText } from './tokens.ts';

/** An unsigned decimal number of 1, 2 or 4 octets. In an object a number; one left out is 0. */
export function unsigned(octets: 1 | 2 | 4, what: string): Field {
  const max = 2 ** (8 * octets) - 1;
  return {
    parse(tokens, out) {
      const { text } = tokens.next(what);
      const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value <= max)) throw tokens.wrong(`${what}, 0 to ${max}`);
      writeUnsigned(out, octets, value);
    },
    format: (rdata) => String(readUnsigned(rdata, octets)),
    object: {
      encode(value = 0, out) {
        if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > max) throw invalid(`${what}, 0 to ${max}`, value);
        writeUnsigned(out, octets, value as number);
      },
      decode: (rdata) => readUnsigned(rdata, octets),
    },
  };
}

/** A number of 1 or 2 octets that may be given by mnemonic; written as a number. */
export function numberOrMnemonic(octets: 1 | 2, what: string, mnemonics: Readonly<Record<string, number>>): Field {
  const number = unsigned(octets, what);
  return {
    ...number,
    parse(tokens, out) {
      const mnemonic = mnemonics[(tokens.peek()?.text ?? '').toUpperCase()];
      if (mnemonic === undefined) return number.parse(tokens, out);
      tokens.next(what);
      writeUnsigned(out, octets, mnemonic);
    },
  };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A 32-bit count of seconds; BIND's units (1h30m) are read, seconds are written. */
export function seconds(what: string): Field {
  return {
    ...unsigned(4, what),
    parse(tokens, out) {
      const { text } = tokens.next(what);
      let value = Number.NaN;
      if (/^[0-9]{1,10}$/.test(text)) value = Number(text);
      else if (/^([0-9]{1,10}[smhdw])+$/i.test(text)) {
        value = 0;
        for (const [, count, unit] of text.matchAll(/([0-9]+)([a-z])/gi)) value += Number(count) * UNIT_SECONDS[unit.toLowerCase()];
      }
      if (!(value <= 0xffffffff)) throw tokens.wrong(`${what} in seconds (or as 1h30m), up to 4294967295`);
      out.u32(value);
    },
  };
}

/** A domain name; `@` is the origin where there is one (RFC 1035 5.1). In an object its text, absolute with or without the final dot; without it when read, as dns-packet has it. */
export function domainName(what: string): Field {
  return {
    parse(tokens, out) {
      const { text } = tokens.next(what);
      const { origin } = tokens;
      if (text === '@' && origin !== undefined) out.append(origin.subarray(0, nameLength(origin)));
      else out.append(tokens.locate(() => parseName(text, origin)));
    },
    format: (rdata) => formatName(rdata.name()),
    object: {
      takesText: true,
      encode(value, out) {
        if (typeof value !== 'string') throw invalid(what, value);
        out.append(parseName(value));
      },
      decode: (rdata) => undottedName(rdata.name()),
    },
  };
}

/** A name's text without its final dot; the root stays `.`. */
export function undottedName(name: Uint8Array): string {
  const text = formatName(name);
  return text === '.' ? text : text.slice(0, -1);
}

/** One <character-string> of up to 255 octets (RFC 1035 3.3), written in quotes. */
export function characterString(what: string): Presentation {
  return {
    parse(tokens, out) {
      const { text } = tokens.nextText(what);
      const octets = tokens.locate(() => unescapeText(text));
      if (octets.length > 255) throw tokens.wrong(`${what} of at most 255 octets`);
      out.u8(octets.length);
      out.append(octets);
    },
    format: formatCharacterString,
  };
}

export function formatCharacterString(rdata: RdataReader): string {
  return `"${escapeText(rdata.characterString())}"`;
}

/** An address; in an object its text, or `{ address }`. */
function address(
  what: string,
  octets: 4 | 16,
  read: (text: string) => Uint8Array | undefined,
  write: (octets: Uint8Array) => string,
): Field {
  return {
    parse(tokens, out) {
      const address = read(tokens.next(what).text);
      if (address === undefined) throw tokens.wrong(what);
      out.append(address);
    },
    format: (rdata) => write(rdata.take(octets)),
    object: {
      takesText: true,
      encode(value, out) {
        const text = typeof value === 'object' && value !== null && 'address' in value ? value.address : value;
        const address = typeof text === 'string' ? read(text) : undefined;
        if (address === undefined) throw invalid(what, text);
        out.append(address);
      },
      decode: (rdata) => write(rdata.take(octets)),
    },
  };
}

export const ipv4Address: Field = address('an IPv4 address', 4, parseIpv4, formatIpv4);
export const ipv6Address: Field = address('an IPv6 address', 16, parseIpv6, formatIpv6);

/** Base64 to the end of RDATA, in as many words as one likes. In an object octets. */
export function base64Rest(what: string): Field {
  return {
    parse(tokens, out) {
      const octets = parseBase64(tokens.joinRest(what));
      if (octets === undefined) throw tokens.wrong(`${what} in base64`);
      out.append(octets);
    },
    format: (rdata) => formatBase64(rdata.rest()),
    object: {
      encode(value, out) {
        if (!(value instanceof Uint8Array)) throw invalid(`${what} as octets`, value);
        out.append(value);
      },
      decode: (rdata) => Buffer.from(rdata.rest()),
    },
  };
}

/** Hexadecimal to the end of RDATA, in as many words as one likes. */
export function hexRest(what: string): Presentation {
  return {
    parse(tokens, out) {
      const octets = parseHex(tokens.joinRest(what));
      if (octets === undefined) throw tokens.wrong(`${what} in hexadecimal, two digits an octet`);
      out.append(octets);
    },
    format: (rdata) => formatHex(rdata.rest()),
  };
}

/** One type by mnemonic or as TYPE123. */
export function rrType(what: string): Field {
  return {
    parse(tokens, out) {
      const code = typeCode(tokens.next(what).text);
      if (code === undefined) throw tokens.wrong(`${what}, a type`);
      out.u16(code);
    },
    format: (rdata) => typeText(rdata.u16()),
    object: {
      encode: (value, out) => out.u16(readType(value)),
      decode: (rdata) => typeText(rdata.u16()),
    },
  };
}

/** Types to the end of RDATA, as a Type Bit Maps field. In an object an array of their mnemonics. */
export const typeBitmapRest: Field = {
  parse(tokens, out) {
    const types: number[] = [];
    while (tokens.hasMore) {
      const code = typeCode(tokens.next('a type').text);
      if (code === undefined) throw tokens.wrong('a type');
      types.push(code);
    }
    out.append(encodeTypeBitmap(types));
  },
  format: (rdata) => decodeTypeBitmap(rdata.rest()).map(typeText).join(' '),
  object: {
    encode(value, out) {
      if (!Array.isArray(value)) throw invalid('an array of types', value);
      out.append(encodeTypeBitmap(value.map(readType)));
    },
    decode: (rdata) => decodeTypeBitmap(rdata.rest()).map(typeText),
  },
};

/** A type given as number, mnemonic, `TYPE65534` or, as dns-packet has it, `UNKNOWN_65534`. */
export function readType(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff) return value;
  const code = typeof value === 'string' ? typeCode(value.replace(/^UNKNOWN_/i, 'TYPE')) : undefined;
  if (code === undefined) throw invalid('a type', value);
  return code;
}

function writeUnsigned(out: RdataBuilder, octets: 1 | 2 | 4, value: number): void {
  if (octets === 1) out.u8(value);
  else if (octets === 2) out.u16(value);
  else out.u32(value);
}

function readUnsigned(rdata: RdataReader, octets: 1 | 2 | 4): number {
  if (octets === 1) return rdata.u8();
  return octets === 2 ? rdata.u16() : rdata.u32();
}
