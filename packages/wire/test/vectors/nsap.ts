import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'NSAP',
  good: [
    {
      source: 'RFC 1706 6',
      text: '0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00',
      formatted: '0x47000580005a0000000001e133ffffff00016100',
      hex: '47000580005a0000000001e133ffffff00016100',
      object: Buffer.from('47000580005a0000000001e133ffffff00016100', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '0XaB',
      formatted: '0xab',
      hex: 'ab',
      object: Buffer.from('ab', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '47', tokenIndex: 0 },
    { text: '0x', tokenIndex: 0 },
    { text: '0x.', tokenIndex: 0 },
    { text: '0x471', tokenIndex: 0 },
    { text: '0x4g', tokenIndex: 0 },
    { text: '0x47 00', tokenIndex: 1 },
  ],
  badHex: [''],
};
