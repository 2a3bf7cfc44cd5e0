import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'X25',
  good: [
    {
      source: 'RFC 1183 3.1',
      text: '311061700956',
      formatted: '"311061700956"',
      hex: '0c333131303631373030393536',
      object: Buffer.from('0c333131303631373030393536', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '"3110"',
      hex: '0433313130',
      object: Buffer.from('0433313130', 'hex'),
    },
    {
      source: 'RFC 3597 5: what is no number has no other text',
      text: '\\# 4 03616263',
      hex: '03616263',
      object: Buffer.from('03616263', 'hex'),
      notInBind: 'asks for five octets',
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '311', tokenIndex: 0 },
    { text: '31a0', tokenIndex: 0 },
    { text: '"31\\0480x"', tokenIndex: 0 },
    { text: '3110 3110', tokenIndex: 1 },
    { text: `${'1'.repeat(256)}`, tokenIndex: 0 },
  ],
  badHex: ['', '01', '0431313131aa'],
};
