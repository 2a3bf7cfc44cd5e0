import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'SSHFP',
  good: [
    {
      source: 'RFC 4255 3.2',
      text: '2 1 123456789abcdef67890123456789abcdef67890',
      formatted: '2 1 123456789ABCDEF67890123456789ABCDEF67890',
      hex: '0201123456789abcdef67890123456789abcdef67890',
      object: { algorithm: 2, hash: 1, fingerprint: '123456789ABCDEF67890123456789ABCDEF67890' },
    },
    {
      source: 'BIND 9.18: SHA-256, in words',
      text: '4 2 a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0 b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1',
      formatted: '4 2 A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1',
      hex: '0402a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1',
      object: { algorithm: 4, hash: 2, fingerprint: 'A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1' },
    },
    {
      source: 'RFC 4255 3.1.2: a fingerprint type to come, of any length',
      text: '1 3 AABB',
      hex: '0103aabb',
      object: Buffer.from('0103aabb', 'hex'),
    },
  ],
  badText: [
    { text: '', tokenIndex: 0 },
    { text: '2 1', tokenIndex: 2 },
    { text: '2 1 1234', tokenIndex: 2 },
    { text: '2 2 123456789abcdef67890123456789abcdef67890', tokenIndex: 2 },
    { text: '256 1 123456789abcdef67890123456789abcdef67890', tokenIndex: 0 },
    { text: '2 1 123456789abcdef67890123456789abcdef6789x', tokenIndex: 2 },
    { text: '2 1 123456789abcdef67890123456789abcdef67890 00', tokenIndex: 3 },
  ],
  badHex: ['', '0201', '020112', '0202123456789abcdef67890123456789abcdef67890', '0201123456789abcdef67890123456789abcdef6789000', '0103'],
};
