import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'TXT',
  good: [
    {
      source: 'BIND 9.18',
      text: '"a\\"b" c\\;d \\255',
      formatted: '"a\\"b" "c;d" "\\255"',
      hex: '0361226203633b6401ff',
      object: [Buffer.from('a"b'), Buffer.from('c;d'), Buffer.from([255])],
    },
    { source: 'BIND 9.18', text: '""', hex: '00', object: [Buffer.from('')] },
    {
      source: 'RFC 1464 2',
      text: '"color=blue shoes"',
      hex: '10636f6c6f723d626c75652073686f6573',
      object: [Buffer.from('color=blue shoes')],
    },
    {
      source: 'RFC 1035 3.3: a character-string has up to 255 octets',
      text: `"${'x'.repeat(255)}"`,
      hex: `ff${'78'.repeat(255)}`,
      object: [Buffer.from('x'.repeat(255))],
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: `a ${'x'.repeat(256)}`, tokenIndex: 1 },
    { text: '"a\\25"', tokenIndex: 0 },
    { text: 'a "\\300"', tokenIndex: 1 },
  ],
  badHex: ['', '01', '016102'],
};
