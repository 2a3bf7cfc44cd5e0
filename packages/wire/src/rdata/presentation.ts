import { formatName, parseName } from '../names.ts';
import { decodeTypeBitmap, encodeTypeBitmap } from '../type-bitmap.ts';
import { typeCode, typeText } from '../types.ts';
import type { RdataBuilder, RdataReader } from './cursor.ts';
import { formatBase64, formatHex, formatIpv4, formatIpv6, parseBase64, parseHex, parseIpv4, parseIpv6 } from './encodings.ts';
import { escapeText, type TokenReader, unescapeText } from './tokens.ts';

/** How one field of RDATA, or the whole of it, is written in a zone file. */
export interface Presentation {
  /** Reads tokens and appends their octets. Throws WireError ERR_WIRE_RDATA_SYNTAX with the token's index. */
  parse(tokens: TokenReader, out: RdataBuilder): void;
  /** Takes the field's octets and returns its text; '' for a field that is empty and not written at all. */
  format(rdata: RdataReader): string;
}

/** RDATA whose fields stand one after the other, in the order of the wire. */
export function sequence(...fields: readonly Presentation[]): Presentation {
  return {
    parse(tokens, out) {
      for (const field of fields) field.parse(tokens, out);
    },
    format(rdata) {
      return fields
        .map((field) => field.format(rdata))
        .filter((text) => text !== '')
        .join(' ');
    },
  };
}

/** An unsigned decimal number of 1, 2 or 4 octets. */
export function unsigned(octets: 1 | 2 | 4, what: string): Presentation {
  const max = 2 ** (8 * octets) - 1;
  return {
    parse(tokens, out) {
      const { text } = tokens.next(what);
      const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value <= max)) throw tokens.wrong(`${what}, 0 to ${max}`);
      writeUnsigned(out, octets, value);
    },
    format: (rdata) => String(readUnsigned(rdata, octets)),
  };
}

/** A number of 1 or 2 octets that may be given by mnemonic; written as a number. */
export function numberOrMnemonic(octets: 1 | 2, what: string, mnemonics: Readonly<Record<string, number>>): Presentation {
  const number = unsigned(octets, what);
  return {
    parse(tokens, out) {
      const mnemonic = mnemonics[(tokens.peek()?.text ?? '').toUpperCase()];
      if (mnemonic === undefined) return number.parse(tokens, out);
      tokens.next(what);
      writeUnsigned(out, octets, mnemonic);
    },
    format: number.format,
  };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A 32-bit count of seconds; BIND's units (1h30m) are read, seconds are written. */
export function seconds(what: string): Presentation {
  return {
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
    format: (rdata) => String(rdata.u32()),
  };
}

/** A domain name. */
export function domainName(what: string): Presentation {
  return {
    parse(tokens, out) {
      const { text } = tokens.next(what);
      out.append(tokens.locate(() => parseName(text, tokens.origin)));
    },
    format: (rdata) => formatName(rdata.name()),
  };
}

/** One <character-string> of up to 255 octets (RFC 1035 3.3), written in quotes. */
export function characterString(what: string): Presentation {
  return {
    parse(tokens, out) {
      const { text } = tokens.next(what);
      const octets = tokens.locate(() => unescapeText(text));
      if (octets.length > 255) throw tokens.wrong(`${what} of at most 255 octets`);
      out.u8(octets.length);
      out.append(octets);
    },
    format: (rdata) => `"${escapeText(rdata.characterString())}"`,
  };
}

/** The field to the end of RDATA, `min` times or more. */
export function repeated(field: Presentation, min: number): Presentation {
  return {
    parse(tokens, out) {
      for (let count = 0; count < min || tokens.hasMore; count++) field.parse(tokens, out);
    },
    format(rdata) {
      const texts: string[] = [];
      while (texts.length < min || rdata.remaining > 0) texts.push(field.format(rdata));
      return texts.join(' ');
    },
  };
}

export const ipv4Address: Presentation = {
  parse(tokens, out) {
    const address = parseIpv4(tokens.next('an IPv4 address').text);
    if (address === undefined) throw tokens.wrong('an IPv4 address');
    out.append(address);
  },
  format: (rdata) => formatIpv4(rdata.take(4)),
};

export const ipv6Address: Presentation = {
  parse(tokens, out) {
    const address = parseIpv6(tokens.next('an IPv6 address').text);
    if (address === undefined) throw tokens.wrong('an IPv6 address');
    out.append(address);
  },
  format: (rdata) => formatIpv6(rdata.take(16)),
};

/** Base64 to the end of RDATA, in as many words as one likes. */
export function base64Rest(what: string): Presentation {
  return {
    parse(tokens, out) {
      const octets = parseBase64(tokens.joinRest(what));
      if (octets === undefined) throw tokens.wrong(`${what} in base64`);
      out.append(octets);
    },
    format: (rdata) => formatBase64(rdata.rest()),
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
export function rrType(what: string): Presentation {
  return {
    parse(tokens, out) {
      const code = typeCode(tokens.next(what).text);
      if (code === undefined) throw tokens.wrong(`${what}, a type`);
      out.u16(code);
    },
    format: (rdata) => typeText(rdata.u16()),
  };
}

/** Types to the end of RDATA, as a Type Bit Maps field. */
export const typeBitmapRest: Presentation = {
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
};

function writeUnsigned(out: RdataBuilder, octets: 1 | 2 | 4, value: number): void {
  if (octets === 1) out.u8(value);
  else if (octets === 2) out.u16(value);
  else out.u32(value);
}

function readUnsigned(rdata: RdataReader, octets: 1 | 2 | 4): number {
  if (octets === 1) return rdata.u8();
  return octets === 2 ? rdata.u16() : rdata.u32();
}
