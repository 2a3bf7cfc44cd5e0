import { ALGORITHM_MNEMONICS } from '../algorithms.ts';
import { base64Rest, numberOrMnemonic, unsigned } from '../fields.ts';
import { type Presentation, sequence } from '../form.ts';
import type { TokenReader } from '../tokens.ts';

/** RFC 2535 7.1, in the order of 3.1.2. */
const FLAGS: Readonly<Record<string, number>> = {
  NOCONF: 0x4000,
  NOAUTH: 0x8000,
  NOKEY: 0xc000,
  FLAG2: 0x2000,
  EXTEND: 0x1000,
  FLAG4: 0x0800,
  FLAG5: 0x0400,
  USER: 0,
  ZONE: 0x0100,
  HOST: 0x0200,
  NTYP3: 0x0300,
  FLAG8: 0x0080,
  FLAG9: 0x0040,
  FLAG10: 0x0020,
  FLAG11: 0x0010,
  ...Object.fromEntries(Array.from({ length: 16 }, (_, signatory) => ['SIG' + signatory, signatory])),
};

const PROTOCOLS = { NONE: 0, TLS: 1, EMAIL: 2, DNSSEC: 3, IPSEC: 4, ALL: 255 } as const;

/** Both upper bits set: there is no key, and RDATA ends with the algorithm (RFC 2535 3.1.2). */
const NO_KEY = 0xc000;

const protocol = numberOrMnemonic(1, 'the protocol', PROTOCOLS);
const algorithm = numberOrMnemonic(1, 'the algorithm', ALGORITHM_MNEMONICS);
const publicKey = base64Rest('the public key');
const withoutKey = sequence(unsigned(2, 'the flags'), protocol, algorithm);

/** RFC 2535 7.1. */
export const key: Presentation = {
  parse(tokens, out) {
    const flags = parseFlags(tokens);
    out.u16(flags);
    protocol.parse(tokens, out);
    algorithm.parse(tokens, out);
    if ((flags & NO_KEY) !== NO_KEY) publicKey.parse(tokens, out);
  },
  format(rdata) {
    const text = withoutKey.format(rdata);
    return rdata.remaining > 0 ? `${text} ${publicKey.format(rdata)}` : text;
  },
};

/** A number, or mnemonics between bars. */
function parseFlags(tokens: TokenReader): number {
  const { text } = tokens.next('the flags');
  if (/^[0-9]{1,5}$/.test(text) && Number(text) <= 0xffff) return Number(text);
  let flags = 0;
  for (const mnemonic of text.toUpperCase().split('|')) {
    if (FLAGS[mnemonic] === undefined) throw tokens.wrong('the flags, 0 to 65535 or mnemonics as NOCONF|ZONE');
    flags |= FLAGS[mnemonic];
  }
  return flags;
}

/** Flags, protocol, algorithm, and a key unless the flags say that there is none. */
export function keyEnd(octets: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return -1;
  const hasKey = ((octets[at] << 8) & NO_KEY) !== NO_KEY;
  return hasKey === end > at + 4 ? end : -1;
}
