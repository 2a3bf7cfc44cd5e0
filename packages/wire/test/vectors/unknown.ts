import type { Vectors } from '../vector.ts';

/** RFC 3597. */
export const vectors: Vectors = {
  type: 'TYPE65534',
  good: [
    { source: 'RFC 3597 5', text: '\\# 4 0A000001', hex: '0a000001', object: Buffer.from('0a000001', 'hex') },
    {
      source: 'RFC 3597 5: hexadecimal in words',
      text: '\\# 4 0a 0000 01',
      formatted: '\\# 4 0A000001',
      hex: '0a000001',
      object: Buffer.from('0a000001', 'hex'),
    },
    { source: 'RFC 3597 5: no octets', text: '\\# 0', hex: '', object: Buffer.alloc(0) },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '1 2 3', tokenIndex: 0 },
    { text: '"\\#" 1 00', tokenIndex: 0 },
    { text: '\\#', tokenIndex: 1 },
    { text: '\\# x 00', tokenIndex: 1 },
    { text: '\\# 65536', tokenIndex: 1 },
    { text: '\\# 2 00', tokenIndex: 2 },
    { text: '\\# 1 0', tokenIndex: 2 },
    { text: '\\# 1 0g', tokenIndex: 2 },
  ],
  badHex: [],
};
