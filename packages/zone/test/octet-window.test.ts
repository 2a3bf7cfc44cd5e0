import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EntryError } from '../src/entry-error.ts';
import { OctetWindow } from '../src/octet-window.ts';
import { END_OF_FILE, Tokenizer, type TokenKind } from '../src/tokenizer.ts';

/** Every token and error of a text with its place. `pieceOctets` is how much comes at once; 0: all of it, without a reader. */
function tokensOf(text: Uint8Array, pieceOctets: number): string[] {
  let from = 0;
  const window = new OctetWindow(
    pieceOctets === 0
      ? text
      : (into, at) => {
          const piece = text.subarray(from, from + Math.min(pieceOctets, into.length - at));
          into.set(piece, at);
          from += piece.length;
          return piece.length;
        },
  );
  const tokenizer = new Tokenizer(window);
  const tokens: string[] = [];
  for (let kind: TokenKind | undefined; kind !== END_OF_FILE; ) {
    const { isAtEnd } = tokenizer;
    try {
      kind = tokenizer.next();
      const word = tokenizer.window.octets.toString('latin1', tokenizer.from, tokenizer.to);
      tokens.push([kind, tokenizer.line, tokenizer.column, isAtEnd && tokenizer.startsBlank, kind < 2 ? word : ''].join());
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      tokens.push(`${error.line},${error.column},${error.message}`);
    }
  }
  return tokens;
}

const pieces = fc.constantFrom(
  'a',
  'bc',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '\\\n',
  '(',
  ')',
  ';',
  '"',
  '\\',
  '\\"',
  '\\032',
  '=',
  'k="v w"',
  '"x y"',
  '; c',
  '\ufeff',
  '\0',
);

test('a file gives the same tokens however it is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (parts, pieceOctets) => {
      const text = Buffer.from(parts.join(''));
      expect(tokensOf(text, pieceOctets)).toEqual(tokensOf(text, 0));
    }),
    { numRuns: 500 },
  );
});

test('words of 131070 octets, the longest that RDATA needs, pass; what has no end does not fill memory', () => {
  const words = Buffer.from(`x ${'a'.repeat(131_070)} "${'b'.repeat(262_140)}"\n${'c'.repeat(600_000)} y\nz\n`);
  const tokens = tokensOf(words, 65_536);
  expect(tokens.map((token) => token.slice(0, 12))).toEqual([
    '0,1,1,false,',
    '0,1,3,false,',
    '1,1,131074,f',
    '2,1,393216,f',
    '2,1,expected',
    '0,2,524289,f',
    '0,2,600002,f',
    '2,2,600003,f',
    '0,3,1,false,',
    '2,3,2,false,',
    '3,4,1,false,',
  ]);
});
