import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { storeOf, type ZoneBuilder } from './builder.ts';
import { EntryError } from './entry-error.ts';
import { EntryReader, expected, isRelative, readTtl, tokenText } from './entry-reader.ts';
import type { ZoneProblem } from './errors.ts';
import { readGenerate } from './generate.ts';
import { OctetWindow } from './octet-window.ts';
import { PlainEntries } from './plain-entries.ts';
import { END_OF_ENTRY, END_OF_FILE, QUOTED, Tokenizer, type TokenKind, WORD } from './tokenizer.ts';
import type { ZoneStore } from './zone-store.ts';

const MAX_PROBLEMS = 100;
const MAX_INCLUDE_DEPTH = 16;
/** Records that $GENERATE lines make in one zone: as many as addresses in a /8. */
const MAX_GENERATED = 1 << 24;
/** A text may come from anywhere, and should not grow much: as many as addresses in a /16. */
const MAX_GENERATED_FROM_TEXT = 1 << 16;
const DOLLAR = 0x24;
/** What is found behind the type of a record. */
const TYPE_IS_KNOWN: ReadonlySet<string> = new Set(['ERR_ZONE_RDATA', 'ERR_ZONE_OUT_OF_ZONE']);

/** Reads zone files with what they include, and goes on after an error to find the others. */
export class ZoneReader {
  readonly problems: ZoneProblem[] = [];
  readonly #entries: EntryReader;
  readonly #plain: PlainEntries;
  readonly #store: ZoneStore;
  /** The files that are open, as they were named and as they are; none while a text is read. */
  readonly #open: { file: string; realPath: string }[] = [];
  #generatedLeft = MAX_GENERATED;
  /** Types of records that could not be read; where not even the type is known, any. */
  readonly #unreadTypes = new Set<number>();
  #isAnyUnread = false;

  constructor(builder: ZoneBuilder, origin: Uint8Array, defaultTtlSeconds: number) {
    this.#entries = new EntryReader(builder, origin);
    this.#entries.defaultTtlSeconds = defaultTtlSeconds;
    this.#store = storeOf(builder);
    this.#plain = new PlainEntries(this.#entries, this.#store);
  }

  /** Whether a record of this type may stand in what could not be read. */
  mayHaveMissed(type: number): boolean {
    return this.#isAnyUnread || this.#unreadTypes.has(type);
  }

  readText(octets: Uint8Array, file: string): void {
    this.#generatedLeft = MAX_GENERATED_FROM_TEXT;
    this.#readEntries(new Tokenizer(new OctetWindow(octets)), file);
  }

  /** @throws EntryError ERR_ZONE_FILE. */
  readFile(file: string): void {
    const including = this.#open.length;
    let descriptor = -1;
    try {
      descriptor = openSync(file, 'r');
      this.#open.push({ file, realPath: realpathSync(file) });
      const window = new OctetWindow((into, at) => readSync(descriptor, into, at, into.length - at, null));
      this.#readEntries(new Tokenizer(window), file, fstatSync(descriptor).size);
    } catch (error) {
      if (!(error instanceof Error) || !('syscall' in error)) throw error;
      throw new EntryError('ERR_ZONE_FILE', `expected a file that can be read, found ${error.message}`, { line: 0, column: 0 });
    } finally {
      this.#open.length = including;
      if (descriptor >= 0) closeSync(descriptor);
    }
  }

  /** @param fileOctets - 0: nobody knows, or it isn't many. */
  #readEntries(tokenizer: Tokenizer, file: string, fileOctets = 0): void {
    const before = this.#store.size;
    let isSized = false;
    this.#entries.builder.setPlace(file, 0);
    while (this.problems.length < MAX_PROBLEMS) {
      try {
        this.#readPlain(tokenizer, file);
        if (!isSized && tokenizer.window.base > 0) {
          isSized = true;
          this.#store.expectMore(before, fileOctets / (tokenizer.window.base + tokenizer.at));
        }
        const kind = tokenizer.next();
        if (kind === END_OF_FILE) return;
        if (kind !== END_OF_ENTRY) this.#readEntry(tokenizer, kind, file);
      } catch (error) {
        if (!(error instanceof EntryError)) throw error;
        // A "(" that is never closed is the cause of what was found behind it, so it comes first.
        const unclosed = tokenizer.skipEntry();
        if (unclosed !== undefined) this.#report(unclosed, file);
        if (unclosed === undefined && TYPE_IS_KNOWN.has(error.code)) this.#unreadTypes.add(this.#entries.type);
        else this.#isAnyUnread = true;
        this.#report(error, file);
      }
    }
  }

  /** Most entries of most files, without the others' ado. */
  #readPlain(tokenizer: Tokenizer, file: string): void {
    if (!tokenizer.isAtEnd) return;
    this.#entries.builder.setPlace(file, 0);
    this.#plain.read(tokenizer);
  }

  #readEntry(tokenizer: Tokenizer, kind: TokenKind, file: string): void {
    const isDirective = kind === WORD && !tokenizer.startsBlank && tokenizer.window.octets[tokenizer.from] === DOLLAR;
    if (isDirective) this.#readDirective(tokenizer, kind, file);
    else this.#entries.readRecord(tokenizer, kind, file);
  }

  #readDirective(tokenizer: Tokenizer, kind: TokenKind, file: string): void {
    switch (tokenText(tokenizer).toUpperCase()) {
      case '$ORIGIN': {
        const entries = this.#entries;
        const kind = tokenizer.next();
        const isKnown = entries.isOriginKnown || !isRelative(tokenizer);
        entries.isOriginKnown = false;
        const origin = entries.readName(tokenizer, kind, 'the new origin');
        expectEnd(tokenizer, tokenizer.next());
        entries.origin = origin;
        entries.isOriginKnown = isKnown;
        return;
      }
      case '$TTL': {
        this.#entries.forgiveTtl();
        const ttlSeconds = readTtl(tokenizer, tokenizer.next());
        expectEnd(tokenizer, tokenizer.next());
        this.#entries.defaultTtlSeconds = ttlSeconds;
        return;
      }
      case '$INCLUDE':
        this.#include(tokenizer);
        return;
      case '$GENERATE':
        this.#generate(tokenizer, file);
        return;
      default:
        throw expected('ERR_ZONE_DIRECTIVE', '$ORIGIN, $TTL, $INCLUDE or $GENERATE', tokenizer, kind);
    }
  }

  /** RFC 1035 5.1: the file's own origin, owner and place are untouched by what it includes. $TTL goes on, as if the text stood here. */
  #include(tokenizer: Tokenizer): void {
    const kind = tokenizer.next();
    if (kind !== WORD && kind !== QUOTED) throw expected('ERR_ZONE_INCLUDE', 'the name of a file', tokenizer, kind);
    const place = { line: tokenizer.line, column: tokenizer.column };
    const named = Buffer.from(tokenText(tokenizer).replace(/\\(.)/g, '$1'), 'latin1').toString('utf8');
    const { origin: outerOrigin, isOriginKnown } = this.#entries;
    const outerOwner = this.#entries.saveOwner();
    const next = tokenizer.next();
    if (next === WORD) {
      const origin = this.#entries.readName(tokenizer, next, 'the origin for the included file');
      expectEnd(tokenizer, tokenizer.next());
      this.#entries.origin = origin;
    } else {
      expectEnd(tokenizer, next);
    }
    const path = this.#includedPath(named, place);
    this.#entries.restoreOwner(undefined);
    try {
      this.readFile(path);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      throw new EntryError(error.code, error.message, place);
    } finally {
      this.#entries.origin = outerOrigin;
      this.#entries.isOriginKnown = isOriginKnown;
      this.#entries.restoreOwner(outerOwner);
    }
  }

  /** BIND's $GENERATE. What is wrong with one of its records would be wrong with most: the first is told, at the line of the directive. */
  #generate(tokenizer: Tokenizer, file: string): void {
    const { line } = tokenizer;
    const entries = this.#entries;
    const generated = readGenerate(tokenizer, entries);
    expectEnd(tokenizer, tokenizer.next(), 'the end of the line (RDATA of several words goes into quotes)');
    generated.checkCount(this.#generatedLeft);
    this.#generatedLeft -= generated.count;
    const owner = entries.saveOwner();
    const records = new Tokenizer(new OctetWindow(generated.read, generated.windowOctets));
    let count = 0;
    try {
      for (let kind = records.next(); kind !== END_OF_FILE; kind = records.next()) {
        if (kind === END_OF_ENTRY) continue;
        entries.readRecord(records, kind, file, line);
        count++;
      }
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      throw generated.locate(error, count);
    } finally {
      entries.restoreOwner(owner);
    }
  }

  #includedPath(named: string, place: { line: number; column: number }): string {
    const wrong = (message: string): EntryError => new EntryError('ERR_ZONE_INCLUDE', message, place);
    const including = this.#open.at(-1);
    if (including === undefined) throw wrong('expected no $INCLUDE: a text has no file that it could be relative to, and opens none');
    if (this.#open.length > MAX_INCLUDE_DEPTH)
      throw wrong(`expected at most ${MAX_INCLUDE_DEPTH} files that include one another, found more`);
    const path = resolve(dirname(including.file), named);
    try {
      const realPath = realpathSync(path);
      if (this.#open.some((other) => other.realPath === realPath))
        throw wrong(`expected a file that isn't being read already, found ${path}`);
    } catch (error) {
      // What can't be found is told when it is opened.
      if (error instanceof EntryError) throw error;
    }
    return path;
  }

  #report({ code, message, line, column }: EntryError, file: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ code, message, file, line, column });
  }
}

function expectEnd(tokenizer: Tokenizer, kind: TokenKind, what = 'the end of the line'): void {
  if (kind === WORD || kind === QUOTED) throw expected('ERR_ZONE_DIRECTIVE', what, tokenizer, kind);
}
