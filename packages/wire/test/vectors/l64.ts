import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'L64',
  good: [
    {
      source: 'RFC 6742 2.3',
      text: '10 2001:0DB8:1140:1000',
      formatted: '10 2001:0db8:1140:1000',
      hex: '000a20010db811401000',
      object: Buffer.from('000a20010db811401000', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '10', tokenIndex: 1 },
    { text: '10 2001:db8::', tokenIndex: 1 },
    { text: '10 2001:db8:1:2 x', tokenIndex: 2 },
  ],
  badHex: ['', '000a', '000a00112233445566', '000a001122334455667788'],
};
