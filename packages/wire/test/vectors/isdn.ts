import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'ISDN',
  good: [
    {
      source: 'RFC 1183 3.2',
      text: '150862028003217',
      formatted: '"150862028003217"',
      hex: '0f313530383632303238303033323137',
      object: Buffer.from('0f313530383632303238303033323137', 'hex'),
    },
    {
      source: 'RFC 1183 3.2: with a subaddress',
      text: '150862028003217 004',
      formatted: '"150862028003217" "004"',
      hex: '0f31353038363230323830303332313703303034',
      object: Buffer.from('0f31353038363230323830303332313703303034', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '"" ""',
      hex: '0000',
      object: Buffer.from('0000', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '1 2 3', tokenIndex: 2 },
    { text: `${'1'.repeat(256)}`, tokenIndex: 0 },
    { text: `1 ${'2'.repeat(256)}`, tokenIndex: 1 },
  ],
  badHex: ['', '01', '010101', '0001', '0100ff', '00000a'],
};
