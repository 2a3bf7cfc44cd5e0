import { formatName, isSubdomain, parseName, parseRdata, type RdataToken, TYPE, typeText, WireError } from '@dnsteer/wire';
import type { ZoneBuilder } from './builder.ts';
import { isMetaType } from './dynamic-table.ts';
import { EntryError } from './entry-error.ts';
import type { ZoneErrorCode } from './errors.ts';
import { readPlainName } from './owner-name.ts';
import { END_OF_FILE, QUOTED, type Tokenizer, type TokenKind, WORD } from './tokenizer.ts';
import { parseTtl } from './ttl.ts';
import { CLASS_IN, OTHER_CLASS, UNKNOWN_WORD, wordCode } from './word-code.ts';

/** A string of no octets takes one in RDATA, so 65535 tokens fill it. */
const MAX_TOKENS = 0xffff + 1;
const MAX_SHOWN = 40;
const DOT = 0x2e;

/** What one entry leaves to the next. */
export interface LastOwner {
  readonly owner: Uint8Array;
  /** It was no owner of this zone, which has been told. */
  readonly isWrong: boolean;
}

/** Reads the records of a zone file, one entry after the other, and keeps what one entry leaves to the next (RFC 1035 5.1, RFC 2308 4). */
export class EntryReader {
  readonly builder: ZoneBuilder;
  /** Wire name that relative names are relative to. */
  origin: Uint8Array;
  /** False after a $ORIGIN that was wrong and has been told: nobody knows what relative owners are. */
  isOriginKnown = true;
  /** From $TTL; -1: none. */
  defaultTtlSeconds = -1;
  /** What {@link readType} found; -1: the record states no TTL. */
  type = 0;
  statedTtlSeconds = -1;
  /** The last stated TTL; -1: none. */
  lastTtlSeconds = -1;
  readonly #owner = new Uint8Array(256);
  #hasOwner = false;
  /** The last owner was wrong and has been told; records that leave theirs out are wrong with it, once is enough. */
  #isOwnerWrong = false;
  readonly #tokens: RdataToken[] = [];
  readonly #lines: number[] = [];
  readonly #columns: number[] = [];

  constructor(builder: ZoneBuilder, origin: Uint8Array) {
    this.builder = builder;
    this.origin = origin;
  }

  /** The last owner, at the start of an array that is longer; it may be wrong, or none. */
  get owner(): Uint8Array {
    return this.#owner;
  }

  /** Whether a record that leaves its owner out has one. */
  get hasRightOwner(): boolean {
    return this.#hasOwner && !this.#isOwnerWrong;
  }

  /** Takes an owner over that somebody else has read. */
  setOwner(owner: Uint8Array): void {
    this.#owner.set(owner);
    this.#hasOwner = true;
    this.#isOwnerWrong = false;
  }

  /** What the records have that state no TTL; -1: that can't be said without the record. */
  get ttlSecondsOfOthers(): number {
    return this.defaultTtlSeconds >= 0 ? this.defaultTtlSeconds : this.lastTtlSeconds;
  }

  /** The last owner, to be given back to {@link restoreOwner} after an included file. */
  saveOwner(): LastOwner | undefined {
    return this.#hasOwner ? { owner: this.#owner.slice(), isWrong: this.#isOwnerWrong } : undefined;
  }

  /** An included file starts with no owner (`undefined`) and leaves that of the including file alone. */
  restoreOwner(last: LastOwner | undefined): void {
    this.#hasOwner = last !== undefined;
    this.#isOwnerWrong = last?.isWrong ?? false;
    if (last !== undefined) this.#owner.set(last.owner);
  }

  /** After an error about a TTL, which once told is not told again for the records that lack it. */
  forgiveTtl(): void {
    if (this.lastTtlSeconds < 0) this.lastTtlSeconds = 0;
  }

  /**
   * Reads the record whose first token was found last.
   *
   * @param line - where it stands, if that isn't where the tokenizer is.
   * @throws EntryError.
   */
  readRecord(tokenizer: Tokenizer, first: TokenKind, file: string, line = tokenizer.line): void {
    const { column } = tokenizer;
    let kind = first;
    if (tokenizer.startsBlank) {
      if (!this.#hasOwner)
        throw new EntryError('ERR_ZONE_OWNER_MISSING', 'expected an owner name: no record before this one has one', { line, column });
    } else {
      this.#readOwner(tokenizer, kind);
      kind = tokenizer.next();
    }
    kind = this.readType(tokenizer, kind);
    const { type } = this;
    const rdata = this.#readRdata(tokenizer, kind, type);
    const ttlSeconds = this.statedTtlSeconds >= 0 ? this.statedTtlSeconds : this.#impliedTtl(type, rdata, { line, column });
    if (this.#isOwnerWrong) return;
    this.builder.setPlace(file, line);
    this.builder.add(this.#owner, type, ttlSeconds, rdata);
  }

  /**
   * Reads `[TTL] [class] type` or `[class] [TTL] type` (RFC 1035 5.1) into `statedTtlSeconds` and `type`.
   *
   * @returns the kind of the token behind.
   * @throws EntryError.
   */
  readType(tokenizer: Tokenizer, first: TokenKind): TokenKind {
    let kind = first;
    let hasClass = false;
    this.statedTtlSeconds = -1;
    for (;;) {
      if (kind !== WORD) throw expected('ERR_ZONE_TYPE', 'a TTL, a class or a type', tokenizer, kind);
      const { from, to } = tokenizer;
      const { octets } = tokenizer.window;
      if (octets[from] >= 0x30 && octets[from] <= 0x39 && this.statedTtlSeconds < 0) {
        this.forgiveTtl();
        this.lastTtlSeconds = this.statedTtlSeconds = readTtl(tokenizer, kind);
        kind = tokenizer.next();
        continue;
      }
      const code = wordCode(octets, from, to);
      if (code === UNKNOWN_WORD) throw expected('ERR_ZONE_TYPE', 'a TTL, a class or a type', tokenizer, kind);
      if (code === OTHER_CLASS) throw expected('ERR_ZONE_CLASS', 'class IN, the only one served', tokenizer, kind);
      if (code === CLASS_IN && hasClass) throw expected('ERR_ZONE_CLASS', 'one class', tokenizer, kind);
      if (code !== CLASS_IN && isMetaType(code)) throw expected('ERR_ZONE_TYPE', 'a type of record', tokenizer, kind);
      kind = tokenizer.next();
      if (code !== CLASS_IN) {
        this.type = code;
        return kind;
      }
      hasClass = true;
    }
  }

  /** Reads a name that stands in a token. */
  readName(tokenizer: Tokenizer, kind: TokenKind, what: string): Uint8Array {
    if (kind !== WORD) throw expected('ERR_ZONE_NAME', what, tokenizer, kind);
    const text = tokenText(tokenizer);
    if (text === '@') return this.origin;
    try {
      return parseName(text, this.origin);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw new EntryError('ERR_ZONE_NAME', `expected ${what}, found ${error.message}`, tokenizer);
    }
  }

  #readOwner(tokenizer: Tokenizer, kind: TokenKind): void {
    const { from, to, window } = tokenizer;
    this.#isOwnerWrong = true;
    this.#hasOwner = true;
    const isPlain = kind === WORD && !(to - from === 1 && window.octets[from] === 0x40);
    if (!isPlain || readPlainName(window.octets, from, to, this.origin, this.#owner) === 0) {
      this.#owner.set(this.readName(tokenizer, kind, 'an owner name'));
    }
    if (!this.isOriginKnown && isRelative(tokenizer)) return;
    const { apex } = this.builder;
    if (!isSubdomain(this.#owner, apex)) {
      const found = formatName(this.#owner);
      throw new EntryError('ERR_ZONE_OUT_OF_ZONE', `expected an owner in the zone ${formatName(apex)}, found ${found}`, tokenizer);
    }
    this.#isOwnerWrong = false;
  }

  #readRdata(tokenizer: Tokenizer, first: TokenKind, type: number): Uint8Array {
    let kind = first;
    let count = 0;
    for (; kind === WORD || kind === QUOTED; kind = tokenizer.next()) {
      if (count === MAX_TOKENS) throw expected('ERR_ZONE_RDATA', 'the end of the record: it is longer than RDATA can be', tokenizer, kind);
      this.#lines[count] = tokenizer.line;
      this.#columns[count] = tokenizer.column;
      this.#tokens[count++] = { text: tokenText(tokenizer), quoted: kind === QUOTED };
    }
    this.#tokens.length = count;
    try {
      return parseRdata(type, this.#tokens, this.origin);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      // Its MINIMUM might have been the TTL of what follows.
      if (type === TYPE.SOA) this.forgiveTtl();
      const index = error.tokenIndex ?? 0;
      const place = index < count ? { line: this.#lines[index], column: this.#columns[index] } : tokenizer;
      throw new EntryError('ERR_ZONE_RDATA', `in the RDATA of ${typeText(type)}: ${error.message}`, place);
    }
  }

  /** RFC 2308 4: $TTL holds where no TTL is given; RFC 1035 5.1: without it the last stated TTL. */
  #impliedTtl(type: number, rdata: Uint8Array, place: { line: number; column: number }): number {
    if (this.ttlSecondsOfOthers >= 0) return this.ttlSecondsOfOthers;
    // As BIND does: an SOA without any TTL has its MINIMUM, which RFC 1035 3.3.13 means for the TTL of all records that have none.
    if (type === TYPE.SOA) return (this.defaultTtlSeconds = readMinimum(rdata));
    this.forgiveTtl();
    throw new EntryError('ERR_ZONE_TTL', 'expected a TTL: neither this record, nor a $TTL line, nor a record before has one', place);
  }
}

/** MINIMUM is the last field of an SOA; as a TTL it has 31 bits (RFC 2181 8). */
function readMinimum(rdata: Uint8Array): number {
  const at = rdata.length - 4;
  const minimum = (rdata[at] << 24) | (rdata[at + 1] << 16) | (rdata[at + 2] << 8) | rdata[at + 3];
  return Math.max(0, minimum);
}

/** Reads the TTL that stands in a token. */
export function readTtl(tokenizer: Tokenizer, kind: TokenKind): number {
  const ttlSeconds = kind === WORD ? parseTtl(tokenizer.window.octets, tokenizer.from, tokenizer.to) : -1;
  if (ttlSeconds < 0) throw expected('ERR_ZONE_TTL', 'a TTL in seconds (or as 1h30m), up to 2147483647', tokenizer, kind);
  return ttlSeconds;
}

/** Whether the name that stands in a token is relative. */
export function isRelative({ window, to }: Tokenizer): boolean {
  return window.octets[to - 1] !== DOT;
}

/** The token as it stands, one character for each octet. */
export function tokenText(tokenizer: Tokenizer): string {
  return tokenizer.window.octets.toString('latin1', tokenizer.from, tokenizer.to);
}

/** "expected this, found that", at the token's place. */
export function expected(code: ZoneErrorCode, what: string, tokenizer: Tokenizer, kind: TokenKind): EntryError {
  let found = kind === END_OF_FILE ? 'the end of the file' : 'the end of the line';
  if (kind === WORD || kind === QUOTED) {
    // Zone files are UTF-8 today, if they aren't ASCII.
    const text = tokenizer.window.octets.toString('utf8', tokenizer.from, tokenizer.to);
    found = `"${text.length > MAX_SHOWN ? text.slice(0, MAX_SHOWN) + '...' : text}"`;
  }
  return new EntryError(code, `expected ${what}, found ${found}`, tokenizer);
}
