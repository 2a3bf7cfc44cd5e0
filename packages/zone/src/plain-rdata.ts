import { TYPE } from '@dnsteer/wire';
import type { OctetArena } from './octet-arena.ts';
import { readPlainName } from './owner-name.ts';
import { BLANK, KINDS, PLAIN, STRING } from './tokenizer.ts';

// RDATA of the types that zones are full of, read from the octets of a line into the arena, two octets behind its end. What has escapes, or anything
// that is not the plain form, is left to parseRdata: these give the same octets, or none.

/** The longest RDATA but for texts: a preference and a name, which is looked at when it is there. */
const MAX_OCTETS = 1024;
const MAX_TEXT_OCTETS = 0xffff;
const MAX_STRING_OCTETS = 255;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LETTER_A = 0x61;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const AT = 0x40;

/** Reads one RDATA after the other from lines that are known to end. */
export class PlainRdata {
  /** Octets of the RDATA that was read last. */
  length = 0;
  readonly #arena: OctetArena;

  constructor(arena: OctetArena) {
    this.#arena = arena;
  }

  /**
   * @param at - of the first word.
   * @param origin - for relative names.
   * @returns where the last word ends, or -1.
   */
  read(type: number, octets: Uint8Array, at: number, origin: Uint8Array): number {
    const to = this.#arena.room(type === TYPE.TXT ? MAX_TEXT_OCTETS + 2 : MAX_OCTETS) + 2;
    const out = this.#arena.octets;
    switch (type) {
      case TYPE.A:
        this.length = 4;
        return readIpv4(octets, at, out, to);
      case TYPE.AAAA:
        this.length = 16;
        return readIpv6(octets, at, out, to);
      case TYPE.NS:
      case TYPE.CNAME:
      case TYPE.PTR:
        return this.#name(octets, at, origin, to, 0);
      case TYPE.MX:
        return this.#mx(octets, at, origin, to);
      case TYPE.TXT:
        return this.#strings(octets, at, to);
      default:
        return -1;
    }
  }

  #name(octets: Uint8Array, at: number, origin: Uint8Array, to: number, before: number): number {
    const end = wordEnd(octets, at);
    // "@" is the origin.
    if (end === at + 1 && octets[at] === AT) return -1;
    const length = readPlainName(octets, at, end, origin, this.#arena.octets, to);
    this.length = before + length;
    return length === 0 ? -1 : end;
  }

  #mx(octets: Uint8Array, at: number, origin: Uint8Array, to: number): number {
    let preference = 0;
    const start = at;
    for (; octets[at] >= ZERO && octets[at] <= ZERO + 9; at++) preference = preference * 10 + octets[at] - ZERO;
    // More digits than that have their meaning, too, but nobody writes them.
    if (at === start || at - start > 5 || preference > 0xffff || KINDS[octets[at]] !== BLANK) return -1;
    while (KINDS[octets[at]] === BLANK) at++;
    this.#arena.octets[to] = preference >>> 8;
    this.#arena.octets[to + 1] = preference & 0xff;
    return this.#name(octets, at, origin, to + 2, 2);
  }

  #strings(octets: Uint8Array, at: number, to: number): number {
    const out = this.#arena.octets;
    const start = to;
    for (;;) {
      const isQuoted = KINDS[octets[at]] === STRING;
      const from = isQuoted ? at + 1 : at;
      let end = from;
      if (isQuoted) while (octets[end] !== QUOTE && octets[end] !== NEWLINE && octets[end] !== BACKSLASH) end++;
      else end = wordEnd(octets, at);
      const length = end - from;
      // "\#" and whatever else is not plain begins with what is no part of a word; an empty word is none.
      if (isQuoted ? octets[end] !== QUOTE : length === 0) return -1;
      if (length > MAX_STRING_OCTETS || to + length + 1 - start > MAX_TEXT_OCTETS) return -1;
      out[to++] = length;
      for (let i = from; i < end; i++) out[to++] = octets[i];
      this.length = to - start;
      at = isQuoted ? end + 1 : end;
      let next = at;
      while (KINDS[octets[next]] === BLANK) next++;
      if (KINDS[octets[next]] !== PLAIN && KINDS[octets[next]] !== STRING) return at;
      at = next;
    }
  }
}

function wordEnd(octets: Uint8Array, at: number): number {
  while (KINDS[octets[at]] === PLAIN) at++;
  return at;
}

/** A dotted quad without leading zeros. */
function readIpv4(octets: Uint8Array, at: number, out: Uint8Array, to: number): number {
  for (let left = 3; ; left--) {
    let value = octets[at] - ZERO;
    if (value < 0 || value > 9) return -1;
    let digit = octets[++at] - ZERO;
    while (digit >= 0 && digit <= 9) {
      if (value === 0) return -1;
      value = value * 10 + digit;
      if (value > 255) return -1;
      digit = octets[++at] - ZERO;
    }
    out[to++] = value;
    if (left === 0) return at;
    if (octets[at++] !== DOT) return -1;
  }
}

/** RFC 4291 2.2, without the forms that have a dotted quad. */
function readIpv6(octets: Uint8Array, at: number, out: Uint8Array, start: number): number {
  const stop = start + 16;
  let to = start;
  let zerosAt = -1;
  if (octets[at] === COLON) {
    if (octets[at + 1] !== COLON) return -1;
    zerosAt = to;
    at += 2;
    // "::" alone.
    if (KINDS[octets[at]] !== PLAIN) {
      out.fill(0, start, stop);
      return at;
    }
  }
  for (;;) {
    let group = 0;
    let digits = 0;
    for (let digit = hexDigit(octets[at]); digit >= 0 && digits < 5; digit = hexDigit(octets[++at])) {
      group = (group << 4) | digit;
      digits++;
    }
    if (digits === 0 || digits > 4 || to === stop) return -1;
    out[to++] = group >> 8;
    out[to++] = group & 0xff;
    if (octets[at] !== COLON) break;
    at++;
    if (octets[at] === COLON) {
      if (zerosAt >= 0) return -1;
      zerosAt = to;
      at++;
      if (KINDS[octets[at]] !== PLAIN) break;
    }
  }
  if (zerosAt < 0) return to === stop ? at : -1;
  // It stands for a group or more.
  if (to > stop - 2) return -1;
  out.copyWithin(stop - to + zerosAt, zerosAt, to);
  out.fill(0, zerosAt, stop - to + zerosAt);
  return at;
}

function hexDigit(octet: number): number {
  if (octet >= ZERO && octet <= ZERO + 9) return octet - ZERO;
  const letter = (octet | 0x20) - LETTER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
