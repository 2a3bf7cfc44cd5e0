import { hashOctet, joinHash, SearchName, startLabelHash, TYPE } from '@dnsteer/wire';
import type { EntryReader } from './entry-reader.ts';
import { MAX_TTL_SECONDS } from './layout.ts';
import { PlainRdata } from './plain-rdata.ts';
import { BLANK, COMMENT, END, KINDS, PLAIN, RETURN, type Tokenizer } from './tokenizer.ts';
import type { ZoneStore } from './zone-store.ts';

const MAX_NAME_OCTETS = 255;
const MAX_LABEL_OCTETS = 63;
const NEWLINE = 0x0a;
const DOLLAR = 0x24;
const DOT = 0x2e;
const ZERO = 0x30;
const AT = 0x40;
const LETTER_BITS = 5;
const MAX_LETTERS = 5;

/** [octet] is 1 in a label that is neither escaped nor at its end. */
const IN_LABEL = KINDS.map((kind, octet) => (kind === PLAIN && octet !== DOT ? 1 : 0));
const LOWER_CASE = new Uint8Array(256).map((_, octet) => (octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet));

/** A word of up to five letters, in any case, as one number. */
function letters(word: string): number {
  let key = 0;
  for (let i = 0; i < word.length; i++) key = (key << LETTER_BITS) | (word.charCodeAt(i) & 0x1f);
  return key;
}
const IN = letters('IN');
const A = letters('A');
const AAAA = letters('AAAA');
const NS = letters('NS');
const CNAME = letters('CNAME');
const MX = letters('MX');
const TXT = letters('TXT');
const PTR = letters('PTR');

/** The type that a word stands for, if PlainRdata reads it; else 0. */
function plainType(key: number): number {
  switch (key) {
    case A:
      return TYPE.A;
    case AAAA:
      return TYPE.AAAA;
    case NS:
      return TYPE.NS;
    case CNAME:
      return TYPE.CNAME;
    case MX:
      return TYPE.MX;
    case TXT:
      return TYPE.TXT;
    case PTR:
      return TYPE.PTR;
    default:
      return 0;
  }
}

/**
 * Reads the lines that zones are full of: an owner or none, TTL, class, type and RDATA, without parentheses and escapes, all on a line that has come
 * whole. It makes neither strings nor objects, and hashes names as it reads them.
 *
 * What it reads is in the store as EntryReader would have put it there. What it doesn't, any error among it, it leaves untouched to EntryReader.
 */
export class PlainEntries {
  readonly #entries: EntryReader;
  readonly #store: ZoneStore;
  readonly #rdata: PlainRdata;
  readonly #sname = new SearchName();
  /** The last owner's number; -1: the entry reader has it. */
  #owner = -1;
  /** The origin that relative owners are looked for below, its number in the store and its hash; no number: not here. */
  #origin: Uint8Array | undefined;
  #originName = -1;
  #originHash = 0;
  /** The owner that was read last: where its labels lie in the arena, their hashes, and what is to the right of them. */
  readonly #labelAt = new Int32Array(128);
  readonly #labelHash = new Int32Array(128);
  #labelCount = 0;
  #ownerAt = 0;
  #ownerEnd = 0;
  #base = -1;
  #baseHash = 0;
  /** What stands before the RDATA. */
  #type = 0;
  #statedTtlSeconds = -1;

  constructor(entries: EntryReader, store: ZoneStore) {
    this.#entries = entries;
    this.#store = store;
    this.#rdata = new PlainRdata(store.records.arena);
  }

  /** Reads the lines from the start of an entry on up to the first that is not plain. */
  read(tokenizer: Tokenizer): void {
    const { octets, end } = tokenizer.window;
    const { currentLine } = tokenizer;
    let { at } = tokenizer;
    if (at >= end) return;
    // Where the last line that is whole ends. No word goes on behind it, so nobody has to ask where the octets end.
    const last = octets.lastIndexOf(NEWLINE, end - 1);
    this.#takeOrigin();
    this.#owner = -1;
    let type = -1;
    let lines = 0;
    while (at <= last) {
      const next = this.#line(octets, at, currentLine + lines);
      if (next < 0) break;
      if (this.#type !== 0) type = this.#type;
      lines++;
      at = next;
    }
    if (lines === 0) return;
    tokenizer.skipLines(at, lines);
    if (this.#owner >= 0) this.#entries.setOwner(this.#store.names.wireName(this.#owner));
    if (type >= 0) this.#entries.type = type;
  }

  /** @returns where the next line starts; -1 when this one is not plain. */
  #line(octets: Uint8Array, lineAt: number, line: number): number {
    const kind = KINDS[octets[lineAt]];
    let at = lineAt;
    let hasOwner = false;
    this.#type = 0;
    if (kind === PLAIN) {
      at = this.#readOwner(octets, at);
      hasOwner = true;
    } else if (kind === BLANK) {
      if (this.#owner < 0 && !this.#entries.hasRightOwner) return -1;
    } else {
      return lineEnd(octets, at);
    }
    if (at < 0) return -1;
    at = this.#readType(octets, at);
    // Left before anything is in the store.
    if (at < 0) return -1;
    at = this.#rdata.read(this.#type, octets, at, this.#entries.origin);
    if (at < 0) return -1;
    at = lineEnd(octets, at);
    if (at < 0) return -1;
    const ttlSeconds = this.#statedTtlSeconds >= 0 ? this.#statedTtlSeconds : this.#entries.ttlSecondsOfOthers;
    if (ttlSeconds < 0) return -1;
    if (this.#statedTtlSeconds >= 0) this.#entries.lastTtlSeconds = ttlSeconds;
    if (hasOwner) this.#owner = this.#intern();
    else if (this.#owner < 0) this.#owner = this.#store.intern(this.#entries.owner);
    this.#store.appendRecord(this.#owner, this.#type, ttlSeconds, this.#rdata.length, line);
    return at;
  }

  /** @returns where the owner ends, with a blank behind it; -1. */
  #readOwner(octets: Uint8Array, at: number): number {
    const { arena } = this.#store.names;
    const labelAt = this.#labelAt;
    const labelHash = this.#labelHash;
    const start = arena.room(2 * MAX_NAME_OCTETS);
    const out = arena.octets;
    let to = start;
    let count = 0;
    if (octets[at] === DOLLAR || octets[at] === AT) return -1;
    for (;;) {
      let stop = at;
      while (IN_LABEL[octets[stop]] === 1) stop++;
      const length = stop - at;
      if (length === 0 || length > MAX_LABEL_OCTETS || to + length + 2 - start > MAX_NAME_OCTETS) return -1;
      labelAt[count] = to;
      out[to++] = length;
      let hash = startLabelHash(length);
      for (; at < stop; at++) {
        const octet = octets[at];
        out[to++] = octet;
        hash = hashOctet(hash, LOWER_CASE[octet]);
      }
      labelHash[count++] = hash;
      if (octets[at] !== DOT) break;
      at++;
      if (KINDS[octets[at]] === BLANK) {
        out[to++] = 0;
        this.#ownerAt = start;
        this.#ownerEnd = to;
        return this.#isBelowApex(count) ? at : -1;
      }
    }
    if (this.#originName < 0 || KINDS[octets[at]] !== BLANK) return -1;
    const origin = this.#origin!;
    if (to + origin.length - start > MAX_NAME_OCTETS) return -1;
    for (let i = 0; i < origin.length; i++) out[to++] = origin[i];
    this.#ownerAt = start;
    this.#ownerEnd = to;
    this.#labelCount = count;
    this.#base = this.#originName;
    this.#baseHash = this.#originHash;
    return at;
  }

  /** Whether the absolute owner that was read ends in the apex; what is to the left of that are its labels then. */
  #isBelowApex(labelCount: number): boolean {
    const { apex, apexLabelCount, names } = this.#store;
    const { octets } = names.arena;
    const count = labelCount - apexLabelCount;
    let at = this.#ownerEnd - apex.length;
    if (count < 0 || at !== (apexLabelCount === 0 ? this.#ownerEnd - 1 : this.#labelAt[count])) return false;
    for (let i = 0; i < apex.length; i++) if (LOWER_CASE[octets[at++]] !== LOWER_CASE[apex[i]]) return false;
    this.#labelCount = count;
    this.#base = 0;
    this.#baseHash = names.hash(0);
    return true;
  }

  /** The number of the owner that was read, which is put in with what is missing above it. */
  #intern(): number {
    const { names } = this.#store;
    const labelAt = this.#labelAt;
    const labelHash = this.#labelHash;
    let name = this.#base;
    let hash = this.#baseHash;
    let label = this.#labelCount;
    while (label > 0) {
      const labelsHash = joinHash(hash, labelHash[label - 1]);
      const child = names.child(name, labelsHash, names.arena.octets, labelAt[label - 1]);
      if (child < 0) break;
      name = child;
      hash = labelsHash;
      label--;
    }
    if (label === 0) return name;
    const end = this.#ownerEnd;
    names.arena.take(end - this.#ownerAt);
    while (--label >= 0) {
      hash = joinHash(hash, labelHash[label]);
      name = names.add(labelAt[label], end - labelAt[label], hash, name);
    }
    return name;
  }

  /** Reads `[TTL] [class] type` in any order of the first two. @returns where the RDATA starts; -1. */
  #readType(octets: Uint8Array, at: number): number {
    let hasClass = false;
    this.#statedTtlSeconds = -1;
    for (;;) {
      while (KINDS[octets[at]] === BLANK) at++;
      let digit = octets[at] - ZERO;
      if (digit >= 0 && digit <= 9) {
        if (this.#statedTtlSeconds >= 0) return -1;
        let ttlSeconds = 0;
        for (; digit >= 0 && digit <= 9 && ttlSeconds <= MAX_TTL_SECONDS; digit = octets[++at] - ZERO) ttlSeconds = ttlSeconds * 10 + digit;
        if (ttlSeconds > MAX_TTL_SECONDS || KINDS[octets[at]] !== BLANK) return -1;
        this.#statedTtlSeconds = ttlSeconds;
        continue;
      }
      const start = at;
      let key = 0;
      for (let letter = octets[at] | 0x20; letter >= 0x61 && letter <= 0x7a; letter = octets[++at] | 0x20) {
        if (at - start === MAX_LETTERS) return -1;
        key = (key << LETTER_BITS) | (letter & 0x1f);
      }
      if (at === start || KINDS[octets[at]] !== BLANK) return -1;
      if (key === IN) {
        if (hasClass) return -1;
        hasClass = true;
        continue;
      }
      const type = plainType(key);
      if (type === 0) return -1;
      this.#type = type;
      while (KINDS[octets[at]] === BLANK) at++;
      return at;
    }
  }

  #takeOrigin(): void {
    const { origin, isOriginKnown } = this.#entries;
    if (isOriginKnown && this.#origin === origin && this.#originName >= 0) return;
    this.#origin = origin;
    const { name, isWhole } = this.#store.closest(origin);
    this.#originName = isOriginKnown && isWhole ? name : -1;
    if (this.#originName < 0) return;
    this.#sname.set(origin);
    this.#originHash = this.#sname.suffixHashes[0];
  }
}

/** Behind the newline, if nothing but blanks and a comment is before it; else -1. */
function lineEnd(octets: Uint8Array, at: number): number {
  while (KINDS[octets[at]] === BLANK) at++;
  let kind = KINDS[octets[at]];
  // In a comment, too, a CR that no LF follows is for others to think about.
  if (kind === COMMENT) {
    while (octets[at] !== NEWLINE) at++;
    return at + 1;
  }
  if (kind === RETURN) kind = KINDS[octets[++at]];
  return kind === END ? at + 1 : -1;
}
