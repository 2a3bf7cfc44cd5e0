import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'CSYNC',
  good: [
    {
      source: 'RFC 7477 2.1.2',
      text: '66 3 A NS AAAA',
      hex: '000000420003000460000008',
      object: Buffer.from('000000420003000460000008', 'hex'),
    },
    {
      source: 'RFC 7477 2.1: no types',
      text: '4294967295 0',
      hex: 'ffffffff0000',
      object: Buffer.from('ffffffff0000', 'hex'),
    },
    {
      source: 'RFC 7477 2.1.1.2.1: types in any order',
      text: '1 1 TYPE65534 AAAA A',
      formatted: '1 1 A AAAA TYPE65534',
      hex: '000000010001000440000008ff200000000000000000000000000000000000000000000000000000000000000002',
      object: Buffer.from('000000010001000440000008ff200000000000000000000000000000000000000000000000000000000000000002', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '66', tokenIndex: 1 },
    { text: '4294967296 0 A', tokenIndex: 0 },
    { text: '1 65536 A', tokenIndex: 1 },
    { text: '1 1 NOSUCH', tokenIndex: 2 },
  ],
  badHex: ['', '0000004200', '00000042000300', '0000004200030000', '00000042000300010000'],
};
