import type { Vectors } from '../vector.ts';

/** RFC 1035 3.3.10: octets, of which no zone file has a text but that of RFC 3597 5. */
export const vectors: Vectors = {
  type: 'NULL',
  good: [
    {
      source: 'BIND 9.18',
      text: '\\# 2 ABCD',
      hex: 'abcd',
      object: Buffer.from('abcd', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '\\# 0',
      hex: '',
      object: Buffer.from('', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: 'abcd', tokenIndex: 0 },
    { text: '\\# 1 abcd', tokenIndex: 2 },
  ],
  badHex: [],
};
