import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'L32',
  good: [
    {
      source: 'RFC 6742 2.2',
      text: '10 10.1.2.0',
      hex: '000a0a010200',
      object: Buffer.from('000a0a010200', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 10.1.2.0', tokenIndex: 0 },
    { text: '10', tokenIndex: 1 },
    { text: '10 10.1.2', tokenIndex: 1 },
    { text: '10 10.1.2.256', tokenIndex: 1 },
    { text: '10 10.1.2.0 x', tokenIndex: 2 },
  ],
  badHex: ['', '000a', '000a0a0102', '000a0a01020000'],
};
