import { EntryError } from './entry-error.ts';
import type { OctetWindow } from './octet-window.ts';

export const WORD = 0;
export const QUOTED = 1;
/** The end of a line outside parentheses. */
export const END_OF_ENTRY = 2;
export const END_OF_FILE = 3;
export type TokenKind = typeof WORD | typeof QUOTED | typeof END_OF_ENTRY | typeof END_OF_FILE;

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);
const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

// What an octet is outside quotes and escapes.
export const PLAIN = 0;
export const BLANK = 1;
export const END = 2;
const OPEN = 3;
const CLOSE = 4;
export const COMMENT = 5;
export const STRING = 6;
const ESCAPE = 7;
export const RETURN = 8;
export const KINDS: Uint8Array = new Uint8Array(256);
for (const [octets, kind] of [
  [' \t', BLANK],
  ['\r', RETURN],
  ['\n', END],
  ['(', OPEN],
  [')', CLOSE],
  [';', COMMENT],
  ['"', STRING],
  ['\\', ESCAPE],
] as const) {
  for (const octet of octets) KINDS[octet.charCodeAt(0)] = kind;
}

/**
 * Cuts a zone file into words and quoted strings (RFC 1035 5.1); parentheses, comments and blanks go by unseen.
 *
 * The octets of the token that `next` found are `window.octets[from..to)`, until the next call.
 */
export class Tokenizer {
  readonly window: OctetWindow;
  from = 0;
  to = 0;
  /** Of the token, from 1. Columns count octets. */
  line = 1;
  column = 1;
  /** The entry's line starts with a blank: its owner is that of the entry before. */
  startsBlank = false;
  /** The last token was END_OF_ENTRY or END_OF_FILE. */
  isAtEnd = true;
  #at = 0;
  #currentLine = 1;
  /** Offset in the file of the current line. */
  #lineStart = 0;
  #depth = 0;
  #opened = { line: 1, column: 1 };

  constructor(window: OctetWindow) {
    this.window = window;
    while (window.end < BYTE_ORDER_MARK.length && window.fill(0));
    // A UTF-8 byte order mark is no part of the first name.
    if (window.octets.subarray(0, window.end).indexOf(BYTE_ORDER_MARK) === 0) this.#lineStart = this.#at = BYTE_ORDER_MARK.length;
  }

  /** Where in the window the next token is looked for. */
  get at(): number {
    return this.#at;
  }

  /** The line that `at` is on. */
  get currentLine(): number {
    return this.#currentLine;
  }

  /** Goes on at `at`, the start of a line so many lines further down, where somebody else has read the entries up to there. */
  skipLines(at: number, lines: number): void {
    this.#at = at;
    this.#currentLine += lines;
    this.#lineStart = this.window.base + at;
  }

  /** @throws EntryError; then go on with {@link skipEntry}. */
  next(): TokenKind {
    const { window } = this;
    if (this.isAtEnd) {
      this.isAtEnd = false;
      this.startsBlank = (this.#at < window.end || this.#more(this.#at)) && KINDS[window.octets[this.#at]] === BLANK;
    }
    for (;;) {
      if (this.#at === window.end && !this.#more(this.#at)) return this.#endOfFile();
      const at = this.#at;
      switch (KINDS[window.octets[at]]) {
        case BLANK:
          this.#at++;
          break;
        case RETURN:
          // CRLF ends a line as LF does. A CR on its own ends an entry, as in BIND; nobody counts it as a line.
          if (!this.#isNewline(at + 1)) this.#endEntry();
          this.#at++;
          if (this.isAtEnd) return END_OF_ENTRY;
          break;
        case END:
          this.#endEntry();
          this.#newLine();
          if (this.isAtEnd) return END_OF_ENTRY;
          break;
        case OPEN:
          this.#setPlace(at);
          if (this.#depth++ === 0) this.#opened = { line: this.line, column: this.column };
          this.#at++;
          break;
        case CLOSE:
          this.#setPlace(at);
          this.#at++;
          if (this.#depth === 0) throw new EntryError('ERR_ZONE_SYNTAX', 'expected no ")" without a "(" before it, found one', this);
          this.#depth--;
          break;
        case COMMENT:
          this.#skipComment();
          break;
        case STRING:
          return this.#quoted();
        default:
          return this.#word();
      }
    }
  }

  /**
   * Goes to the end of the entry after an error in it.
   *
   * @returns what is wrong with its end: a parenthesis that is never closed has swallowed the rest of the file.
   */
  skipEntry(): EntryError | undefined {
    while (!this.isAtEnd) {
      try {
        this.next();
      } catch (error) {
        if (!(error instanceof EntryError)) throw error;
        if (this.isAtEnd) return error;
      }
    }
    return undefined;
  }

  #word(): TokenKind {
    const { window } = this;
    this.from = this.#at;
    this.#setPlace(this.#at);
    let { octets, end } = window;
    let at = this.#at;
    for (;;) {
      // In a file most words end within the window, so the position is kept in a local until something rare comes.
      while (at < end && KINDS[octets[at]] === PLAIN) at++;
      this.#at = at;
      if (at === end) {
        if (!this.#more(this.from)) break;
      } else if (KINDS[octets[at]] === ESCAPE) {
        if (this.#isNewline(at + 1, this.from)) throw this.#unfinishedEscape();
        this.#at += 2;
      } else {
        break;
      }
      ({ octets, end } = window);
      at = this.#at;
    }
    this.to = this.#at;
    return WORD;
  }

  /**
   * From a quote to behind the next. A string ends on its line, unless the newline is escaped: a forgotten quote is told where it is, and not at
   * the end of the file.
   */
  #quoted(): TokenKind {
    const { window } = this;
    this.from = this.#at;
    this.#setPlace(this.#at);
    const line = this.#currentLine;
    this.#at++;
    for (;;) {
      const octet = this.#at < window.end || this.#more(this.from) ? window.octets[this.#at] : NEWLINE;
      if (octet === NEWLINE) {
        // What stands behind the quote on its line is read again, without it: there may be the ")" that the entry ends with.
        if (this.#currentLine === line) this.#at = this.from + 1;
        throw new EntryError('ERR_ZONE_SYNTAX', `expected '"' at the end of the string, found the end of the line`, this);
      }
      if (octet === BACKSLASH) {
        const isNewline = this.#isNewline(this.#at + 1, this.from);
        this.#at++;
        if (isNewline && this.#at < window.end) this.#newLine();
        else if (!isNewline) this.#at++;
      } else {
        this.#at++;
      }
      if (octet === QUOTE) break;
    }
    this.from++;
    this.to = this.#at - 1;
    return QUOTED;
  }

  #unfinishedEscape(): EntryError {
    this.#at++;
    return new EntryError('ERR_ZONE_SYNTAX', 'expected a character or three digits behind the backslash, found the end of the line', this);
  }

  #skipComment(): void {
    const { window } = this;
    for (;;) {
      const newline = window.octets.subarray(this.#at, window.end).indexOf(NEWLINE);
      this.#at = newline < 0 ? window.end : this.#at + newline;
      if (newline >= 0 || !this.#more(this.#at)) return;
    }
  }

  /** Whether a line, or the file, ends at `at`, the octet behind the current one; reads on for that. */
  #isNewline(at: number, keep = at - 1): boolean {
    const { window } = this;
    if (at < window.end) return window.octets[at] === NEWLINE;
    return !this.#more(keep) || window.octets[this.#at + 1] === NEWLINE;
  }

  /** At the end of a line: the entry ends there, too, outside parentheses. */
  #endEntry(): void {
    this.#setPlace(this.#at);
    this.isAtEnd = this.#depth === 0;
  }

  #newLine(): void {
    this.#at++;
    this.#currentLine++;
    this.#lineStart = this.window.base + this.#at;
  }

  #endOfFile(): TokenKind {
    this.#setPlace(this.#at);
    this.isAtEnd = true;
    if (this.#depth === 0) return END_OF_FILE;
    this.#depth = 0;
    throw new EntryError('ERR_ZONE_SYNTAX', 'expected ")" for this "(", found the end of the file', this.#opened);
  }

  #setPlace(at: number): void {
    this.line = this.#currentLine;
    this.column = this.window.base + at - this.#lineStart + 1;
  }

  /** Reads on, keeping the octets from `keep` on; moves `from` and the position along. */
  #more(keep: number): boolean {
    const { window } = this;
    if (window.isFull(keep))
      throw new EntryError('ERR_ZONE_SYNTAX', `expected a blank within ${window.end - keep} octets, found none`, this);
    const { base } = window;
    const more = window.fill(keep);
    this.#at -= window.base - base;
    this.from -= window.base - base;
    return more;
  }
}
