import { formatHex, parseHex } from './encodings.ts';
import type { Presentation } from './form.ts';

/** 64 bits as four groups of hexadecimal, written with their zeros; `::` is not taken (RFC 6742 2.1.2). */
export function fourGroups(what: string): Presentation {
  return {
    parse(tokens, out) {
      const { text } = tokens.next(what);
      if (!/^([0-9A-F]{1,4}:){3}[0-9A-F]{1,4}$/i.test(text)) throw tokens.wrong(`${what}, four groups of hexadecimal between colons`);
      for (const group of text.split(':')) out.u16(Number.parseInt(group, 16));
    },
    format: (rdata) => Array.from({ length: 4 }, () => formatHex(rdata.take(2)).toLowerCase()).join(':'),
  };
}

/** Octets in hexadecimal, two digits each, between hyphens (RFC 7043). */
export function hyphenated(what: string, octets: number): Presentation {
  const pattern = new RegExp(`^([0-9A-F]{2}-){${octets - 1}}[0-9A-F]{2}$`, 'i');
  return {
    parse(tokens, out) {
      const { text } = tokens.next(what);
      if (!pattern.test(text)) throw tokens.wrong(`${what}, ${octets} octets of two hexadecimal digits between hyphens`);
      out.append(parseHex(text.replaceAll('-', ''))!);
    },
    format: (rdata) => formatHex(rdata.take(octets)).toLowerCase().match(/../g)!.join('-'),
  };
}
