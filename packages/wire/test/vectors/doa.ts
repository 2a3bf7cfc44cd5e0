import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'DOA',
  good: [
    {
      source: 'BIND 9.18',
      text: '0 1 2 "" aHR0cHM6Ly93d3cuaXNjLm9yZy8=',
      hex: '0000000000000001020068747470733a2f2f7777772e6973632e6f72672f',
      object: Buffer.from('0000000000000001020068747470733a2f2f7777772e6973632e6f72672f', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '4294967295 1 255 "text/html" -',
      hex: 'ffffffff00000001ff09746578742f68746d6c',
      object: Buffer.from('ffffffff00000001ff09746578742f68746d6c', 'hex'),
    },
    {
      source: 'BIND 9.18; base64 in words',
      text: '1 1 0 text/html AA AA',
      formatted: '1 1 0 "text/html" AAAA',
      hex: '00000001000000010009746578742f68746d6c000000',
      object: Buffer.from('00000001000000010009746578742f68746d6c000000', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '4294967296 1 2 "" -', tokenIndex: 0 },
    { text: '0 4294967296 2 "" -', tokenIndex: 1 },
    { text: '0 1 256 "" -', tokenIndex: 2 },
    { text: '0 1 2', tokenIndex: 3 },
    { text: `0 1 2 ${'x'.repeat(256)} -`, tokenIndex: 3 },
    { text: '0 1 2 ""', tokenIndex: 4 },
    { text: '0 1 2 "" A', tokenIndex: 4 },
    { text: '0 1 2 "" - -', tokenIndex: 5 },
  ],
  badHex: ['', '0000000000000001', '000000000000000102', '00000000000000010201'],
};
