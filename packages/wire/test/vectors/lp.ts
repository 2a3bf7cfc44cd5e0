import type { Vectors } from '../vector.ts';

export const vectors: Vectors = {
  type: 'LP',
  good: [
    {
      source: 'RFC 6742 2.4',
      text: '10 l64-subnet1.example.com.',
      hex: '000a0b6c36342d7375626e657431076578616d706c6503636f6d00',
      object: Buffer.from('000a0b6c36342d7375626e657431076578616d706c6503636f6d00', 'hex'),
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
};
