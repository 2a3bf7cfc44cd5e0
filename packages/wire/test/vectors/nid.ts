import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'NID',
  good: [
    {
      source: 'RFC 6742 2.1',
      text: '10 0014:4fff:ff20:ee64',
      hex: '000a00144fffff20ee64',
      object: Buffer.from('000a00144fffff20ee64', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '0 14:FFFF:0:1',
      formatted: '0 0014:ffff:0000:0001',
      hex: '00000014ffff00000001',
      object: Buffer.from('00000014ffff00000001', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 14:4fff:0:1', tokenIndex: 0 },
    { text: '10', tokenIndex: 1 },
    { text: '10 14:4fff::ee64', tokenIndex: 1 },
    { text: '10 14:4fff:0:10000', tokenIndex: 1 },
    { text: '10 14:4fff:0', tokenIndex: 1 },
    { text: '10 14:4fff:0:0:1', tokenIndex: 1 },
    { text: '10 14:4fff:0:g', tokenIndex: 1 },
    { text: '10 14:4fff:0:1 x', tokenIndex: 2 },
  ],
  badHex: ['', '000a', '000a00112233445566', '000a001122334455667788'],
};
