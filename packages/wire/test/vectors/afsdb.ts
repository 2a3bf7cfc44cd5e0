import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'AFSDB',
  good: [
    {
      source: 'RFC 1183 1',
      text: '1 bigbird.toaster.com.',
      hex: '0001076269676269726407746f617374657203636f6d00',
      object: Buffer.from('0001076269676269726407746f617374657203636f6d00', 'hex'),
    },
    {
      source: 'BIND 9.18',
      text: '65535 .',
      hex: 'ffff00',
      object: Buffer.from('ffff00', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '65536 a.', tokenIndex: 0 },
    { text: 'a. 1', tokenIndex: 0 },
    { text: '1', tokenIndex: 1 },
    { text: '1 a. b.', tokenIndex: 2 },
  ],
  badHex: ['', '00', '0001', '00010161', '0001c00c', '00010000'],
  canonical: [{ from: '0001014100', to: '0001016100' }],
};
