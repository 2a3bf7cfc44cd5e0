import { closeSync, openSync, readSync } from 'node:fs';
import { EntryError } from './entry-error.ts';
import { OctetWindow } from './octet-window.ts';
import { QUOTED, Tokenizer, type TokenKind, WORD } from './tokenizer.ts';
import { CLASS_IN, wordCode } from './word-code.ts';

// Where the words of a record stand is kept for none of them: a zone has millions, and a few are asked for. Their lines are read again instead.

/** Which word of an entry a problem points at: an index into its RDATA, or one of these. */
export const OWNER_WORD = -1;
export const TTL_WORD = -2;
export const TYPE_WORD = -3;

/** No more than this is looked at of an entry. */
const ENTRY_OCTETS = 8192;
const CHUNK_OCTETS = 1 << 16;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Octets of a file from an offset on, at most `count`; none behind its end. Valid until the next call. */
type ReadAt = (at: number, count: number) => Buffer;

/** What zone files said, for those who want to see a few lines once more. */
export interface SourceText {
  /** What stands from each of these lines on, with as much of what follows as an entry has; those that can't be read any more are not there. */
  from(file: string, lines: readonly number[]): Map<number, Buffer>;
}

/** Files are opened again. */
export const FILES: SourceText = {
  from(file, lines) {
    let descriptor = -1;
    try {
      descriptor = openSync(file, 'r');
      const chunk = Buffer.allocUnsafe(CHUNK_OCTETS);
      return textFrom((at, count) => chunk.subarray(0, readSync(descriptor, chunk, 0, count, at)), lines);
    } catch {
      // Its problems have been found; they are told without columns.
      return new Map();
    } finally {
      if (descriptor >= 0) closeSync(descriptor);
    }
  },
};

/** A text that was read under the name `file`. */
export function sourceOfText(octets: Uint8Array, file: string): SourceText {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  return { from: (named, lines) => (named === file ? textFrom((at, count) => text.subarray(at, at + count), lines) : new Map()) };
}

function textFrom(readAt: ReadAt, lines: readonly number[]): Map<number, Buffer> {
  const wanted = [...new Set(lines)].filter((line) => line > 0).sort((a, b) => a - b);
  const offsets: number[] = [];
  let line = 1;
  let base = 0;
  while (offsets.length < wanted.length) {
    if (wanted[offsets.length] === 1) offsets.push(0);
    const chunk = readAt(base, CHUNK_OCTETS);
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && offsets.length < wanted.length; at = chunk.indexOf(NEWLINE, at + 1)) {
      if (++line === wanted[offsets.length]) offsets.push(base + at + 1);
    }
    base += chunk.length;
    if (chunk.length === 0) break;
  }
  return new Map(offsets.map((offset, i) => [wanted[i], Buffer.from(readAt(offset, ENTRY_OCTETS))]));
}

/** The first line of `text`, without its end. */
export function firstLine(text: Buffer): string {
  let end = text.indexOf(NEWLINE);
  if (end < 0) end = text.length;
  if (end > 0 && text[end - 1] === CARRIAGE_RETURN) end--;
  return text.toString('utf8', 0, end);
}

/**
 * Where a word of the entry at the start of `text` stands: lines further down, and the column. The first word where there is no such word, and for a
 * directive, which records may come from.
 */
export function wordPlace(text: Buffer, word: number): { linesBelow: number; column: number } {
  const tokenizer = new Tokenizer(new OctetWindow(text));
  const place = () => ({ linesBelow: tokenizer.line - 1, column: tokenizer.column });
  let first = { linesBelow: 0, column: 1 };
  try {
    const kind = tokenizer.next();
    first = place();
    const isDirective = text[tokenizer.from] === 0x24 && !tokenizer.startsBlank;
    return word === OWNER_WORD || isDirective || !goTo(tokenizer, kind, word) ? first : place();
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    return first;
  }
}

/** @param kind - of the first token. */
function goTo(tokenizer: Tokenizer, kind: TokenKind, word: number): boolean {
  if (!tokenizer.startsBlank) kind = tokenizer.next();
  for (; kind === WORD; kind = tokenizer.next()) {
    const { octets } = tokenizer.window;
    const isTtl = octets[tokenizer.from] >= 0x30 && octets[tokenizer.from] <= 0x39;
    if (isTtl && word === TTL_WORD) return true;
    if (!isTtl && wordCode(octets, tokenizer.from, tokenizer.to) !== CLASS_IN) break;
  }
  if (word === TYPE_WORD) return kind === WORD;
  if (word < 0) return false;
  for (; word >= 0; word--) {
    kind = tokenizer.next();
    if (kind !== WORD && kind !== QUOTED) return false;
  }
  return true;
}
