import type { RdataToken } from '../src/index.ts';

/** One RDATA in its three forms. */
export interface Vector {
  /** Where it comes from. 'BIND 9.18' is what `named-rrchecker -u` says. */
  source: string;
  /** As in a zone file. */
  text: string;
  hex: string;
  /** What formatRdata gives, where it is not `text`. */
  formatted?: string;
  /** The value in the object door. */
  object: unknown;
  /** Why BIND 9.18 is not asked. */
  notInBind?: string;
}

export interface Vectors {
  type: string;
  good: readonly Vector[];
  /** Text that is refused, and the index of the token that is wrong. */
  badText: readonly { text: string; tokenIndex: number; notInBind?: string }[];
  /** Octets that are not RDATA of the type. */
  badHex: readonly string[];
  /** RDATA and its canonical form (RFC 4034 6.2), where they differ. */
  canonical?: readonly { from: string; to: string }[];
}

/** Tokens of a text as a zone file's reader cuts it. */
export function tokens(text: string): RdataToken[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)/g)].map(([, quoted, bare]) => ({
    text: quoted ?? bare,
    quoted: quoted !== undefined,
  }));
}

export const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
export const octetsOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
